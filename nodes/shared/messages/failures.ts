import type { OpenCircuit } from '../delivery/circuitBreaker';
import type { InvalidResponse, Outcome, Response } from '../delivery/outcome';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../delivery/retry';
import { redact } from '../values/redact';
import type { Problem } from '../values/report';
import { joinList } from '../values/text';
import { aboutProxy, isOfProxy, readApiMessage } from './answers';
import { ENDPOINTS, triedTimes, type Endpoint } from './endpoints';
import { explainStatus, FEWER_REQUESTS } from './statuses';

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
	readonly secrets: Parameters<typeof redact>[1];
}

/** A failure in words, with what the API itself said, free of secrets. */
export interface ApiFailure extends Problem {
	readonly httpCode: string | null;
	readonly apiMessage?: string;
	readonly requestId?: string;
}

const MAX_API_MESSAGE = 500;

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
const NEVER_STARTED: ApiFailure = {
	httpCode: null,
	message: 'The run ended before this was sent',
	fix: 'Run the item again.',
};

/** Says what happened to a call that was not accepted, or without an outcome not started, and what to do. */
export function describeFailure(outcome: Outcome | undefined, facts: FailureFacts): ApiFailure {
	switch (outcome?.kind) {
		case undefined:
			return NEVER_STARTED;
		case 'temporary':
		case 'refused':
		case 'accepted':
			return describeResponse(outcome.response, facts);
		case 'circuitOpen':
			return describeOpenCircuit(outcome, facts);
		case 'invalid':
			return { httpCode: null, ...describeInvalid(outcome.problem, facts) };
		case 'cancelled':
			return { httpCode: null, message: 'The execution was canceled', fix: unknownFix(facts) };
		case 'notSent':
			return { httpCode: null, ...describeNotSent(outcome, facts) };
		case 'unknown':
			return { httpCode: null, ...describeUnanswered(outcome.code, facts) };
	}
}

function describeInvalid({ message, fix, mayHaveArrived }: InvalidResponse, facts: FailureFacts) {
	if (!facts.mayHaveArrived) return { message, fix };
	const earlier = mayHaveArrived ? facts.unknownFix : `${earlierTry(facts)}.`;
	return { message, fix: earlier ? `${fix} ${earlier}` : fix };
}

function describeNotSent(
	{ problem, code }: Extract<Outcome, { kind: 'notSent' }>,
	facts: FailureFacts,
): Problem {
	const { message, fix } = problem ?? describeConnection(code, facts.host);
	const tried = triedTimes(facts.attempts);
	return facts.mayHaveArrived
		? { message, fix: `${fix} ${earlierTry(facts)}${tried}.` }
		: { message: `${message}, so ${ENDPOINTS[facts.endpoint].what} was not sent${tried}`, fix };
}

function describeUnanswered(code: string, facts: FailureFacts): Problem {
	const { what } = ENDPOINTS[facts.endpoint];
	return facts.hasNotArrived
		? {
				message: `${unanswered(code, facts)}, and ${what} has not arrived${triedTimes(facts.attempts)}`,
				fix: 'Run the item again.',
			}
		: {
				message: `${unanswered(code, facts)}, so it is unknown whether ${what} arrived`,
				fix: unknownFix(facts),
			};
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
	const what = ENDPOINTS[endpoint].what;
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

function unknownFix({ endpoint, attempts, unknownFix: own = '' }: FailureFacts): string {
	return `${own}${ENDPOINTS[endpoint].unknownFix(triedTimes(attempts))}`;
}

const earlierTry = ({ endpoint }: FailureFacts) =>
	`An earlier attempt got no answer, so ${ENDPOINTS[endpoint].what} may have arrived anyway`;

const textIn = (headers: Response['headers'], name: string): string | undefined => {
	const value = headers[name];
	return typeof value === 'string' ? value : undefined;
};

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
	const { statusCode: status } = response;
	const apiMessage = needs ?? answer.apiMessage;
	const { message, fix } = isOfProxy(response)
		? proxyFailure(response, facts)
		: (facts.explain?.(status, apiMessage) ??
			explainStatus({ ...facts, ...answer, status, apiMessage }));
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
		message: `${message}, so ${ENDPOINTS[endpoint].what} was not accepted${triedTimes(attempts)}`,
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

/** Says why there was no retry where Bluecore asks for a longer wait than an execution should last. */
function longWait(headers: Response['headers']): string {
	const now = Date.now();
	const ms = parseRetryAfter(headers['retry-after'], now) ?? 0;
	return ms > MAX_RETRY_AFTER_MS
		? ` Bluecore asks to wait ${Math.ceil(ms / 60_000)} minutes, and this node waits for ${MAX_RETRY_AFTER_MS / 60_000} at most. Run the item again after ${timeText(now + ms)}.`
		: '';
}
