import type { Response } from '../delivery/outcome';
import type { Problem } from '../values/report';
import { joinList } from '../values/text';
import { isObject, toText } from '../values/value';

/** A response with the URL that was asked, and the credential's field that has it, for messages. */
export type ApiResponse = Response & { readonly url?: string; readonly urlLabel?: string };

/** A response of n8n's helper, with what messages name. A spread of it would take seven microseconds for each request. */
export const apiResponse = (
	{ statusCode, headers, body }: Response,
	url: string,
	urlLabel: string,
): ApiResponse => ({ statusCode, headers, body, url, urlLabel });

/**
 * Whether an answer is a web page or other markup, as proxies and sign-in pages send, whatever its status. The content type alone
 * does not decide: frameworks say `text/html` of an empty answer too.
 */
export function isPage({ headers, body }: Response): boolean {
	if (typeof body !== 'string') return false;
	const isCalledMarkup = /html|xml/i.test(String(headers['content-type'] ?? ''));
	return body.trimStart().startsWith('<') || (isCalledMarkup && body.includes('<'));
}

/** What proxies add to their own answers, also to the one that says that they do not connect. */
const PROXY_HEADER = /^(?:via|proxy-|x-squid-|x-proxy-)/i;

/**
 * Whether a proxy or gateway gave an answer of failure, and not the API, whose failures are JSON: 407 is always a proxy's, the others
 * have its headers, or are 502 or 504 without the date that servers give.
 */
export function isOfProxy(response: Response): boolean {
	const { statusCode, headers, body } = response;
	if (statusCode === 407) return true;
	if (statusCode < 400 || isObject(body)) return false;
	return (
		Object.keys(headers).some((name) => PROXY_HEADER.test(name)) ||
		((statusCode === 502 || statusCode === 504) && headers.date === undefined)
	);
}

export const aboutProxy = ({ statusCode }: Response, host: string): Problem =>
	statusCode === 407
		? {
				message: `The proxy that n8n uses wants a user name and password before it connects to ${host} (407)`,
				fix: 'Ask whoever runs n8n to put them into the address of the proxy (HTTPS_PROXY).',
			}
		: {
				message: `The proxy or gateway between n8n and ${host} answered ${statusCode}`,
				fix: `Ask whoever runs the network of n8n whether the proxy lets n8n reach ${host}.`,
			};

const CONNECTION: Record<string, (host: string) => Problem> = {
	ENOTFOUND: (host) => ({
		message: `The host ${host} was not found`,
		fix: 'Check the URL in the Bluecore credential, and that n8n can look up names (DNS).',
	}),
	EAI_AGAIN: (host) => ({
		message: `The host ${host} could not be looked up`,
		fix: 'Check that n8n has a network connection and can look up names (DNS).',
	}),
	SSRF: (host) => ({
		message: `n8n does not let workflows reach ${host}`,
		fix: 'Ask whoever runs n8n to allow the address in its SSRF protection.',
	}),
	PROXY: (host) => ({
		message: `The proxy that n8n uses did not connect to ${host}`,
		fix: 'Ask whoever runs n8n to check the address of the proxy (HTTPS_PROXY), and that it lets n8n reach this host.',
	}),
	ECONNREFUSED: (host) => ({
		message: `${host} refused the connection`,
		fix: 'Try again later. If the connection is still refused then, check the URL and port in the Bluecore credential, and that the server is running; if n8n uses a proxy, also the proxy.',
	}),
};

export function describeConnection(code: string, host: string): Problem {
	const known = CONNECTION[code];
	if (known) return known(host);
	return /CERT|UNABLE_TO_|CRL_|INVALID_CA|HOSTNAME_MISMATCH|INVALID_PURPOSE|PATH_LENGTH/.test(code)
		? {
				message: `The certificate of ${host} was not accepted (${code})`,
				fix: 'Check the URL in the Bluecore credential. If the certificate is from an authority of your own, make n8n trust it (NODE_EXTRA_CA_CERTS).',
			}
		: {
				message: `No connection to ${host} could be made (${code})`,
				fix: 'Check the URL in the Bluecore credential, and that n8n has a network connection.',
			};
}

/** That no answer came in this time; undefined for another code than that of a time-out. */
export function noAnswerIn(timeoutMs: number, code: string): string | undefined {
	if (code !== 'ECONNABORTED' && code !== 'ETIMEDOUT') return undefined;
	return `did not answer within ${timeoutMs / 1000} ${timeoutMs === 1000 ? 'second' : 'seconds'}`;
}

/** What to say of an answer that another server than Bluecore's API gave. */
export function notTheApi(response: ApiResponse): Problem {
	const { url, urlLabel = 'URL', statusCode } = response;
	const host = url === undefined ? 'The server' : new URL(url).host;
	const what = isPage(response) ? ' with a web page' : '';
	return {
		message: `The ${urlLabel} is not the address of Bluecore's API: ${host} answered ${statusCode}${what}`,
		fix: `Check the ${urlLabel} in the Bluecore credential, and that no proxy or sign-in page answers instead of Bluecore.`,
	};
}

/** What to say of an answer of 2xx without what was asked for, given whether the API itself gave it. */
export const lacksData = (what: string, response: ApiResponse, isOfApi: boolean): Problem =>
	isOfApi
		? {
				message: `Bluecore's answer has no ${what}`,
				fix: `Check the ${response.urlLabel} in the Bluecore credential.`,
			}
		: notTheApi(response);

/** Gateways answer with pages; their markup says nothing that the status does not. */
const MARKUP = /<[a-z!/][^<>]{0,1000}>/i;

/** Whether a message is that of a server which has no such address, rather than of Bluecore, which has no such campaign. */
export const isUnknownAddress = (message: string | undefined): boolean =>
	/^(there is no|cannot) (get|post) /i.test(message ?? '');

/** The fields that a detail of a google.rpc.Status finds wrong, as `field: description`. */
function violationsIn(detail: Record<string, unknown>): string[] {
	const violations = detail.field_violations ?? detail.fieldViolations;
	if (!Array.isArray(violations)) return [];
	return violations
		.filter(isObject)
		.map(({ field, description }) => [field, description].map((text) => toText(text)).join(': '));
}

/** What an answer says: Bluecore's message, and the ID of the request. */
export function readApiMessage(body: unknown): { apiMessage?: string; requestId?: string } {
	if (typeof body === 'string') {
		const text = body.trim();
		return text === '' || MARKUP.test(text) ? {} : { apiMessage: text };
	}
	if (!isObject(body)) return {};
	const messages = [body.message, body.error, body.errors, body.detail, body.details]
		.flat()
		.flatMap((entry) => (isObject(entry) ? [entry.message, ...violationsIn(entry)] : [entry]))
		.filter(
			(entry): entry is string => typeof entry === 'string' && entry !== '' && !MARKUP.test(entry),
		);
	const inner = isObject(body.error) ? body.error : {};
	const id = body.request_id ?? body.requestId ?? inner.request_id;
	return {
		...(messages.length > 0 && { apiMessage: joinList([...new Set(messages)], ' ') }),
		...((typeof id === 'string' || typeof id === 'number') && { requestId: String(id) }),
	};
}

const MAX_API_MESSAGE = 500;

/** What an answer says, free of secrets; also as sentences for a description. */
export function readAnswer({ statusCode, body, headers }: Response, secrets: Secrets) {
	const { apiMessage, requestId: ownId } = readApiMessage(body);
	const idInHeader = headers['x-bluecore-id'];
	const givenId = ownId ?? (typeof idInHeader === 'string' ? idInHeader : undefined);
	const whole = apiMessage && redact(apiMessage, secrets);
	const clean = whole?.slice(0, MAX_API_MESSAGE);
	const requestId = givenId && redact(givenId, secrets).slice(0, MAX_API_MESSAGE);
	const answer = clean
		? ` ${isOfProxy({ statusCode, body, headers }) ? 'The answer was' : 'Bluecore answered'} ${statusCode}: "${clean}"`
		: ` The status was ${statusCode}.`;
	return {
		needs: needsIn(whole ?? ''),
		sentences: answer,
		httpCode: String(statusCode),
		...(clean && { apiMessage: clean }),
		...(requestId && { requestId }),
	};
}

/** Says once what Bluecore says in a sentence for each variable; undefined if it names only one. */
function needsIn(apiMessage: string): string | undefined {
	const named = apiMessage.matchAll(/missing the attribute ['"]?([^\s'"]+)/g);
	const names = Array.from(named, ([, name]) => name);
	return names.length > 1
		? `the template needs ${names.length} values that it was not given: ${joinList(names)}`
		: undefined;
}

/** The `data` of an answer of the Developer API. */
export function dataOf({ body }: Response): Record<string, unknown> | undefined {
	return isObject(body) && isObject(body.data) ? body.data : undefined;
}

/** Whether the API says that it does not have what was asked for, rather than that there is no such address. */
export function isNotFound(response: Response): boolean {
	const { apiMessage } = readApiMessage(response.body);
	return response.statusCode === 404 && isObject(response.body) && !isUnknownAddress(apiMessage);
}

/** What must not be shown of an account. */
interface Secrets {
	readonly apiKey: string;
	readonly namespace: string;
}

/** Removes the account's secrets from a text; of the namespace, which is often an ordinary word, only the whole word. */
export function redact(text: string, { apiKey, namespace }: Secrets): string {
	const withoutKey = asSent(apiKey).reduce(
		(clean, secret) => clean.split(secret).join('***'),
		text,
	);
	return asSent(namespace).reduce((clean, secret) => {
		const escaped = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		const alone = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'gu');
		return clean.replace(alone, '***');
	}, withoutKey);
}

/** A secret as it is and as it is in a URL; nothing if it is empty. */
const asSent = (secret: string): string[] =>
	secret === '' ? [] : [...new Set([secret, encodeURIComponent(secret)])];
