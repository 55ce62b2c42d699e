import type { ServerResponse } from 'node:http';

import { refuseTooDeep } from '../answers/answerCall';
import type { Endpoint } from '../answers/endpoints';
import { decompressed } from '../answers/readRequest';
import { sendBytes } from '../answers/sendAnswer';
import type { Account } from '../developerApi/developerApi';
import type { FaultEffect } from '../faults/faultEffect';
import { isDeeperThan, isRecord, MAX_DEPTH } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';
import { accept } from '../answers/decisions';
import { withoutConnection, type ForwardedAnswer } from './forwarder';

/** Statuses that depend on what only the real account knows: its keys, its campaigns, its customers, what was sent before. */
const OF_ACCOUNT = new Set([401, 403, 404, 409, 429]);

/** What the sandbox itself says of a call that another server answers. */
export function judgeForwarded(
	call: IncomingCall,
	endpoint: Endpoint,
	account: Account,
	now: number,
): Decision {
	if (endpoint.judge === undefined) return accept(202, undefined);
	const decision = refuseTooDeep(call, endpoint) ?? endpoint.judge(call, account, now);
	return decision.verdict === 'refused' && OF_ACCOUNT.has(decision.status)
		? accept(202, undefined)
		: decision;
}

const SERVER = 'The server that calls are forwarded to';

/** The verdict on a call, by what the sandbox says of it and by what came back. */
export function withAnswer(
	own: Decision,
	{ status, headers, body }: ForwardedAnswer,
	{ api }: IncomingCall,
): Decision {
	const answer = shownAnswer(api, readBody(body, headers['content-encoding']));
	const answered = {
		...own,
		status,
		answer,
		answerAfter: undefined,
		answerHeaders: shownAnswerHeaders(headers),
	};
	if (status < 300) return answered;
	const message =
		isRecord(answer) && typeof answer.message === 'string' ? `: ${answer.message}` : '.';
	return {
		...answered,
		verdict: status >= 500 || status === 429 ? 'faulted' : 'refused',
		reasons: [`${SERVER} answered ${status}${message}`, ...own.reasons],
		remarks: [],
	};
}

/** The verdict on a call that was not answered, and the answer that its sender gets. */
export function withoutAnswer(own: Decision, server: string, error: Error): Decision {
	const { code = '', message } = error as NodeJS.ErrnoException;
	const problem = message || code;
	const isSlow = problem.startsWith('no answer within');
	return {
		...own,
		status: isSlow ? 504 : 502,
		answer: { message: `The sandbox got no answer from ${server}: ${problem}.` },
		answerAfter: undefined,
		verdict: 'faulted',
		reasons: [`${SERVER} did not answer: ${problem}.`, ...own.reasons],
		remarks: [],
	};
}

/** JSON if the body is JSON, otherwise its text. */
function readBody(body: Buffer, encoding?: string): unknown {
	const text = decompressed(body, encoding);
	if (text === '') return undefined;
	try {
		const value = JSON.parse(text) as unknown;
		return isDeeperThan(MAX_DEPTH, value) ? text : value;
	} catch {
		return text;
	}
}

/** At most so much of an answer is shown. */
const MAX_SHOWN_BYTES = 1024 * 1024;

const TOKEN_FIELDS = new Set(['token_type', 'expires_in', 'scope', 'error', 'error_description']);

/** An answer without what may be a secret: of a token, only what is known to be none. */
function shownAnswer(api: IncomingCall['api'], answer: unknown): unknown {
	if (api === 'unknown') return answer === undefined ? undefined : '***';
	if (typeof answer === 'string') return api === 'token' ? '***' : answer.slice(0, MAX_SHOWN_BYTES);
	if (api !== 'token' || !isRecord(answer)) return answer;
	return Object.fromEntries(
		Object.entries(answer).map(([name, value]) => [name, TOKEN_FIELDS.has(name) ? value : '***']),
	);
}

const SHOWN_HEADERS = /^(content-type|date|retry-after|x-bluecore-id|(x-)?ratelimit-.*)$/;

const shownAnswerHeaders = (headers: ForwardedAnswer['headers']): Record<string, string> =>
	Object.fromEntries(
		Object.entries(headers)
			.filter(([name]) => SHOWN_HEADERS.test(name))
			.map(([name, value]) => [name, [value].flat().join(', ')]),
	);

/** The tokens that an answer gives. */
export function secretsIn(
	{ api }: IncomingCall,
	answer: ForwardedAnswer | undefined,
): Array<string | undefined> {
	if (api !== 'token' || !answer) return [];
	const value = readBody(answer.body, answer.headers['content-encoding']);
	return ['access_token', 'refresh_token', 'id_token'].map((name) => {
		const token = isRecord(value) ? value[name] : undefined;
		return typeof token === 'string' ? token : undefined;
	});
}

/** Sends what came back, unchanged, or as much of it as a fault lets through. */
export async function sendForwarded(
	response: ServerResponse,
	{ status, statusText, rawHeaders, body }: ForwardedAnswer,
	fault: FaultEffect = {},
): Promise<void> {
	// An answer without a body, as to HEAD, keeps what it says of its length.
	const length = body.length > 0 ? ['Content-Length', String(body.length)] : lengthOf(rawHeaders);
	const headers = [...withoutConnection(rawHeaders), ...length];
	response.sendDate = false;
	await sendBytes(response, { status, statusText, headers, body }, fault);
}

function lengthOf(rawHeaders: readonly string[]): string[] {
	const at = rawHeaders.findIndex((name, n) => n % 2 === 0 && /^content-length$/i.test(name));
	return at < 0 ? [] : rawHeaders.slice(at, at + 2);
}

/** What is shorter is no secret. */
const MIN_SECRET = 6;

/** A call and the decision on it, in whose texts no secret is left. */
export function withoutSecrets(
	call: IncomingCall,
	decision: Decision,
	given: ReadonlyArray<string | undefined>,
): [IncomingCall, Decision] {
	const secrets = given.filter((secret) => secret !== undefined && secret.length >= MIN_SECRET);
	const hide = <T>(value: T) => withoutTexts(value, secrets as string[]) as T;
	const { path, headers, body, namespace, who } = call;
	const { answer, answerHeaders, reasons, remarks } = decision;
	if (secrets.length === 0) return [call, decision];
	return [
		{
			...{ ...call, apiKey: undefined, path: hide(path), headers: hide(headers), body: hide(body) },
			...{ namespace: hide(namespace), who: hide(who) },
		},
		{
			...{ ...decision, answer: hide(answer), answerHeaders: hide(answerHeaders) },
			...{ reasons: hide(reasons), remarks: hide(remarks) },
		},
	];
}

/** A value with `***` in the place of secrets. A name of a property that is a plain word stays: it is a name of Bluecore's. */
function withoutTexts(value: unknown, secrets: readonly string[]): unknown {
	const hide = (text: string) =>
		secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
	if (typeof value === 'string') return hide(value);
	if (Array.isArray(value)) return value.map((each) => withoutTexts(each, secrets));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [
			/^[a-z_]+$/.test(name) ? name : hide(name),
			withoutTexts(inner, secrets),
		]),
	);
}
