import type { Call } from '../../../../nodes/shared/delivery/call';
import { deliver, type DeliverySettings } from '../../../../nodes/shared/delivery/deliver';
import type { Response } from '../../../../nodes/shared/delivery/outcome';
import { Throttle } from '../../../../nodes/shared/delivery/throttle';
import { fakeClock } from '../../../support/fakeClock';

const SETTINGS: DeliverySettings = {
	maxConcurrency: 2,
	requestsPerSecond: 0,
	timeoutMs: 1000,
	maxRetries: 2,
	retryBaseMs: 1000,
	retryMaxMs: 60_000,
	retryUnknownOutcome: false,
	stopOnFailure: false,
};

/** What a request meets: a status, or a connection that breaks. */
type Step = number | 'lost';

interface Plan {
	readonly sends: readonly Step[];
	readonly asks: readonly Step[];
	/** How long each attempt to send takes. */
	readonly ms?: number;
}

/** Delivers calls, of which 200 says that they have arrived and 404 that they have not. */
async function play(plans: readonly Plan[], settings: Partial<DeliverySettings> = {}) {
	const clock = fakeClock(0, () => 1);
	const throttle = new Throttle(clock);
	const log: string[] = [];
	const answer = (step: Step): Response => {
		if (step === 'lost') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		return { statusCode: step, headers: {}, body: { step } };
	};
	const calls = plans.map(({ sends, asks, ms = 0 }, index): Call => {
		const left = { sends: [...sends], asks: [...asks] };
		return {
			throttle,
			async send() {
				log.push(`${index} send ${clock.now()}`);
				await clock.sleep(ms);
				return answer(left.sends.shift() ?? 200);
			},
			confirmation: {
				isNeeded: ({ kind, ...outcome }, mayBeOwn) =>
					kind === 'unknown' ||
					(kind === 'refused' &&
						(outcome as { response: Response }).response.statusCode === 409 &&
						mayBeOwn),
				async ask(_signal, mayBeOwn) {
					log.push(`${index} ask ${clock.now()} ${mayBeOwn ? 'own' : 'other'}`);
					return answer(left.asks.shift() ?? 200);
				},
				read(response) {
					switch (response.statusCode) {
						case 200:
							return { kind: 'accepted', response };
						case 404:
							return 'notArrived';
						case 409:
							return { kind: 'refused', response };
						default:
							return undefined;
					}
				},
			},
		};
	});
	const deliveries = await clock.runUntil(deliver(calls, { ...SETTINGS, ...settings }, clock));
	return {
		log,
		results: deliveries.map(({ fate, attempts, outcome }) => [fate, attempts, outcome?.kind]),
	};
}

test.each<[string, Plan, string[], unknown[]]>([
	[
		'an answered call is not confirmed',
		{ sends: [200], asks: [] },
		['send'],
		['accepted', 1, 'accepted'],
	],
	[
		'a lost call that has arrived is accepted',
		{ sends: ['lost'], asks: [200] },
		['send', 'ask'],
		['accepted', 1, 'accepted'],
	],
	[
		'one that has not is sent again',
		{ sends: ['lost'], asks: [404] },
		['send', 'ask', 'send'],
		['accepted', 2, 'accepted'],
	],
	[
		'it is asked again after a failure',
		{ sends: ['lost'], asks: [503, 'lost', 200] },
		['send', 'ask', 'ask', 'ask'],
		['accepted', 1, 'accepted'],
	],
	[
		'until the retries are used up',
		{ sends: ['lost'], asks: [503, 503, 503, 200] },
		['send', 'ask', 'ask', 'ask'],
		['unknown', 1, 'unknown'],
	],
	[
		'a refusal of the question leaves it unknown',
		{ sends: ['lost'], asks: [403] },
		['send', 'ask'],
		['unknown', 1, 'unknown'],
	],
	[
		'what never arrives was not sent',
		{ sends: ['lost', 'lost', 'lost'], asks: [404, 404, 404] },
		['send', 'ask', 'send', 'ask', 'send', 'ask'],
		['notSent', 3, 'unknown'],
	],
	[
		'an answer can also say that it was refused',
		{ sends: ['lost'], asks: [409] },
		['send', 'ask'],
		['refused', 1, 'refused'],
	],
	[
		'a refused call is not confirmed',
		{ sends: [409], asks: [] },
		['send'],
		['refused', 1, 'refused'],
	],
	[
		'unless an earlier try may have arrived',
		{ sends: ['lost', 409], asks: [404, 200] },
		['send', 'ask', 'send', 'ask'],
		['accepted', 2, 'accepted'],
	],
])('%s', async (_what, plan, steps, result) => {
	const { log, results } = await play([plan]);
	expect(log.map((line) => line.split(' ')[1])).toEqual(steps);
	expect(results).toEqual([result]);
	expect(log.filter((line) => line.includes('other'))).toEqual([]);
});

test('it is asked after the wait of a retry, and sent again at once', async () => {
	const { log } = await play([{ sends: ['lost'], asks: [404] }]);
	expect(log).toEqual(['0 send 0', '0 ask 1000 own', '0 send 1000']);
});

test('after a stop nothing is sent, but it is found out what has arrived', async () => {
	const { log, results } = await play(
		[
			{ sends: ['lost'], asks: [404] },
			{ sends: [400], asks: [], ms: 500 },
			{ sends: [], asks: [] },
		],
		{ stopOnFailure: true, maxConcurrency: 1 },
	);
	expect(log).toEqual(['0 send 0', '1 send 0', '0 ask 1000 own']);
	expect(results).toEqual([
		['notSent', 1, 'unknown'],
		['refused', 1, 'refused'],
		['notSent', 0, undefined],
	]);
});

test('also of a call that is lost after the stop', async () => {
	const { log, results } = await play(
		[
			{ sends: [400], asks: [], ms: 500 },
			{ sends: ['lost'], asks: [200], ms: 800 },
		],
		{ stopOnFailure: true },
	);
	expect(log).toEqual(['0 send 0', '1 send 0', '1 ask 1800 own']);
	expect(results).toEqual([
		['refused', 1, 'refused'],
		['accepted', 1, 'accepted'],
	]);
});
