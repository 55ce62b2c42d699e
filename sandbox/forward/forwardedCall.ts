import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Endpoint } from '../answers/endpoints';
import { decompressed } from '../answers/readRequest';
import type { Account } from '../developerApi/developerApi';
import type { FaultEffect } from '../faults/faultEffect';
import { isDeeperThan, isRecord, MAX_DEPTH } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';
import { accept } from '../state/decisions';
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
	const decision = endpoint.judge(call, account, now);
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
	if (status < 400) return answered;
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
export function secretsIn(answer: ForwardedAnswer | undefined): string[] {
	if (!answer) return [];
	const value = readBody(answer.body, answer.headers['content-encoding']);
	return isRecord(value)
		? ['access_token', 'refresh_token', 'id_token']
				.map((name) => value[name])
				.filter((token) => typeof token === 'string')
		: [];
}

/** Sends what came back, unchanged, or as much of it as a fault lets through. */
export async function sendForwarded(
	request: FastifyRequest,
	reply: FastifyReply,
	{ status, rawHeaders, body }: ForwardedAnswer,
	{ delayMs, drop, truncate }: FaultEffect = {},
): Promise<void> {
	if (delayMs !== undefined) await sleep(delayMs, undefined, { ref: false });
	reply.hijack();
	const { raw } = reply;
	if (drop !== undefined) {
		request.raw.socket.destroy();
		return;
	}
	// An answer without a body, as to HEAD, keeps what it says of its length.
	const length = body.length > 0 ? ['Content-Length', String(body.length)] : lengthOf(rawHeaders);
	raw.writeHead(status, [...withoutConnection(rawHeaders), ...length]);
	if (truncate)
		raw.write(body.subarray(0, Math.ceil(body.length / 2)), () => raw.socket?.destroy());
	else raw.end(body);
}

function lengthOf(rawHeaders: readonly string[]): string[] {
	const at = rawHeaders.findIndex((name, n) => n % 2 === 0 && /^content-length$/i.test(name));
	return at < 0 ? [] : rawHeaders.slice(at, at + 2);
}

/** A value in which no secret is left; secrets that are too short to be any are kept. */
export function withoutSecrets<T extends object>(
	value: T,
	secrets: ReadonlyArray<string | undefined>,
): T {
	const text = JSON.stringify(value);
	const found = secrets
		.filter((secret) => secret !== undefined && secret.length >= MIN_SECRET)
		.map((secret) => JSON.stringify(secret).slice(1, -1))
		.filter((secret) => text.includes(secret));
	if (found.length === 0) return value;
	return JSON.parse(found.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)) as T;
}

const MIN_SECRET = 6;
