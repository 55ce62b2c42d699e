import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FaultEffect } from '../faults/faultEffect';
import type { Decision } from '../state/calls';

/** Sends an answer, or as much of it as a fault lets through. */
export async function sendAnswer(
	response: ServerResponse,
	{ status, answer, answerHeaders }: Pick<Decision, 'status' | 'answer' | 'answerHeaders'>,
	fault: FaultEffect = {},
): Promise<void> {
	const isText = typeof answer === 'string';
	// An answer that is cut off has something to cut.
	const isEmpty = !fault.truncate && (answer === undefined || answer === null);
	const body = Buffer.from(isText ? answer : isEmpty ? '' : JSON.stringify(answer ?? null));
	const headers = {
		...(body.length > 0 && {
			'content-type': `${isText ? 'text/plain' : 'application/json'}; charset=utf-8`,
		}),
		...(status !== 204 && { 'content-length': body.length }),
		...answerHeaders,
		...fault.headers,
	};
	const { delayMs, drop, truncate } = fault;
	await sendBytes(response, { status, headers, body }, { delayMs, drop, truncate });
}

/** The bytes of an answer. */
export interface AnswerBytes {
	readonly status: number;
	readonly statusText?: string;
	readonly headers: OutgoingHttpHeaders | string[];
	readonly body: Buffer;
}

/** Sends the bytes of an answer, or as many of them as a fault lets through. */
export async function sendBytes(
	response: ServerResponse,
	{ status, statusText, headers, body }: AnswerBytes,
	{ delayMs, drop, truncate }: Pick<FaultEffect, 'delayMs' | 'drop' | 'truncate'> = {},
): Promise<void> {
	if (delayMs !== undefined) await sleep(delayMs, undefined, { ref: false });
	const { socket } = response;
	if (drop !== undefined) {
		socket?.destroy();
		return;
	}
	response.writeHead(status, statusText, headers);
	if (truncate)
		response.write(body.subarray(0, Math.ceil(body.length / 2)), () => socket?.destroy());
	// As one text with the headers, which is written faster than two parts.
	else response.end(body.toString('latin1'), 'latin1');
}
