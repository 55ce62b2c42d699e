import { isEmail, readEmail, type Field } from '../../shared/values/field';
import { Report } from '../../shared/values/report';
import { isMissingId, quoted } from '../../shared/values/text';
import {
	hasLostDigits,
	isBlank,
	isGiven,
	isObject,
	objectAt,
	textOf,
	valueAt,
	type Found,
} from '../../shared/values/value';
import { normalized, type TrackingMessage } from './trackingMessage';

/** Objects that can have the email, in a field `email` in any spelling, such as `Email` or `e-mail`. The last one is the message itself. */
const EMAIL_PARENTS = [
	...['properties', 'properties.customer', 'traits', 'context.traits', 'user_data', ''],
];
export const isEmailName = (name: string): boolean =>
	(name.length === 5 || name.length === 6) && /^e[\s_-]?mail$/i.test(name);

const USER_ID_PATHS = [
	...['userId', 'traits.userId', 'traits.id', 'context.traits.userId', 'context.traits.id'],
];
/** Paths that few collectors use. They are read, but messages do not name them. */
const RARE_USER_ID_PATHS = ['user_id', 'traits.user_id', 'context.traits.user_id'];
const ANONYMOUS_ID_PATHS = [
	...['anonymousId', 'anonymous_id', 'traits.anonymousId', 'context.traits.anonymousId'],
];
/** The type of the entry in `context.externalId` that has the ID for Bluecore. */
const BLUECORE_ID_TYPE = 'bluecoreExternalId';
const EXTERNAL_ID = `context.externalId of type ${BLUECORE_ID_TYPE}`;
/** Where a request to Bluecore has its ID. */
const DISTINCT_ID = 'distinct_id';

const EMAIL_PATHS = ['properties.email', 'traits.email', 'context.traits.email'];
/** Paths that can have the email and the distinct ID, as messages name them, and those that advice names. */
export const IDENTITY_PATHS = {
	email: { named: EMAIL_PATHS, advised: ['email', ...EMAIL_PATHS, 'user_data.email'] },
	distinctId: {
		named: [EXTERNAL_ID, ...USER_ID_PATHS, 'anonymousId'],
		advised: ['email', 'user_id', 'userId', 'anonymousId', ...EMAIL_PATHS],
	},
};

/** Who a message is about. It need not be plain JSON. */
export class MessageIdentity {
	readonly email?: Found;

	/** What is in the place of the email but is no address, if there is no address. */
	readonly noAddress?: Found;

	/** The IDs that can be used: the ID for Bluecore, the user's and the anonymous one. */
	readonly ids: readonly Found[] = [];

	private readonly otherEmails: readonly Found[] = [];

	/** IDs that cannot be used, if the message has no other of their kind. */
	private readonly unusableIds: readonly Found[] = [];

	constructor(message: TrackingMessage) {
		const link = aliasIn(message);
		if (link) {
			this.email = link.email;
			this.ids = [link.id];
			return;
		}
		const own = givenAt(message, [DISTINCT_ID]);
		const userIds = givenAt(message, [...USER_ID_PATHS, ...RARE_USER_ID_PATHS]);
		const anonymousIds = givenAt(message, ANONYMOUS_ID_PATHS);
		const kinds = [[...externalIds(message), ...own], userIds, anonymousIds];
		const usable = kinds.map((found) => found.find(isUsableId));
		const given = emailsIn(message);
		const others = [...own, ...userIds, ...givenAt(message, ['previousId'])];
		const addresses = [...given, ...others].filter(isAddress);
		const [email] = addresses;
		this.email = email;
		this.noAddress = email ? undefined : given.at(0);
		this.otherEmails = addresses.filter((other) => lowerText(other) !== lowerText(email));
		this.ids = usable.flatMap((id) => id ?? []);
		this.unusableIds = kinds.flatMap((found, kind) => (usable[kind] ? [] : found.slice(0, 1)));
	}

	/** All IDs that are not email addresses, each once. */
	linkableIds(): string[] {
		return [...new Set(this.ids.map(({ value }) => textOf(value)).filter((id) => !isEmail(id)))];
	}

	/** The customer that the message is about, not checked; null if there is none. */
	shownId(): string | null {
		const { email, noAddress, ids, unusableIds } = this;
		const [found] = [ids.find(isForBluecore), email, ...ids, noAddress, ...unusableIds].filter(
			(id) => id !== undefined,
		);
		return textOf(found?.value) || null;
	}

	/** The distinct ID of an event; undefined if it is the email, or if there is none. */
	distinctIdOf(event: string): Found | undefined {
		const { email, ids, unusableIds } = this;
		if (event === 'identify') return ids.find((id) => !isEmail(textOf(id.value)));
		const own = ids.find(isForBluecore);
		if (own || email) return own;
		// An ID that cannot be used is refused by its own check, which says why.
		return ids.at(0) ?? unusableIds.at(0);
	}

	warnOfUnused(report: Report): void {
		for (const { path, value } of this.unusableIds) {
			if (!hasLostDigits(value)) continue;
			report.warn(
				`${path} is a number with too many digits, and some of them are lost, so it was not used. Pass it as text from where it is first read`,
			);
		}
		this.warnOfOtherEmails(report);
	}

	warnOfOtherEmails(report: Report): void {
		const { email, otherEmails } = this;
		if (!email) return;
		report.warnOfEach(
			`The message has several email addresses. ${email.path} is used, and these are not: `,
			otherEmails.map(({ path, value }) => `${path} ${quoted(value)}`),
		);
	}
}

const isForBluecore = ({ path }: Found): boolean => [EXTERNAL_ID, DISTINCT_ID].includes(path);

/** What an alias message links: an ID and an email. Undefined for other messages, and if it has not one of each. */
export function aliasIn(
	message: TrackingMessage,
): { readonly id: Found; readonly email: Found } | undefined {
	if (normalized(message.type) !== 'alias') return undefined;
	const both = givenAt(message, ['userId', 'previousId']);
	const email = both.find(isAddress);
	const id = both.find((found) => isUsableId(found) && !isEmail(textOf(found.value)));
	return email && id ? { id, email } : undefined;
}

const givenAt = (message: TrackingMessage, paths: readonly string[]): Found[] =>
	paths
		.map((path) => ({ path, value: valueAt(message, path) }))
		.filter(({ value }) => isGiven(value));

/** What is in the fields for the email. A field that is spelled `email` goes before those in another letter case. */
function emailsIn(message: TrackingMessage): Found[] {
	return EMAIL_PARENTS.flatMap((parent) => {
		const fields = parent === '' ? message : objectAt(message, parent);
		// Google's server-side tag manager has email_address there.
		const isOwn = (name: string) => parent === 'user_data' && name === 'email_address';
		return Object.keys(fields)
			.filter((name) => (isEmailName(name) || isOwn(name)) && isGiven(fields[name]))
			.sort((a, b) => Number(b === 'email') - Number(a === 'email'))
			.map((name) => ({ path: parent === '' ? name : `${parent}.${name}`, value: fields[name] }));
	});
}

const lowerText = (found: Found | undefined): string => textOf(found?.value).toLowerCase();

function isAddress({ path, value }: Found): boolean {
	if (typeof value !== 'string' || !value.includes('@')) return false;
	const field: Field = { value, label: path, report: new Report() };
	readEmail(field, 'required');
	return field.report.problems.length === 0;
}

/** Not what collectors send if they have no ID: all customers with such an ID would become one customer. */
const isUsableId = (id: Found): boolean => {
	const text = textOf(id.value);
	return text !== '' && !isMissingId(text) && !hasLostDigits(id.value);
};

function externalIds(message: TrackingMessage): Found[] {
	const given = valueAt(message, 'context.externalId');
	const entries: unknown[] = Array.isArray(given) ? given : [given];
	return entries
		.filter(isObject)
		.filter(({ type, id }) => type === BLUECORE_ID_TYPE && !isBlank(id))
		.map(({ id }) => ({ path: EXTERNAL_ID, value: id }));
}
