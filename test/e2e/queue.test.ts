import { setTimeout as pause } from 'node:timers/promises';

import type { IDataObject } from 'n8n-workflow';

import { limiter } from '../../bench/rateLimit';
import { credentialsOf } from '../../harness/credentials';
import { createCredentials, importWorkflow } from '../../harness/n8n/importWorkflow';
import { createCustomers, cutTable, isBadRow, untilReported } from '../../harness/n8n/million';
import { N8n } from '../../harness/n8n/n8n';
import { stopAll, until, type Program } from '../../harness/n8n/program';
import { startQueueServices, type QueueServices } from '../../harness/n8n/queue';
import { sending, splitOut, step, webhook, workflowOf } from '../../harness/n8n/workflows';
import { groupBy } from '../../nodes/shared/values/value';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { post } from './support/webhooks';

/** What the email node says of an email. */
interface Report {
	readonly email: string;
	readonly conversation_id?: string;
	readonly error?: string;
}

const RUNS = 100;
const CUSTOMERS = 10;
const EVENTS_EACH = 5;
const EMAILS = 2;

const sandbox = useSandbox({ keep: 200_000 });
let services: QueueServices;
let main: N8n;
let workers: Array<{ n8n: N8n; program: Program }>;

const email = (run: number, n: number) => `r${run}-e${n}@example.com`;
const customer = (run: number, n: number) => `r${run}-c${n}`;

/** What one webhook call brings: events of some customers in turns, each with its number, and emails. */
const body = (run: number) => ({
	rows: Array.from({ length: CUSTOMERS * EVENTS_EACH }, (_, n) => ({
		id: customer(run, n % CUSTOMERS),
		term: String(Math.floor(n / CUSTOMERS)),
	})),
	emails: Array.from({ length: EMAILS }, (_, n) => ({ email: email(run, n) })),
});

const searches = (options: IDataObject) => {
	const search = { distinctId: '={{ $json.id }}', searchTerm: '={{ $json.term }}' };
	return sending('Events', 'bluecoreEvents', { operation: 'search', ...search, options });
};
const emails = (options: IDataObject) =>
	sending('Email', 'bluecoreEmail', {
		operation: 'send',
		campaignId: '34545238545',
		email: '={{ $json.email }}',
		templateAttributesInput: 'json',
		templateAttributesJson: '={{ { order_number: 1, first_name: "Jane", items: [], total: 1 } }}',
		options,
	});

const LOAD = workflowOf(
	'load',
	[
		webhook('load'),
		splitOut('Rows', 'body.rows'),
		splitOut('Addresses', 'body.emails'),
		searches({ maxRetries: 8, retryBaseSeconds: 0.2 }),
		{ ...emails({ retryBaseSeconds: 0.2 }), onError: 'continueRegularOutput' },
	],
	{
		Webhook: { main: [[step('Rows'), step('Addresses')]] },
		Rows: { main: [[step('Events')]] },
		Addresses: { main: [[step('Email')]] },
	},
);
const LONG = workflowOf('long', [
	webhook('long'),
	splitOut('Rows', 'body.rows'),
	searches({ maxConcurrency: 5 }),
]);
/** Messages whose IDs are their own, so that they can be sent again without harm. */
const MESSAGES = workflowOf('messages', [
	webhook('messages'),
	splitOut('Rows', 'body.rows'),
	sending('Messages', 'bluecore', {
		resource: 'message',
		operation: 'send',
		campaignIds: '34545238546',
		email: '={{ $json.id }}@example.com',
		messageId: '=order-{{ $json.id }}-confirmation',
		options: { maxConcurrency: 5, retryBaseSeconds: 0.2 },
	}),
]);
/** Emails with the default options. */
const SHARED = workflowOf('shared', [
	webhook('shared'),
	splitOut('Addresses', 'body.emails'),
	emails({}),
]);
/** The IDs of the workflows by their names. */
const ids: Record<string, string> = {};

beforeAll(async () => {
	services = await startQueueServices();
	const env = {
		...services.env,
		// Of a killed worker's runs n8n is to know within seconds, not minutes.
		QUEUE_WORKER_LOCK_DURATION: '15000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '5000',
		QUEUE_WORKER_STALLED_INTERVAL: '5000',
		N8N_LOG_LEVEL: 'info',
		DB_POSTGRESDB_POOL_SIZE: '10',
	};
	main = await N8n.prepare('2', env);
	await main.start();
	workers = await Promise.all(
		Array.from({ length: 2 }, async () => {
			const n8n = await N8n.prepare('2', env);
			return { n8n, program: await n8n.startWorker(5) };
		}),
	);
	const known = await createCredentials(main.rest, credentialsOf(sandbox, NAMESPACE, API_KEY));
	for (const workflow of [LOAD, LONG, MESSAGES, SHARED]) {
		ids[workflow.name] = await importWorkflow(main.rest, workflow, known);
		await main.rest.activate(ids[workflow.name]);
	}
}, 400_000);

afterAll(async () => {
	await stopAll();
});

const call = async (hook: string, given: unknown) =>
	await post(`${main.url}/webhook/${hook}`, given);

/** Waits until all executions of a workflow have ended; gives their statuses by ID. */
async function ends(
	workflow: string,
	count: number,
	seconds: number,
): Promise<Map<string, string>> {
	let statuses = new Map<string, string>();
	const isUnderWay = (status: string) => ['new', 'running', 'waiting'].includes(status);
	await until(
		`${count} executions of ${workflow} have ended`,
		() => {
			// Not by n8n's own list: its pages now and then leave one out.
			const sql = `select id, status from execution_entity where "workflowId" = '${ids[workflow]}' order by id desc`;
			statuses = new Map(services.query(sql).map(([execution, status]) => [execution, status]));
			return statuses.size >= count && ![...statuses.values()].some(isUnderWay);
		},
		seconds,
		1000,
	);
	return statuses;
}

/** For each distinct ID the numbers of its events, in order of arrival, each once. */
function arrivals(): Map<string, string[]> {
	const byCustomer = new Map<string, string[]>();
	for (const { properties } of sandbox.state.events) {
		const id = String(properties.distinct_id);
		const before = byCustomer.get(id) ?? [];
		const term = String(properties.search_term);
		if (!before.includes(term)) byCustomer.set(id, [...before, term]);
	}
	return byCustomer;
}

const IN_ORDER = Array.from({ length: EVENTS_EACH }, (_, n) => String(n));

test(`${RUNS} webhook runs under faults: every event and email accounted for, in order, no email doubled`, async () => {
	sandbox.faults.add({ status: 503, share: 0.02, seed: 1 });
	sandbox.faults.add({ drop: 'before', share: 0.015, seed: 2 });
	sandbox.faults.add({ drop: 'after', share: 0.015, seed: 3 });
	for (let run = 0; run < RUNS; run += 10) {
		await Promise.all(
			Array.from({ length: 10 }, async (_, n) => await call('load', body(run + n))),
		);
	}
	const statuses = await ends('load', RUNS, 240);
	expect([...statuses.values()]).toEqual(Array(RUNS).fill('success'));
	const byCustomer = arrivals();
	expect(byCustomer.size).toBe(RUNS * CUSTOMERS);
	expect([...byCustomer.values()].filter((terms) => terms.join() !== IN_ORDER.join())).toEqual([]);

	const reported: Report[] = [];
	for (const id of statuses.keys()) {
		reported.push(...((await main.rest.outputOf(id, 'Email')) as unknown as Report[]));
	}
	const arrived = [...sandbox.state.emails.values()].map(({ email: address }) => address);
	const sent = reported.filter((item) => item.conversation_id !== undefined);
	const unknown = reported.filter(({ error }) => error?.includes('unknown'));
	expect(reported).toHaveLength(RUNS * EMAILS);
	expect(sent.length + unknown.length).toBe(RUNS * EMAILS);
	expect(new Set(arrived).size).toBe(arrived.length);
	expect(sent.filter((item) => !arrived.includes(item.email))).toEqual([]);

	const shares = workers.map(({ program }) => program.log.match(/started execution/g)?.length ?? 0);
	expect(shares.every((count) => count > RUNS / 10)).toBe(true);
});

test('two workers share the limit of an account: every email is sent once, none is given up', async () => {
	const [LIMIT, SHARED_RUNS, EACH] = [200, 4, 300];
	const accepted: number[] = [];
	let refused = 0;
	const limit = { perSecond: LIMIT, counting: 'sliding second', retryAfter: false } as const;
	const accepts = limiter(limit);
	sandbox.interceptor = ({ api }) => {
		if (api !== 'send') return undefined;
		const now = performance.now();
		if (accepts(now)) {
			accepted.push(now);
			return undefined;
		}
		refused++;
		return { status: 429 };
	};
	for (let run = 0; run < SHARED_RUNS; run++) {
		const emails = Array.from({ length: EACH }, (_, n) => ({ email: email(1000 + run, n) }));
		await call('shared', { emails });
	}
	const statuses = await ends('shared', SHARED_RUNS, 120);
	expect([...statuses.values()]).toEqual(Array(SHARED_RUNS).fill('success'));
	const arrived = [...sandbox.state.emails.values()].map(({ email: address }) => address);
	expect(arrived).toHaveLength(SHARED_RUNS * EACH);
	expect(new Set(arrived).size).toBe(SHARED_RUNS * EACH);
	const seconds = (accepted[accepted.length - 1] - accepted[0]) / 1000;
	const used = (100 * accepted.length) / (seconds * LIMIT);
	console.log(
		`${accepted.length} emails by two workers, at most ${LIMIT} a second: ${seconds.toFixed(1)} s, ${used.toFixed(0)} % used, ${((100 * refused) / (accepted.length + refused)).toFixed(1)} % refused`,
	);
});

const long = (run: number) => ({
	rows: Array.from({ length: 100 }, (_, n) => ({ id: `l${run}-c${n}`, term: '0' })),
});

test('a worker that is told to end finishes what it has begun', async () => {
	sandbox.interceptor = () => ({ delayMs: 200 });
	for (let run = 0; run < 6; run++) await call('long', long(run));
	await until('both workers send', () => sandbox.state.totals.calls > 60);
	await workers[0].program.stop('SIGTERM');
	const statuses = await ends('long', 6, 60);
	expect([...statuses.values()]).toEqual(Array(6).fill('success'));
	expect(arrivals().size).toBe(600);
	expect(sandbox.state.totals.calls).toBe(600);
	workers[0].program = await workers[0].n8n.startWorker(5);
});

test('what a killed worker had begun ends as failed, and nothing is sent again by itself; messages can be, with the same IDs: each once, none lost', async () => {
	// Both times together, less than the API's limit for a minute.
	const [RUNS_OF_MESSAGES, EACH] = [4, 60];
	// Of one call in ten, the answer is lost.
	let count = 0;
	sandbox.interceptor = ({ api }) =>
		api === 'messages' && count++ % 10 === 0 ? { drop: 'after', delayMs: 200 } : { delayMs: 200 };
	const rowsOf = (run: number) => ({
		rows: Array.from({ length: EACH }, (_, n) => ({ id: `m${run}-${n}` })),
	});
	const sendAll = async () => {
		for (let run = 0; run < RUNS_OF_MESSAGES; run++) await call('messages', rowsOf(run));
	};
	const sent = () => sandbox.state.totals.messages;

	const before = (await ends('long', 0, 10)).size;
	for (let run = 0; run < 6; run++) await call('long', long(run));
	await sendAll();
	await until('both workers send both', () => sent() > 40 && arrivals().size > 60);
	await workers[0].program.stop('SIGKILL');
	const ended = [...(await ends('long', before + 6, 120)).values()].slice(0, 6);
	await pause(1000);
	const calls = (api: string) => sandbox.state.calls.filter((each) => each.api === api).length;
	expect(ended.some((status) => status !== 'success')).toBe(true);
	expect(arrivals().size).toBeLessThan(600);
	expect(calls('events')).toBe(arrivals().size);

	const first = [...(await ends('messages', RUNS_OF_MESSAGES, 120)).values()];
	const [failed, sentBefore] = [first.filter((status) => status !== 'success').length, sent()];
	expect(failed).toBeGreaterThan(0);
	expect(sentBefore).toBeLessThan(RUNS_OF_MESSAGES * EACH);

	await sendAll();
	const statuses = await ends('messages', 2 * RUNS_OF_MESSAGES, 120);
	const again = [...statuses.entries()].slice(0, RUNS_OF_MESSAGES);
	expect(again.map(([, status]) => status)).toEqual(again.map(() => 'success'));
	const reported: IDataObject[] = [];
	for (const [id] of again) reported.push(...(await main.rest.outputOf(id, 'Messages')));
	expect(sent()).toBe(RUNS_OF_MESSAGES * EACH);
	expect(sandbox.state.messages.size).toBe(RUNS_OF_MESSAGES * EACH);
	expect(reported).toHaveLength(RUNS_OF_MESSAGES * EACH);
	// What the second run says to have sent itself is what the first one had not.
	expect(reported.filter((item) => item.already_sent === true)).toHaveLength(sentBefore);
	workers[0].program = await workers[0].n8n.startWorker(5);
}, 400_000);

describe('the recipe for a million rows', () => {
	const ROWS = 1200;
	const PARTS = 12;
	const settings = { rowsPerPart: ROWS / PARTS, runs: 4 };
	const idsOf = (isWanted: (id: number) => boolean) =>
		Array.from({ length: ROWS }, (_, id) => id).filter(isWanted);
	const GOOD = idsOf((id) => !isBadRow(id));
	const BAD = idsOf(isBadRow);
	let workflow: string;

	/** Cuts the table into parts, and has them sent from now on. */
	async function begin(leaseSeconds: number): Promise<void> {
		const known = await createCredentials(main.rest, {
			bluecoreApi: sandbox.credential(NAMESPACE, API_KEY),
			postgres: services.credential,
		});
		workflow = await cutTable(main.rest, known, { ...settings, leaseSeconds });
		await main.rest.activate(workflow);
	}

	/** The numbers of the rows that the sandbox has accepted, for each customer in the order of arrival. */
	function rowsByCustomer(): number[][] {
		const rows = sandbox.state.events.map(
			({ properties }) => properties.customer as { email: string; points: number },
		);
		const byCustomer = groupBy(rows, ({ email }) => email.toLowerCase());
		return byCustomer.map((own) => own.map(({ points }) => points));
	}

	const numbers = (sql: string) => services.query(sql).map((row) => row.map(Number));
	const refused = () => numbers('SELECT customer_id FROM bluecore_refused ORDER BY 1').flat();
	const ascending = (ids: Iterable<number>) => [...ids].sort((a, b) => a - b);

	beforeAll(() => {
		createCustomers(services, ROWS);
	});

	afterEach(async () => {
		await main.rest.call('post', `/workflows/${workflow}/deactivate`, {});
	});

	test('each row is sent once or kept as refused, and the rows of a customer in order', async () => {
		await begin(200);
		await untilReported(services, 150);
		const arrived = rowsByCustomer();
		expect(ascending(arrived.flat())).toEqual(GOOD);
		expect(arrived.filter(([first, second]) => second < first)).toEqual([]);
		expect(refused()).toEqual(BAD);
		expect(
			numbers('SELECT count(*), sum(runs), sum(accepted), sum(refused) FROM bluecore_parts'),
		).toEqual([[PARTS, PARTS, GOOD.length, BAD.length]]);
	}, 200_000);

	test('after a worker, Redis and the main process were killed, each row is accounted for, and only those of parts that were run again are sent twice', async () => {
		sandbox.interceptor = () => ({ delayMs: 500 });
		const isSent = async (count: number) =>
			await until(`${count} rows are sent`, () => sandbox.state.totals.calls > count, 90);
		await begin(20);
		const [{ program }] = workers;
		await until('the worker sends a part', () => {
			const sql = 'SELECT taken_by FROM bluecore_parts WHERE done_at IS NULL AND runs > 0';
			return services.query(sql).some(([run]) => program.log.includes(`started execution ${run} `));
		});
		await program.stop('SIGKILL');
		await isSent(300);
		await services.restartRedis();
		await isSent(500);
		await main.stop('SIGKILL');
		await main.start();
		// A start while parts are left goes on with them.
		await main.rest.runByHand(workflow, 'Start');
		await untilReported(services, 200);

		const arrived = rowsByCustomer().flat();
		const sentAgain = arrived.filter((id, n) => arrived.indexOf(id) < n);
		const mayBeTwice = numbers(`
			SELECT id FROM customers
			JOIN bluecore_parts ON hashtext(coalesce(lower(trim(email)), id::text)) BETWEEN from_key AND to_key
			WHERE runs > 1`).flat();
		expect(ascending(new Set(arrived))).toEqual(GOOD);
		expect(refused()).toEqual(BAD);
		expect(sentAgain.filter((id) => !mayBeTwice.includes(id))).toEqual([]);
		expect(mayBeTwice.length).toBeGreaterThan(0);
	}, 400_000);
});
