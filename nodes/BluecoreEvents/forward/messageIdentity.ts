import { isBlank, isEmail, isObject, toText } from '../../shared/values/coerce';
import { firstValue, valueAt, type TrackingMessage } from './trackingMessage';

/** Paths that can have the email; the first one with a value is used. */
export const EMAIL_PATHS = ['properties.email', 'traits.email', 'context.traits.email'] as const;

const USER_ID_PATHS = [
	'userId',
	'traits.userId',
	'traits.id',
	'context.traits.userId',
	'context.traits.id',
];
const ANONYMOUS_ID_PATHS = ['anonymousId'];
/** The type of the entry in `context.externalId` that has the ID for Bluecore. */
const BLUECORE_ID_TYPE = 'bluecoreExternalId';

/** Paths that can have the distinct ID, as messages name them. */
export const DISTINCT_ID_PATHS = [
	`context.externalId of type ${BLUECORE_ID_TYPE}`,
	...USER_ID_PATHS,
	...ANONYMOUS_ID_PATHS,
];

/** What collectors send if they have no ID. All customers with such an ID would become one customer. */
const MISSING_IDS: ReadonlySet<unknown> = new Set([
	...['undefined', 'null', 'NaN', 'true', 'false', '0'],
	...[0, true, false, '00000000-0000-0000-0000-000000000000'],
]);

/** All IDs of a message that are not email addresses, each once. */
export function idsOf(message: TrackingMessage): string[] {
	const ids = [externalId(message), ...userAndAnonymousId(message)]
		.map((id) => toText(id) ?? '')
		.filter((id) => id !== '' && !isEmail(id));
	return [...new Set(ids)];
}

/** The customer that a message is about, not checked; null if there is none. */
export function identityOf(message: TrackingMessage): string | null {
	const email = firstValue(message, EMAIL_PATHS)?.value;
	const found = [externalId(message), email, ...userAndAnonymousId(message)].find(
		(id) => !isBlank(id),
	);
	return toText(found) || null;
}

/** The distinct ID of an event if it is not the email, else `''`. */
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
