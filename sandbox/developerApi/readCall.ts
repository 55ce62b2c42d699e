import { isRecord } from '../schemas/jsonValues';
import { findDeveloperApiProblems, type DeveloperApiBody } from '../schemas/schemaChecks';
import type { IncomingCall } from '../state/calls';
import { textOfIdentifier } from '../state/identifiers';
import type { MessageBody } from '../state/messages';
import { shortenToken } from './tokens';

/** The query of an address. */
export const queryOf = ({ path }: Pick<IncomingCall, 'path'>): Record<string, string> =>
	Object.fromEntries(new URLSearchParams(path.split('?').slice(1).join('?')));

/** Whom a body is about: the customer, or the first recipient of a message. */
export function recipientOf(body: unknown): string {
	if (!isRecord(body)) return '';
	if (body.id !== undefined) return textOfIdentifier(body.id);
	const { identifiers } = isRecord(body.message) ? (body as unknown as MessageBody).message : {};
	return Array.isArray(identifiers) ? textOfIdentifier(identifiers[0]) : '';
}

/** A body in which identifiers that are nested, as in Bluecore's examples, are as everywhere else. */
function withFlatIdentifiers(body: unknown): unknown {
	if (!isRecord(body) || !isRecord(body.message)) return body;
	const { identifiers } = body.message;
	if (!Array.isArray(identifiers)) return body;
	const flat = identifiers.map((each: unknown) => {
		const { email, phone_number: phone } = isRecord(each) ? each : {};
		return isRecord(email) ? email : isRecord(phone) ? phone : each;
	});
	return { ...body, message: { ...body.message, identifiers: flat } };
}

/** What is wrong with a body, which Bluecore's examples of messages nest; `bytes` is its size. */
export const problemsOfBody = (kind: DeveloperApiBody, body: unknown, bytes?: number) =>
	findDeveloperApiProblems(kind, withFlatIdentifiers(body), bytes);

/** What a header `authorization` shows of a token. */
export const shownToken = (token: string | undefined) =>
	token === undefined ? '***' : `Bearer ${shortenToken(token)}`;

/** What a call for a token may show. */
const SHOWN_FIELDS = new Set(['grant_type', 'client_id', 'audience', 'scope']);

/** A call for a token, without its secrets. `text` is its body, and `authorization` its header, as they were sent. */
export function readTokenCall(call: IncomingCall, authorization: string, text = ''): IncomingCall {
	const isForm = /^application\/x-www-form-urlencoded/i.test(call.headers['content-type'] ?? '');
	const body: unknown = isForm ? Object.fromEntries(new URLSearchParams(text)) : call.body;
	const fields = isRecord(body) ? body : {};
	const [basicId, basicSecret] = basicCredentials(authorization);
	const id = basicId ?? fields.client_id;
	const secret = basicSecret ?? fields.client_secret;
	return {
		...call,
		path: call.path.replace(/\?.*$/s, '?***'),
		body: isRecord(body) ? hideSecrets(body) : body === undefined ? undefined : '***',
		isJson: isRecord(body),
		headers: { ...call.headers, ...(authorization !== '' && { authorization: '***' }) },
		apiKey: typeof secret === 'string' ? secret : undefined,
		who: call.api === 'token' && typeof id === 'string' ? id : '',
	};
}

const hideSecrets = (fields: Readonly<Record<string, unknown>>) =>
	Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [name, SHOWN_FIELDS.has(name) ? value : '***']),
	);

/** The client ID and secret of a header `Basic …`: each is percent-encoded, then both together are encoded as base64. */
function basicCredentials(authorization: string): Array<string | undefined> {
	const encoded = /^Basic (.+)$/i.exec(authorization)?.[1];
	if (encoded === undefined) return [];
	const [id, ...secret] = Buffer.from(encoded, 'base64').toString().split(':');
	return [id, secret.join(':')].map((part) => {
		try {
			return decodeURIComponent(part.replaceAll('+', ' '));
		} catch {
			return part;
		}
	});
}
