import type { IncomingMessage, ServerResponse } from 'node:http';

import { answerCall, refuseTooLarge } from './answers/answerCall';
import type { Endpoint } from './answers/endpoints';
import { isBrowserRequest, readBody, readRequest } from './answers/readRequest';
import { sendAnswer } from './answers/sendAnswer';
import type { Account } from './developerApi/developerApi';
import { shortenTokenIn } from './developerApi/tokens';
import { describeEffect, type FaultEffect } from './faults/faultEffect';
import type { Faults } from './faults/faults';
import {
	judgeForwarded,
	secretsIn,
	sendForwarded,
	withAnswer,
	withoutAnswer,
	withoutSecrets,
} from './forward/forwardedCall';
import type { ForwardedAnswer, Forwarder } from './forward/forwarder';
import { shorten } from './schemas/jsonValues';
import type { Decision, IncomingCall, NewCall, RecordedCall } from './state/calls';

/** What happens to a call; undefined for Bluecore's answer. */
export type Interceptor = (call: IncomingCall) => FaultEffect | undefined;

/** The sandbox, as far as calls of Bluecore's APIs need it. */
interface Receiver extends Account {
	readonly faults: Faults;
	readonly interceptor: Interceptor | undefined;
	readonly forwarder: Forwarder | undefined;
	store(call: NewCall, answerAfter?: Decision['answerAfter']): RecordedCall;
}

/** A call that has arrived. */
interface Received {
	readonly call: IncomingCall;
	readonly endpoint: Endpoint;
	readonly now: number;
	readonly fault?: FaultEffect;
}

/** Larger than Bluecore's own limits, so that the sandbox can explain which limit a call exceeds. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** Reads a call and answers it. It is recorded before it is answered, so that a call whose answer is lost is recorded, too. */
export async function receiveCall(
	sandbox: Receiver,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const { forwarder, state } = sandbox;
	const server = forwarder?.serverOf(request.url ?? '');
	const body = await readBody(request, BODY_LIMIT);
	const isTooLarge = body === 'too large';
	const bytes = isTooLarge ? undefined : body;
	const { call, endpoint } = readRequest(request, bytes, forwarder !== undefined);
	if (isBrowserRequest(call) && server === undefined) {
		await sendAnswer(response, { status: 404, answer: { message: 'Not found.' } });
		return;
	}
	const now = state.clock.now();
	if (isTooLarge) {
		const decision = refuseTooLarge(endpoint);
		record(sandbox, { call, endpoint, now }, decision);
		await sendAnswer(response, decision);
		return;
	}
	const fault = sandbox.interceptor?.(call) ?? sandbox.faults.next(call, now);
	const received = { call, endpoint, now, fault };
	const isProcessed = fault?.status === undefined && fault?.drop !== 'before';
	if (forwarder && server !== undefined && isProcessed) {
		await forward(sandbox, forwarder, { ...received, server, bytes }, request, response);
		return;
	}
	const decision = answerCall(call, endpoint, sandbox, now, fault);
	const recorded = record(sandbox, received, decision);
	const { answer } = decision.answerAfter ? recorded : decision;
	await sendAnswer(response, { ...decision, answer }, fault);
}

/** Passes a call on, and records it with what came back and with the sandbox's own verdict. */
async function forward(
	sandbox: Receiver,
	forwarder: Forwarder,
	{
		server,
		bytes,
		...received
	}: Received & { readonly server: string; readonly bytes: Buffer | undefined },
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const { call, endpoint, now, fault } = received;
	const began = performance.now();
	const own = judgeForwarded(call, endpoint, sandbox, now);
	let answer: ForwardedAnswer | undefined;
	let decision: Decision;
	try {
		answer = await forwarder.send(server, request, bytes);
		decision = withAnswer(own, answer, call);
	} catch (error) {
		decision = withoutAnswer(own, server, error as Error);
	}
	const ms = Math.round(performance.now() - began);
	const credentials = request.headers.authorization?.split(' ').at(-1);
	const [safe, decided] = withoutSecrets(call, decision, [
		...[call.apiKey, credentials],
		...secretsIn(call, answer),
	]);
	record(sandbox, { ...received, call: safe }, decided, { to: server, ms });
	if (answer) await sendForwarded(response, answer, fault);
	else await sendAnswer(response, decision, fault);
}

function record(
	sandbox: Receiver,
	{ call, endpoint, now: at, fault }: Received,
	{ answer, answerAfter, reasons, remarks, ...decided }: Decision,
	forwarded?: RecordedCall['forwarded'],
): RecordedCall {
	const { api, method, path, headers, body, namespace, who } = call;
	return sandbox.store(
		{
			...{ at, api, method, path, headers, body },
			namespace: shorten(namespace),
			who: shorten(who),
			what: shorten(endpoint.name(call, sandbox.config)),
			...decided,
			...(fault?.drop && { status: 0 }),
			answer: api === 'token' ? shortenTokenIn(answer) : answer,
			reasons: reasons.map(shorten),
			remarks: remarks.map(shorten),
			...(forwarded && { forwarded }),
			...(fault && { fault: describeEffect(fault) }),
		},
		answerAfter,
	);
}
