import type { OpenCircuit } from '../delivery/circuitBreaker';
import type { Outcome, Response } from '../delivery/outcome';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../delivery/retry';
import { aboutProxy, isOfProxy } from './notTheApi';
import { isObject, toText } from '../values/coerce';
import { redact, type Secrets } from '../values/redact';
import type { Problem } from '../values/report';
import { joinList } from '../values/text';

/** Which of Bluecore's APIs was asked, and for what. */
export type Endpoint = 'event' | 'send' | 'status' | 'read' | 'change' | 'message';

export interface FailureFacts {
	readonly endpoint: Endpoint;
	readonly host: string;
	readonly attempts: number;
	/** Whether an attempt may have arrived. */
	readonly mayHaveArrived: boolean;
	/** Whether it was found out that no attempt has arrived. */
	readonly hasNotArrived?: boolean;
	readonly timeoutMs: number;
	/** What a status means, where it is more than is said of it in general. */
	explain?(status: number, apiMessage?: string): Problem | undefined;
	/** What to do when it is unknown whether the request arrived. */
	readonly unknownFix?: string;
	readonly secrets: Secrets;
}

/** A failure in words, with what the API itself said, free of secrets. */
export interface ApiFailure extends Problem {
	readonly httpCode: string | null;
	readonly apiMessage?: string;
	readonly requestId?: string;
}

const MAX_API_MESSAGE = 500;
/** Gateways answer with pages; their markup says nothing that the status does not. */
const MARKUP = /<[a-z!/][^<>]{0,1000}>/i;
const FEWER_REQUESTS =
	'If this happens often, set the option Requests per Second to what your account allows, or run fewer workflows at the same time.';
const SUPPORT = 'support@bluecore.com';

const WHAT: Record<Endpoint, string> = {
	event: 'the event',
	send: 'the email',
	status: 'the status request',
	read: 'the request',
	change: 'the change',
	message: 'the message',
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

/** What is said of a request that was not started before the run ended. */
export const NEVER_STARTED: ApiFailure = {
	httpCode: null,
	message: 'The run ended before this was sent',
	fix: 'Run the item again.',
};

/** Says what happened to a call that was not accepted, and what to do. */
export function describeFailure(outcome: Outcome, facts: FailureFacts): ApiFailure {
	switch (outcome.kind) {
		case 'temporary':
		case 'refused':
		case 'accepted':
			return describeResponse(outcome.response, facts);
		case 'invalid': {
			const { message, fix, mayHaveArrived } = outcome.problem;
			if (!facts.mayHaveArrived) return { httpCode: null, message, fix };
			const earlier = mayHaveArrived ? facts.unknownFix : `${earlierTry(facts)}.`;
			return { httpCode: null, message, fix: earlier ? `${fix} ${earlier}` : fix };
		}
		case 'circuitOpen':
			return describeOpenCircuit(outcome, facts);
		case 'cancelled':
			return {
				httpCode: null,
				message: 'The execution was canceled',
				fix: unknownFix(facts),
			};
		case 'notSent': {
			const { message, fix } = outcome.problem ?? describeConnection(outcome.code, facts.host);
			const tried = triedTimes(facts.attempts);
			return facts.mayHaveArrived
				? { httpCode: null, message, fix: `${fix} ${earlierTry(facts)}${tried}.` }
				: {
						httpCode: null,
						message: `${message}, so ${WHAT[facts.endpoint]} was not sent${tried}`,
						fix,
					};
		}
		case 'unknown':
			if (facts.hasNotArrived) {
				return {
					httpCode: null,
					message: `${unanswered(outcome.code, facts)}, and ${WHAT[facts.endpoint]} has not arrived${triedTimes(facts.attempts)}`,
					fix: 'Run the item again.',
				};
			}
			return {
				httpCode: null,
				message: `${unanswered(outcome.code, facts)}, so it is unknown whether ${WHAT[facts.endpoint]} arrived`,
				fix: unknownFix(facts),
			};
	}
}

/** Says why no connection could be made. */
export function describeConnection(code: string, host: string): Problem {
	const known = CONNECTION[code];
	if (known) return known(host);
	return /CERT|SIGNED|UNABLE_TO_|CRL_|_CA$|HOSTNAME_MISMATCH|INVALID_PURPOSE|PATH_LENGTH/.test(code)
		? {
				message: `The certificate of ${host} was not accepted (${code})`,
				fix: 'Check the URL in the Bluecore credential. If the certificate is from an authority of your own, make n8n trust it (NODE_EXTRA_CA_CERTS).',
			}
		: {
				message: `No connection to ${host} could be made (${code})`,
				fix: 'Check the URL in the Bluecore credential, and that n8n has a network connection.',
			};
}

/** Until when nothing is sent to the account and why, and what that means for this request. */
function describeOpenCircuit({ until, cause }: OpenCircuit, facts: FailureFacts): ApiFailure {
	const { endpoint, attempts, mayHaveArrived } = facts;
	const what = WHAT[endpoint];
	const { message, fix } = explainOpenCircuit(cause, facts);
	const end = mayHaveArrived
		? `it is unknown whether ${what} arrived`
		: `${what} was not sent${triedTimes(attempts)}`;
	const { sentences = '', ...answer } =
		'response' in cause
			? readAnswer(cause.response, facts)
			: { httpCode: null, requestId: undefined };
	const said = `Nothing is sent to this account until ${timeText(until)}, because ${message}; ${end}`;
	const advice = `${mayHaveArrived ? unknownFix(facts) : 'Run the item again after that time.'}${fix}${sentences}`;
	return { ...answer, message: said, fix: withRequestId(advice, said, answer.requestId) };
}

/** Why the circuit is open, as a part of a sentence, and what helps besides waiting. */
function explainOpenCircuit(cause: Outcome, facts: FailureFacts): Problem {
	switch (cause.kind) {
		case 'notSent': {
			const { message, fix } = describeConnection(cause.code, facts.host);
			return { message, fix: ` ${fix}` };
		}
		case 'unknown':
			return { message: unanswered(cause.code, facts), fix: '' };
		case 'temporary':
			return cause.response.statusCode === 429
				? { message: 'Bluecore is receiving too many requests', fix: ` ${FEWER_REQUESTS}` }
				: { message: `Bluecore answers ${cause.response.statusCode}`, fix: '' };
		default:
			return { message: 'Bluecore does not answer', fix: '' };
	}
}

/** A time that a person can read, rounded up to a minute; with the date if that is not today's. */
function timeText(time: number): string {
	const text = new Date(Math.ceil(time / 60_000) * 60_000).toISOString();
	const [date, hour] = [text.slice(0, 10), text.slice(11, 16)];
	return new Date().toISOString().startsWith(date) ? `${hour} UTC` : `${date} ${hour} UTC`;
}

function unanswered(code: string, { host, timeoutMs }: FailureFacts): string {
	return code === 'ECONNABORTED' || code === 'ETIMEDOUT'
		? `${host} did not answer within ${timeoutMs / 1000} seconds`
		: `The connection to ${host} was closed before the answer was complete (${code})`;
}

function unknownFix({ endpoint, attempts, unknownFix: own }: FailureFacts): string {
	switch (endpoint) {
		case 'read':
			return `Run the item again: reading changes nothing${triedTimes(attempts)}.`;
		case 'change':
			return `Run the item again: a change that is made twice does no harm${triedTimes(attempts)}.`;
		case 'message':
			return `${own ?? ''}${triedTimes(attempts)}`;
		case 'event':
			return `The event may already be in Bluecore${triedTimes(attempts)}. Run the item again if a second event does no harm: Bluecore counts a purchase with the same Order ID once.`;
		case 'send':
			return `The email may have been sent${triedTimes(attempts)}. Before you send it again, look for it in the campaign's report in Bluecore. With the option Retry on Unknown Outcome, the node sends it again by itself, and the customer may get it twice.`;
		case 'status':
			return `Run the item again: asking for a status changes nothing${triedTimes(attempts)}.`;
	}
}

const earlierTry = ({ endpoint }: FailureFacts) =>
	`An earlier attempt got no answer, so ${WHAT[endpoint]} may have arrived anyway`;

const triedTimes = (attempts: number) => (attempts > 1 ? ` (tried ${attempts} times)` : '');

/** Whether a message is that of a server which has no such address, rather than of Bluecore, which has no such campaign. */
export const isUnknownAddress = (message: string | undefined): boolean =>
	/^(there is no|cannot) (get|post) /i.test(message ?? '');

const textIn = (headers: Response['headers'], name: string): string | undefined => {
	const value = headers[name];
	return typeof value === 'string' ? value : undefined;
};

/** The fields that a detail of a google.rpc.Status finds wrong, as `field: description`. */
function violationsIn(detail: Record<string, unknown>): string[] {
	const violations = detail.field_violations ?? detail.fieldViolations;
	if (!Array.isArray(violations)) return [];
	return violations
		.filter(isObject)
		.map(({ field, description }) => [field, description].map((text) => toText(text)).join(': '));
}

/** What an answer says: Bluecore's message, its request ID, and whether there was JSON at all. */
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

/** What an answer says, free of secrets; also as sentences for a description. */
function readAnswer({ statusCode, body, headers }: Response, { secrets }: FailureFacts) {
	const { apiMessage, requestId: givenId = textIn(headers, 'x-bluecore-id') } =
		readApiMessage(body);
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

function describeResponse(response: Response, facts: FailureFacts): ApiFailure {
	const { sentences, needs, ...answer } = readAnswer(response, facts);
	const { message, fix } = isOfProxy(response)
		? proxyFailure(response, facts)
		: explainStatus(response.statusCode, needs ?? answer.apiMessage, answer.requestId, facts);
	const earlier = facts.mayHaveArrived ? ` ${facts.unknownFix ?? `${earlierTry(facts)}.`}` : '';
	const text = `${fix}${earlier}${longWait(response.headers)}${sentences}`;
	return { ...answer, message, fix: withRequestId(text, message, answer.requestId) };
}

/** Names the ID of the request, unless one of the texts does. */
const withRequestId = (fix: string, message: string, requestId: string | undefined): string =>
	requestId === undefined || `${fix}${message}`.includes(requestId)
		? fix
		: `${fix} Request ID: ${requestId}.`;

function proxyFailure(response: Response, { endpoint, host, attempts }: FailureFacts): Problem {
	const { message, fix } = aboutProxy(response, host);
	return {
		message: `${message}, so ${WHAT[endpoint]} was not accepted${triedTimes(attempts)}`,
		fix,
	};
}

/** Says once what Bluecore says in a sentence for each variable; undefined if it names only one. */
function needsIn(apiMessage: string): string | undefined {
	const names = Array.from(
		apiMessage.matchAll(/missing the attribute ['"]?([^\s'"]+)/g),
		([, name]) => name,
	);
	return names.length > 1
		? `the template needs ${names.length} values that it was not given: ${joinList(names)}`
		: undefined;
}

/** What to do about an email that Bluecore finds wrong. */
function missingFix(apiMessage: string): string {
	if (/customer.?attribute/i.test(apiMessage)) {
		return 'Leave Customer Attributes empty for transactional campaigns, and do not send protected attributes.';
	}
	if (/\bsize\b|exceed/i.test(apiMessage)) {
		return 'Pass less in Template Attributes: use links to images instead of embedded images, and shorten long HTML.';
	}
	return 'Add every attribute that the message names. Attributes of the template belong in Template Attributes, with an empty value if they have none.';
}

/** Says why there was no retry where Bluecore asks for a longer wait than an execution should last. */
function longWait(headers: Response['headers']): string {
	const now = Date.now();
	const ms = parseRetryAfter(headers['retry-after'], now) ?? 0;
	return ms > MAX_RETRY_AFTER_MS
		? ` Bluecore asks to wait ${Math.ceil(ms / 60_000)} minutes, and this node waits for ${MAX_RETRY_AFTER_MS / 60_000} at most. Run the item again after ${timeText(now + ms)}.`
		: '';
}

function explainStatus(
	status: number,
	apiMessage: string | undefined,
	requestId: string | undefined,
	{ endpoint, host, attempts, explain }: FailureFacts,
): Problem {
	const own = explain?.(status, apiMessage);
	if (own) return own;
	const what = WHAT[endpoint];
	const isEvent = endpoint === 'event';
	if (status === 401 || status === 403) {
		return isEvent
			? {
					message: `Bluecore did not accept the Namespace (${status})`,
					fix: 'Check Namespace in the Bluecore credential: it must be exactly as Bluecore gave it to you.',
				}
			: {
					message: `Bluecore did not accept the API Key for this Namespace (${status})`,
					fix: 'Check API Key and Namespace in the Bluecore credential: the key is wrong, was revoked, or belongs to another namespace.',
				};
	}
	const isEmail = endpoint === 'send' || endpoint === 'status';
	if (status === 404 && isEmail && !isUnknownAddress(apiMessage)) {
		return endpoint === 'send'
			? {
					message: 'The campaign does not exist in this namespace',
					fix: 'Copy Campaign ID from the campaigns page in Bluecore, and check Namespace (and a custom Email URL) in the credential.',
				}
			: {
					message: 'The conversation does not exist in this namespace',
					fix: 'Pass the conversation_id that Send returned, and use the same credential.',
				};
	}
	if (status === 422) {
		return {
			message: `Bluecore refused ${what}: ${apiMessage ?? 'something is missing in it'}`,
			fix: missingFix(apiMessage ?? ''),
		};
	}
	if (status === 429) {
		return {
			message: `Bluecore is receiving too many requests and did not accept ${what}${triedTimes(attempts)}`,
			fix: `Run it again later. ${FEWER_REQUESTS}`,
		};
	}
	if (status >= 500) {
		return {
			message: `Bluecore could not process ${what}${triedTimes(attempts)}: ${apiMessage ?? `status ${status}`}`,
			fix: `Try again later. If this continues, write to ${SUPPORT}${requestId ? ` and quote the request ID ${requestId}` : ''}.`,
		};
	}
	if (status === 406) {
		return {
			message: `Bluecore does not accept the media type of ${what}`,
			fix: 'This is a defect of this node: please report it with the versions of the node and of n8n.',
		};
	}
	if (status === 413) {
		return {
			message: `${host} does not accept so much data at once, so ${what} was not accepted`,
			fix: 'Send less data in this item. If Bluecore accepts as much, a proxy or gateway on the way has a lower limit: ask whoever runs it.',
		};
	}
	if ((status >= 300 && status < 400) || status === 404 || status === 405) {
		return {
			message: `The URL is not the address of Bluecore's API: ${host} answered ${status}`,
			fix:
				status < 400
					? 'Check the URL in the Bluecore credential. Redirects are not followed, because the API key and customer data could then go to another server: enter the address that the redirect leads to.'
					: 'Check the URL in the Bluecore credential: the host, and the path that the node adds its own to.',
		};
	}
	return {
		message: `Bluecore refused ${what}: ${apiMessage ?? `status ${status}`}`,
		fix: 'To see what is sent, use the options Validate Only and Include Payload.',
	};
}
