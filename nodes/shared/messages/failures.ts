import type { OpenCircuit } from '../delivery/circuitBreaker';
import { serviceHealth, type Outcome, type Response } from '../delivery/outcome';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../delivery/retry';
import type { Problem } from '../values/report';
import {
	aboutProxy,
	describeConnection,
	isOfProxy,
	isPage,
	isUnknownAddress,
	noAnswerIn,
	notTheApi,
	readAnswer,
	type ApiResponse,
} from './answers';

/** Which of Bluecore's APIs was asked, and for what. */
type Endpoint = 'event' | 'send' | 'status' | 'read' | 'change' | 'message';

/** What differs between the endpoints in messages about a failure. */
interface EndpointTexts {
	readonly what: string;
	/** What to do when it is unknown whether it arrived; `tried`: how often it was sent, in brackets, or nothing. */
	unknownFix(tried: string): string;
	/** What a 404 of Bluecore means; without it, the address is wrong. */
	readonly notFound?: Problem;
}

const ENDPOINTS: Readonly<Record<Endpoint, EndpointTexts>> = {
	event: {
		what: 'the event',
		unknownFix: (tried) =>
			`The event may already be in Bluecore${tried}. Run the item again if a second event does no harm: Bluecore counts a purchase with the same Order ID once.`,
	},
	send: {
		what: 'the email',
		unknownFix: (tried) =>
			`The email may have been sent${tried}. Before you send it again, look for it in the campaign's report in Bluecore. With the option Retry on Unknown Outcome, the node sends it again by itself, and the customer may get it twice.`,
		notFound: {
			message: 'The campaign does not exist in this namespace',
			fix: 'Copy Campaign ID from the campaigns page in Bluecore, and check Namespace (and a custom Email URL) in the credential.',
		},
	},
	status: {
		what: 'the status request',
		unknownFix: (tried) => `Run the item again: asking for a status changes nothing${tried}.`,
		notFound: {
			message: 'The conversation does not exist in this namespace',
			fix: 'Pass the conversation_id that Send returned, and use the same credential.',
		},
	},
	read: {
		what: 'the request',
		unknownFix: (tried) => `Run the item again: reading changes nothing${tried}.`,
	},
	change: {
		what: 'the change',
		unknownFix: (tried) => `Run the item again: a change that is made twice does no harm${tried}.`,
	},
	/** Each message says itself what to do. */
	message: { what: 'the message', unknownFix: (tried) => tried },
};

export interface FailureFacts {
	readonly endpoint: Endpoint;
	readonly host: string;
	readonly attempts: number;
	readonly mayHaveArrived: boolean;
	/** Whether it was found out that no attempt has arrived. */
	readonly hasNotArrived?: boolean;
	readonly timeoutMs: number;
	/** What a status means, where it is more than is said of it in general. */
	explain?(status: number, apiMessage?: string): Problem | undefined;
	/** What to do when it is unknown whether the request arrived. */
	readonly unknownFix?: string;
	readonly secrets: Parameters<typeof readAnswer>[1];
}

/** A failure in words, with what the API itself said, free of secrets. */
export interface ApiFailure extends Problem {
	readonly httpCode: string | null;
	readonly apiMessage?: string;
	readonly requestId?: string;
}

/** The facts, and parts of sentences about them. */
interface Facts extends FailureFacts {
	readonly what: string;
	/** How often it was sent; nothing for once. */
	readonly tried: string;
	/** What to do when it is unknown whether it arrived. */
	readonly ifUnknown: string;
	/** What an attempt before the last one may have done. */
	readonly earlierTry: string;
}

/** Says what happened to a call that was not accepted, or without an outcome not started, and what to do. */
export function describeFailure(outcome: Outcome | undefined, given: FailureFacts): ApiFailure {
	const { what, unknownFix } = ENDPOINTS[given.endpoint];
	const tried = given.attempts > 1 ? ` (tried ${given.attempts} times)` : '';
	const facts: Facts = {
		...given,
		what,
		tried,
		ifUnknown: given.unknownFix?.replace(/\.$/, `${tried}.`) ?? unknownFix(tried),
		earlierTry: `An earlier attempt got no answer from Bluecore, so ${what} may have arrived anyway`,
	};
	return { httpCode: null, ...describe(outcome, facts) };
}

function describe(outcome: Outcome | undefined, facts: Facts): Problem & Partial<ApiFailure> {
	switch (outcome?.kind) {
		case undefined:
			return { message: 'The run ended before this was sent', fix: 'Run the item again.' };
		case 'temporary':
		case 'refused':
		case 'accepted':
			return describeResponse(outcome.response, facts);
		case 'circuitOpen':
			return describeOpenCircuit(outcome, facts);
		case 'invalid':
			return describeInvalid(outcome, facts);
		case 'cancelled':
			return { message: 'The execution was canceled', fix: facts.ifUnknown };
		case 'notSent':
			return describeNotSent(outcome, facts);
		case 'unknown':
			return describeUnanswered(outcome.code, facts);
	}
}

function describeInvalid(
	{ response, problem }: Extract<Outcome, { kind: 'invalid' }>,
	facts: Facts,
): Problem & Partial<ApiFailure> {
	const { message, mayHaveArrived } = problem;
	const { apiMessage = '', requestId } = readAnswer(response, facts.secrets);
	const earlier = mayHaveArrived ? facts.unknownFix : `${facts.earlierTry}.`;
	const fix = [
		problem.fix,
		...(facts.mayHaveArrived && earlier ? [earlier] : []),
		...(message.includes(apiMessage)
			? []
			: [`The answer was ${response.statusCode}: "${apiMessage}"`]),
	].join(' ');
	return {
		message,
		fix: withRequestId(fix, message, requestId),
		...(apiMessage && { apiMessage }),
		...(requestId && { requestId }),
	};
}

function describeNotSent(
	{ problem, code }: Extract<Outcome, { kind: 'notSent' }>,
	{ host, mayHaveArrived, what, tried, earlierTry }: Facts,
): Problem {
	const { message, fix } = problem ?? describeConnection(code, host);
	return mayHaveArrived
		? { message, fix: `${fix} ${earlierTry}${tried}.` }
		: { message: `${message}, so ${what} was not sent${tried}`, fix };
}

function describeUnanswered(code: string, facts: Facts): Problem & Partial<ApiFailure> {
	const { what, tried, ifUnknown } = facts;
	const message = unanswered(code, facts);
	const known = facts.hasNotArrived
		? { message: `${message}, and ${what} has not arrived${tried}`, fix: 'Run the item again.' }
		: { message: `${message}, so it is unknown whether ${what} arrived`, fix: ifUnknown };
	return { ...known, httpCode: isStatus(code) ? code : null };
}

/** Until when nothing is sent to the account and why, and what that means for this request. */
function describeOpenCircuit({ until, cause }: OpenCircuit, facts: Facts): Problem {
	const { mayHaveArrived, what, tried, ifUnknown } = facts;
	const { message, fix } = explainOpenCircuit(cause, facts);
	const reason = message.replace(/^(?:A|No|The) /, (word) => word.toLowerCase());
	const end = mayHaveArrived
		? `it is unknown whether ${what} arrived`
		: `${what} was not sent${tried}`;
	const { sentences = '', ...answer } =
		'response' in cause && !isUsedUp(cause)
			? readAnswer(cause.response, facts.secrets)
			: { requestId: undefined };
	const said = `Nothing is sent to this account until ${timeText(until)}, because ${reason}; ${end}`;
	const advice = `${mayHaveArrived ? ifUnknown : 'Run the item again after that time.'}${fix}${sentences}`;
	return { ...answer, message: said, fix: withRequestId(advice, said, answer.requestId) };
}

/** Whether the account has used up its quota: an answer to another request said so, which is no failure. */
const isUsedUp = (cause: Outcome) => serviceHealth(cause) === 'up';

/** Why the circuit is open, as a part of a sentence, and what helps besides waiting. */
function explainOpenCircuit(cause: Outcome, facts: Facts): Problem {
	if (isUsedUp(cause)) {
		return { message: 'it has used up the requests that Bluecore takes in that time', fix: '' };
	}
	if ('response' in cause) {
		const { statusCode } = cause.response;
		return statusCode === 429
			? { message: 'Bluecore is receiving too many requests', fix: ` ${FEWER_REQUESTS}` }
			: { message: `Bluecore answers ${statusCode}`, fix: '' };
	}
	if (cause.kind === 'notSent') {
		const { message, fix } = cause.problem ?? describeConnection(cause.code, facts.host);
		return { message, fix: ` ${fix}` };
	}
	const code = cause.kind === 'unknown' ? cause.code : '';
	return { message: unanswered(code, facts), fix: '' };
}

/** A time that a person can read, rounded up to a minute; with the date if that is not today's. */
function timeText(time: number): string {
	const text = new Date(Math.ceil(time / 60_000) * 60_000).toISOString();
	const [date, hour] = [text.slice(0, 10), text.slice(11, 16)];
	return new Date().toISOString().startsWith(date) ? `${hour} UTC` : `${date} ${hour} UTC`;
}

/** Whether the code of an attempt without an answer of Bluecore is the status that another server gave. */
const isStatus = (code: string): boolean => /^\d+$/.test(code);

function unanswered(code: string, { host, timeoutMs }: Facts): string {
	if (isStatus(code)) return `A server on the way to ${host} answered ${code} in its place`;
	const late = noAnswerIn(timeoutMs, code);
	if (late !== undefined) return `${host} ${late}`;
	return /^(?:EPROTO$|ERR_SSL_|HPE_INVALID_CONSTANT$)/.test(code)
		? `The connection to ${host} broke (${code}), as it does if only one side uses https`
		: `The connection to ${host} was closed before the answer was complete (${code})`;
}

function describeResponse(response: Response, facts: Facts): Problem {
	const { sentences, needs, ...answer } = readAnswer(response, facts.secrets);
	const { statusCode: status, urlLabel = 'URL' }: ApiResponse = response;
	const failed = { ...facts, ...answer, status, urlLabel, apiMessage: needs ?? answer.apiMessage };
	const { message, fix } = explainAnswer(response, failed);
	const earlier = facts.mayHaveArrived ? ` ${facts.unknownFix ?? `${facts.earlierTry}.`}` : '';
	const text = `${fix}${earlier}${longWait(response.headers)}${sentences}`;
	return { ...answer, message, fix: withRequestId(text, message, answer.requestId) };
}

/** Names the ID of the request, unless one of the texts does. */
const withRequestId = (fix: string, message: string, requestId: string | undefined): string =>
	requestId === undefined || `${fix}${message}`.includes(requestId)
		? fix
		: `${fix} Request ID: ${requestId}.`;

/** Says why there was no retry where Bluecore asks for a longer wait than an execution should last. */
function longWait(headers: Response['headers']): string {
	const now = Date.now();
	const ms = parseRetryAfter(headers['retry-after'], now) ?? 0;
	return ms > MAX_RETRY_AFTER_MS
		? ` Bluecore asks to wait ${Math.ceil(ms / 60_000)} minutes, and this node waits for ${MAX_RETRY_AFTER_MS / 60_000} at most. Run the item again after ${timeText(now + ms)}.`
		: '';
}

/** An answer of failure, and the request that it answers. */
interface FailedAnswer extends Facts {
	readonly status: number;
	/** The field of the credential that has the address. */
	readonly urlLabel: string;
	/** What Bluecore says. */
	readonly apiMessage?: string;
	readonly requestId?: string;
}

const FEWER_REQUESTS =
	'If this happens often, set the option Requests per Second to what your account allows, or run fewer workflows at the same time.';

/** What Bluecore means by a status. */
const STATUSES: Readonly<Partial<Record<number, (answer: FailedAnswer) => Problem>>> = {
	401: notAllowed,
	403: notAllowed,
	404: (answer) =>
		(isUnknownAddress(answer.apiMessage) ? undefined : ENDPOINTS[answer.endpoint].notFound) ??
		wrongAddress(answer),
	405: wrongAddress,
	406: ({ what }) => ({
		message: `Bluecore does not accept the media type of ${what}`,
		fix: 'This is a defect of this node: please report it with the versions of the node and of n8n.',
	}),
	413: ({ what, host }) => ({
		message: `${host} does not accept so much data at once, so ${what} was not accepted`,
		fix: 'Send less data in this item. If Bluecore accepts as much, a proxy or gateway on the way has a lower limit: ask whoever runs it.',
	}),
	/** Only the email API uses it. */
	422: ({ what, apiMessage = 'something is missing in it' }) => ({
		message: `Bluecore refused ${what}: ${apiMessage}`,
		fix: missingFix(apiMessage),
	}),
	429: ({ what, tried }) => ({
		message: `Bluecore is receiving too many requests and did not accept ${what}${tried}`,
		fix: `Run it again later. ${FEWER_REQUESTS}`,
	}),
};

/** By these, Bluecore speaks of a key, a scope or an ID; the pages of other servers speak of themselves. */
const OF_ACCOUNT: ReadonlySet<number> = new Set([401, 403, 404]);

/** What an answer means that another server than Bluecore's API gave; undefined for others. */
function explainOtherServer(response: Response, answer: FailedAnswer): Problem | undefined {
	const { status, what, tried, host } = answer;
	if (isOfProxy(response)) {
		const { message, fix } = aboutProxy(response, host);
		return { message: `${message}, so ${what} was not accepted${tried}`, fix };
	}
	return OF_ACCOUNT.has(status) && isPage(response) ? notTheApi(response) : undefined;
}

/** Says what an answer of failure means, and what to do. */
function explainAnswer(response: Response, answer: FailedAnswer): Problem {
	const { endpoint, status, what, apiMessage } = answer;
	const known =
		explainOtherServer(response, answer) ??
		answer.explain?.(status, apiMessage) ??
		STATUSES[status]?.(answer);
	if (known) return known;
	if (status >= 500) return notProcessed(answer);
	if (status >= 300 && status < 400) return wrongAddress(answer);
	return {
		message: `Bluecore refused ${what}: ${apiMessage ?? `status ${status}`}`,
		fix:
			endpoint === 'status'
				? 'Pass the conversation_id that Send returned, and use the same credential.'
				: 'To see what is sent, use the options Validate Only and Include Payload.',
	};
}

function notProcessed({ status, what, tried, apiMessage, requestId }: FailedAnswer): Problem {
	const quote = requestId ? ` and quote the request ID ${requestId}` : '';
	return {
		message: `Bluecore could not process ${what}${tried}: ${apiMessage ?? `status ${status}`}`,
		fix: `Try again later. If this continues, write to support@bluecore.com${quote}.`,
	};
}

function notAllowed({ endpoint, status }: FailedAnswer): Problem {
	return endpoint === 'event'
		? {
				message: `Bluecore did not accept the Namespace (${status})`,
				fix: 'Check Namespace in the Bluecore credential: it must be exactly as Bluecore gave it to you.',
			}
		: {
				message: `Bluecore did not accept the API Key for this Namespace (${status})`,
				fix: 'Check API Key and Namespace in the Bluecore credential: the key is wrong, was revoked, or belongs to another namespace.',
			};
}

function wrongAddress({ host, status, urlLabel }: FailedAnswer): Problem {
	return {
		message: `The ${urlLabel} is not the address of Bluecore's API: ${host} answered ${status}`,
		fix:
			status < 400
				? `Check the ${urlLabel} in the Bluecore credential. Redirects are not followed, because the API key and customer data could then go to another server: enter the address that the redirect leads to.`
				: `Check the ${urlLabel} in the Bluecore credential: the host, and the path that the node adds its own to.`,
	};
}

function missingFix(apiMessage: string): string {
	if (/customer.?attribute/i.test(apiMessage)) {
		return 'Leave Customer Attributes empty for transactional campaigns, and do not send protected attributes.';
	}
	if (/\bsize\b|exceed/i.test(apiMessage)) {
		return 'Pass less in Template Attributes: use links to images instead of embedded images, and shorten long HTML.';
	}
	return 'Add every attribute that the message names. Attributes of the template belong in Template Attributes, with an empty value if they have none.';
}
