import { isBlank, isEmail, isObject, toText } from '../../shared/values/coerce';
import { firstValue, valueAt, type TrackingMessage } from './trackingMessage';

/** Where the email may be, first come first. */
export const EMAIL_PATHS = ['properties.email', 'traits.email', 'context.traits.email'] as const;

const USER_ID_PATHS = [
	'userId',
	'traits.userId',
	'traits.id',
	'context.traits.userId',
	'context.traits.id',
];
const ANONYMOUS_ID_PATHS = ['anonymousId'];
/** Of `context.externalId`. */
const BLUECORE_ID_TYPE = 'bluecoreExternalId';

/** Where the distinct ID may be, for messages. */
export const DISTINCT_ID_PATHS = [
	`context.externalId of type ${BLUECORE_ID_TYPE}`,
	...USER_ID_PATHS,
	...ANONYMOUS_ID_PATHS,
];

/** What collectors send instead of an ID that they lack; all customers who have it would become one. */
const MISSING_IDS: ReadonlySet<unknown> = new Set([
	...['undefined', 'null', 'NaN', 'true', 'false', '0'],
	...[0, true, false, '00000000-0000-0000-0000-000000000000'],
]);

/** All IDs of a message that are no email address, each once. */
export function idsOf(message: TrackingMessage): string[] {
	const ids = [externalId(message), ...userAndAnonymousId(message)]
		.map((id) => toText(id) ?? '')
		.filter((id) => id !== '' && !isEmail(id));
	return [...new Set(ids)];
}

/** Whom a message is about, without checks; null for nobody. */
export function identityOf(message: TrackingMessage): string | null {
	const email = firstValue(message, EMAIL_PATHS)?.value;
	const found = [externalId(message), email, ...userAndAnonymousId(message)].find(
		(id) => !isBlank(id),
	);
	return toText(found) || null;
}

/** The ID that an event is sent under, where that is not the email. */
export function distinctIdOf(message: TrackingMessage, event: string, hasEmail: boolean): unknown {
	const ids = [externalId(message), ...userAndAnonymousId(message)].filter((id) => !isBlank(id));
	if (event === 'identify') return ids.find((id) => !isEmail(toText(id) ?? '')) ?? '';
	const external = externalId(message);
	if (!isBlank(external)) return external;
	return hasEmail ? '' : (ids.at(0) ?? '');
}

const userAndAnonymousId = (message: TrackingMessage): unknown[] => [
	firstId(message, USER_ID_PATHS),
	firstId(message, ANONYMOUS_ID_PATHS),
];

function firstId(message: TrackingMessage, paths: readonly string[]): unknown {
	const given = paths.map((path) => valueAt(message, path));
	return given.find(
		(id) => !isBlank(id) && !MISSING_IDS.has(typeof id === 'string' ? id.trim() : id),
	);
}

function externalId(message: TrackingMessage): unknown {
	const given = valueAt(message, 'context.externalId');
	const entries: unknown[] = Array.isArray(given) ? given : [given];
	return entries.filter(isObject).find(({ type }) => type === BLUECORE_ID_TYPE)?.id;
}
