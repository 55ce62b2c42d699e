// The recipe for a million rows in n8n's queue mode, with several numbers of workers and an account that takes 500 calls a second. `npm run bench:million`.
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';

import { Command, Option } from 'commander';
import type { IDataObject } from 'n8n-workflow';

import { credentialsOf } from '../harness/credentials';
import { createCredentials } from '../harness/n8n/importWorkflow';
import { createCustomers, cutTable, isBadRow, SENDER, untilReported } from '../harness/n8n/million';
import { N8n } from '../harness/n8n/n8n';
import { stopAll } from '../harness/n8n/program';
import { startQueueServices } from '../harness/n8n/queue';
import { sending } from '../harness/n8n/workflows';
import { Sandbox } from '../sandbox/bluecoreSandbox';
import { millionTable, type MillionRow } from '../scripts/measuredTables';
import { limiter } from './rateLimit';

const FILE = path.join(__dirname, 'million.json');
const LIMIT_PER_SECOND = 500;
const NAMESPACE = 'bluestore';
const SENDS = ['events', 'customers'];

/** The node Bluecore in the place of Bluecore Events, with the same fields. */
const CUSTOMERS = sending(SENDER, 'bluecore', {
	resource: 'customer',
	operation: 'upsert',
	email: '={{ $json.email }}',
	customerAttributesInput: 'auto',
	autoMapExclude: 'customer_id',
});

type Cell = Pick<MillionRow, 'send' | 'rows' | 'workers' | 'rowsPerPart'>;

/** Gives the Events API the limit that the Developer API has by itself, and counts for each row how often the account has accepted it. */
function watch(sandbox: Sandbox, rows: number) {
	const limit = {
		perSecond: LIMIT_PER_SECOND,
		counting: 'sliding second',
		retryAfter: false,
	} as const;
	const isWithin = limiter(limit);
	sandbox.interceptor = ({ api }) =>
		api === 'events' && !isWithin(performance.now()) ? { status: 429 } : undefined;

	const seen = { accepted: new Uint8Array(rows), first: 0, last: 0 };
	const { state } = sandbox;
	const record = state.record.bind(state);
	state.record = (call, answerAfter) => {
		if (call.api === 'events' || call.api === 'customers') {
			const { properties, attributes } = call.body as IDataObject;
			const { points } = (attributes ?? (properties as IDataObject).customer) as { points: number };
			seen.last = performance.now();
			seen.first ||= seen.last;
			if (call.verdict === 'accepted') seen.accepted[points]++;
		}
		return record(call, answerAfter);
	};
	return seen;
}

/** Starts n8n with its workers, and imports the recipe for the sandbox. */
async function prepare({ send, rows, workers, rowsPerPart }: Cell, sandbox: Sandbox) {
	const services = await startQueueServices();
	createCustomers(services, rows);
	const main = await (await N8n.prepare('2', services.env)).start();
	const started = await Promise.all(
		Array.from({ length: workers }, async () => {
			const worker = await N8n.prepare('2', services.env);
			return await worker.startWorker(10);
		}),
	);
	const known = await createCredentials(main.rest, {
		...credentialsOf(sandbox, NAMESPACE),
		postgres: services.credential,
	});
	const id = await cutTable(main.rest, known, {
		...{ rowsPerPart, runs: 2 * workers, leaseSeconds: 660 },
		...(send === 'customers' && { sender: CUSTOMERS }),
	});
	return { services, main, id, programs: [main, ...started] };
}

async function measure(cell: Cell): Promise<MillionRow> {
	const { rows } = cell;
	const sandbox = await new Sandbox({
		keep: 1000,
		namespaces: [NAMESPACE],
		// The Developer API's limits are those of the account, so that both APIs take as much.
		rateLimits: {
			steady: { limit: LIMIT_PER_SECOND * 60, seconds: 60 },
			burst: { limit: LIMIT_PER_SECOND, seconds: 1 },
			headerPrefix: 'X-RateLimit-',
			headersDescribe: 'tightest',
		},
	}).start();
	try {
		const { services, main, id, programs } = await prepare(cell, sandbox);
		const seen = watch(sandbox, rows);
		const loadNow = () => Number(loadavg()[0].toFixed(1));
		const load = [loadNow()];
		await main.rest.activate(id);
		await untilReported(services, 100_000);
		load.push(loadNow());

		const times = [...seen.accepted];
		const [[refused]] = services.query('SELECT count(*) FROM bluecore_refused');
		const accepted = times.filter((count) => count > 0).length;
		const lost = times.filter((count, row) => (count === 0) !== isBadRow(row)).length;
		if (lost > 0 || accepted + Number(refused) !== rows) {
			throw new Error(`Of ${rows} rows, ${accepted} were accepted and ${refused} refused`);
		}
		const calls = times.reduce((sum, count) => sum + count, 0);
		const seconds = (seen.last - seen.first) / 1000;
		const [ofMain, ...workersMb] = programs.map(({ peakMb }) => peakMb);
		return {
			...{ ...cell, seconds, load },
			rowsPerSecond: rows / seconds,
			share: calls / seconds / LIMIT_PER_SECOND,
			sentAgain: calls - accepted,
			peakMb: { main: ofMain, workers: workersMb },
			date: new Date().toISOString().slice(0, 10),
		};
	} finally {
		await stopAll();
		await sandbox.stop();
	}
}

/** Keeps a row in the file, in the place of an earlier one of the same cell. */
function keep(row: MillionRow): MillionRow[] {
	const cellOf = ({ send, rows, workers, rowsPerPart }: Cell) =>
		[send, rows, workers, rowsPerPart].join();
	const { rows: before } = JSON.parse(readFileSync(FILE, 'utf8')) as { rows: MillionRow[] };
	const rows = [...before.filter((other) => cellOf(other) !== cellOf(row)), row].sort(
		(a, b) => a.rows - b.rows || b.send.localeCompare(a.send) || a.workers - b.workers,
	);
	writeFileSync(FILE, `${JSON.stringify({ rows }, null, '\t')}\n`);
	return rows;
}

async function main(): Promise<void> {
	const command = new Command('bench:million')
		.option('--rows <number>', 'only tables of so many rows', Number)
		.option('--workers <numbers>', 'how many workers, such as 1,2', '1,2,4')
		.addOption(new Option('--send <what>', 'only these').choices(SENDS))
		.option('--part <rows>', 'rows of a part', Number, 2000)
		.parse();
	const { rows, workers, send, part } = command.opts<{
		rows?: number;
		workers: string;
		send?: string;
		part: number;
	}>();
	const cells = (send ? [send] : SENDS).flatMap((each) =>
		workers
			.split(',')
			.map((count) => ({ send: each, rows: rows ?? 100_000, workers: Number(count) })),
	);
	// A million rows once, and only if nothing else was asked for.
	if (rows === undefined && send === undefined) {
		cells.push({ send: 'events', rows: 1_000_000, workers: 2 });
	}
	let all: MillionRow[] = [];
	for (const cell of cells) {
		const row = await measure({ ...cell, rowsPerPart: part });
		console.log(JSON.stringify(row));
		all = keep(row);
	}
	console.log(millionTable(all));
}

void main();
