import fc from 'fast-check';

import type { DeveloperApi } from '../../nodes/Bluecore/developerApi';
import { sendMessage } from '../../nodes/Bluecore/sendMessage';
import type { Call } from '../../nodes/shared/delivery/call';
import { deliver, type DeliverySettings } from '../../nodes/shared/delivery/deliver';
import type { Response } from '../../nodes/shared/delivery/outcome';
import { Throttle } from '../../nodes/shared/delivery/throttle';
import { SameCustomer } from '../../nodes/shared/run/acrossItems';
import { Report } from '../../nodes/shared/values/report';
import { EXECUTION, requestsIn } from './developerOperations';
import { fakeClock } from './fakeClock';
import { itemOf } from './items';

/**
 * What a request meets. `before` and `after` say when the connection breaks, seen from the service; `late`: the connection breaks
 * at once, and the request arrives much later.
 */
const FATES = [
	'answer',
	'reset before',
	'reset after',
	'silence before',
	'silence after',
	'503 before',
	'504 after',
	'429',
	'not sent',
	'without data after',
	'page before',
	'late',
] as const;
type Fate = (typeof FATES)[number];

interface Scenario {
	/** Whether the service has each message from an earlier run. */
	readonly messages: readonly boolean[];
	/** The fates of all requests, in the order of their start; then every request is answered. */
	readonly fates: readonly Fate[];
	readonly latencies: readonly number[];
	readonly ifAlreadySent: 'return' | 'fail';
	readonly settings: DeliverySettings;
	readonly cancelAt?: number;
}

export const scenario: fc.Arbitrary<Scenario> = fc.record(
	{
		messages: fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()), {
			maxLength: 12,
		}),
		fates: fc.array(
			fc.oneof(
				{ weight: 1, arbitrary: fc.constant('answer' as const) },
				{ weight: 2, arbitrary: fc.constantFrom(...FATES) },
			),
			{ maxLength: 60 },
		),
		latencies: fc.array(
			fc.nat(500).map((half) => 2 * half + 1),
			{ minLength: 1, maxLength: 10 },
		),
		ifAlreadySent: fc.constantFrom('return', 'fail'),
		settings: fc.record({
			maxConcurrency: fc.integer({ min: 1, max: 8 }),
			requestsPerSecond: fc.constant(0),
			timeoutMs: fc.constant(3000),
			maxRetries: fc.nat(5),
			retryBaseMs: fc.constantFrom(10, 1000),
			retryMaxMs: fc.constant(30_000),
			retryUnknownOutcome: fc.constant(true),
			stopOnFailure: fc.boolean(),
		}),
		cancelAt: fc.nat(20_000),
	},
	{ requiredKeys: ['messages', 'fates', 'latencies', 'ifAlreadySent', 'settings'] },
);

/** A request as it went: what it met, and what the service said. */
interface Sent {
	readonly id: string;
	readonly method: string;
	readonly fate: Fate;
	status?: number;
}

const LEAVES_OPEN = /before|after|late/;
const LATE_MS = 10_000;
/** Everything that must be true of messages, whatever the network does. */
export async function check(given: Scenario): Promise<void> {
	const { messages, fates, latencies, ifAlreadySent, settings, cancelAt } = given;
	const clock = fakeClock(0, () => 0.5);
	const abort = new AbortController();
	const idOf = (index: number) => `m${index}`;
	const before = new Set(messages.flatMap((isThere, index) => (isThere ? [idOf(index)] : [])));
	const stored = new Set(before);
	const requests: Sent[] = [];
	const isLate = new Set<string>();

	function serve(method: string, id: string): Response {
		const answer = (statusCode: number, body: object) => ({ statusCode, headers: {}, body });
		if (method === 'POST' && stored.has(id)) return answer(409, { code: 6, message: 'used' });
		if (method === 'POST') stored.add(id);
		return stored.has(id)
			? answer(200, { data: { statuses: [{ status: 'INITIATED' }] } })
			: answer(404, { code: 5, message: 'not found' });
	}
	const fail = (code: string) => Object.assign(new Error(code), { code });

	const api: DeveloperApi = async (_account, { method, path }) => {
		const id = path[1];
		const fate = fates[requests.length] ?? 'answer';
		const request: Sent = { id, method, fate };
		const latency = latencies[requests.length % latencies.length];
		requests.push(request);
		if (fate === 'not sent') throw fail('ECONNREFUSED');
		if (fate === 'late') {
			isLate.add(id);
			void clock.sleep(LATE_MS).then(() => serve(method, id));
			throw fail('ECONNRESET');
		}
		await clock.sleep(latency / 2);
		if (fate === 'reset before') throw fail('ECONNRESET');
		if (fate === 'silence before') return await new Promise(() => undefined);
		if (fate === '503 before') return { statusCode: 503, headers: {}, body: {} };
		if (fate === '429') return { statusCode: 429, headers: {}, body: {} };
		if (fate === 'page before') return { statusCode: 200, headers: {}, body: '<html></html>' };
		const answer = serve(method, id);
		if (fate === 'silence after') return await new Promise(() => undefined);
		await clock.sleep(latency / 2);
		if (fate === 'reset after') throw fail('ECONNRESET');
		if (fate === '504 after') return { statusCode: 504, headers: {}, body: {} };
		if (fate === 'without data after') return { statusCode: 200, headers: {}, body: { ok: true } };
		request.status = answer.statusCode;
		return answer;
	};

	const operation = sendMessage.create({
		api,
		customers: new SameCustomer(),
		execution: EXECUTION,
	});
	const throttle = new Throttle(clock);
	const planned = messages.flatMap((_isThere, index) => {
		const parameters = { campaignIds: '1', email: 'jane@example.com', messageId: idOf(index) };
		const options = { ifAlreadySent };
		return requestsIn(operation.plan(itemOf(parameters, new Report(), { options })));
	});
	const calls = planned.map((request): Call => ({ ...request, throttle }));
	if (cancelAt !== undefined) void clock.sleep(cancelAt).then(() => abort.abort());
	const deliveries = await clock.runUntil(
		deliver(
			calls,
			{ ...settings, validateResponse: (response) => operation.validateResponse?.(response) },
			{ ...clock, signal: abort.signal },
		),
	);
	const endedAt = clock.now();
	await clock.runUntil(clock.sleep(2 * LATE_MS));

	deliveries.forEach((delivery, index) => {
		const id = idOf(index);
		const own = requests.filter((request) => request.id === id);
		const posts = own.filter(({ method }) => method === 'POST');
		expect(delivery.attempts).toBe(posts.length);
		// A refusal with 429 is about the account, and hardly counts as an attempt.
		const forRate = posts.filter(({ fate }) => fate === '429').length;
		const most = settings.maxRetries + 1 + (settings.maxRetries > 0 ? forRate : 0);
		expect(posts.length).toBeLessThanOrEqual(most);
		const wasCut = cancelAt !== undefined && cancelAt <= endedAt;
		const last = own.at(-1);
		if (delivery.fate === 'accepted' && delivery.outcome?.kind === 'accepted') {
			// Nothing is lost, and what this run has sent is not called sent before, whatever was answered on the way.
			expect(stored.has(id)).toBe(true);
			const output = operation.output(planned[index], delivery.outcome.response);
			const isOpen = own.some(({ fate }) => LEAVES_OPEN.test(fate));
			if (!before.has(id)) expect(output.already_sent).toBe(false);
			// If it was also unknown whether this run has sent it, the answers of this service do not tell.
			else if (!isOpen) expect(output.already_sent).toBe(true);
		} else if (delivery.fate === 'unknown') {
			// Only what nobody could find out stays unknown.
			expect(wasCut || (last?.method === 'GET' && last.status === undefined)).toBe(true);
		} else if (!isLate.has(id) && !before.has(id)) {
			expect(stored.has(id)).toBe(false);
		}
		// Before a message goes out again, it was found out that it has not arrived.
		own.forEach(({ method }, at) => {
			const previous = at > 0 ? own[at - 1] : undefined;
			if (method !== 'POST' || !previous) return;
			const isKnown =
				previous.method === 'GET'
					? previous.status === 404
					: ['429', 'not sent', 'page before'].includes(previous.fate);
			expect(isKnown).toBe(true);
		});
	});
}
