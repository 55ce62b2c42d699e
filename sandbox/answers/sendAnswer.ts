import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyReply, FastifyRequest } from 'fastify';

import type { FaultEffect } from '../faults/faultEffect';
import type { Decision } from '../state/calls';

/** Sends an answer, or as much of it as a fault lets through. */
export async function sendAnswer(
	request: FastifyRequest,
	reply: FastifyReply,
	decision: Decision,
	fault: FaultEffect = {},
): Promise<void> {
	const { delayMs, drop, truncate } = fault;
	const headers = { ...decision.answerHeaders, ...fault.headers };
	if (delayMs !== undefined) await sleep(delayMs, undefined, { ref: false });
	if (drop !== undefined) {
		reply.hijack();
		request.raw.socket.destroy();
	} else if (truncate) {
		reply.hijack();
		sendHalf(reply, decision, headers);
	} else {
		await reply.code(decision.status).headers(headers).send(decision.answer);
	}
}

/** Sends the first half of an answer whose content-length promises the whole. */
function sendHalf(
	{ raw }: FastifyReply,
	{ status, answer }: Decision,
	headers: Readonly<Record<string, string>>,
): void {
	const text = JSON.stringify(answer ?? null);
	raw.writeHead(status, {
		...headers,
		'content-type': 'application/json; charset=utf-8',
		'content-length': Buffer.byteLength(text),
	});
	raw.write(text.slice(0, Math.ceil(text.length / 2)), () => raw.socket?.destroy());
}
