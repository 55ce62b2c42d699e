import { table, whole } from './markdown';

/** One way to send so many items in n8n: medians of several runs. */
export interface ScaleRow {
	readonly way: string;
	readonly items: number;
	readonly delayMs: number;
	readonly seconds: number;
	readonly itemsPerSecond: number;
	readonly connections: number;
	readonly peakMb: number;
	readonly speedOfPool: number;
	readonly outcome: string;
}

export interface ScaleFigures {
	readonly rows: readonly ScaleRow[];
}

const WAYS: Readonly<Record<string, string>> = {
	node: 'Bluecore Events',
	'node, earlier fields': 'Bluecore Events, fields of an earlier node',
	pool: 'bare pool, 50 at once',
	'HTTP Request': "n8n's HTTP Request",
	'HTTP Request, earlier fields': "n8n's HTTP Request, fields of an earlier node",
};

/** All measurements in n8n itself. */
export function scaleTable({ rows }: ScaleFigures): string {
	return table(
		[
			'Items',
			'Answers after',
			'Way',
			'Seconds',
			'Items/s',
			'× bare pool',
			'Connections',
			'Peak MB',
		],
		rows.map((row) => {
			const failed = row.outcome !== 'all sent';
			return [
				whole(row.items),
				`${row.delayMs} ms`,
				WAYS[row.way] ?? row.way,
				failed
					? `fails after ${row.seconds.toFixed(1)}: too many open files`
					: row.seconds.toFixed(1),
				failed ? '–' : whole(row.itemsPerSecond),
				failed ? '–' : row.speedOfPool.toFixed(2),
				whole(row.connections),
				whole(row.peakMb),
			];
		}),
	);
}

type Counts = Readonly<Record<string, number>>;

export interface ChaosFigures {
	readonly events: Counts;
	readonly emails: Counts;
	readonly messages: Counts;
	readonly hostileItems: Counts;
}

/** What happened to events, emails and messages while many calls failed. */
export function reliabilityTable({ events, emails, messages, hostileItems }: ChaosFigures): string {
	const row = (label: string, write: (counts: Counts) => string) => [
		label,
		...[events, emails, messages].map(write),
	];
	return table(
		['', 'Events', 'Emails', 'Messages of the node Bluecore Developer API'],
		[
			row('Items', ({ given }) => whole(given)),
			row(
				'Calls, and those that failed',
				({ calls, faults }) => `${whole(calls)}, ${whole(faults)}`,
			),
			row('Accepted', ({ accepted }) => whole(accepted)),
			row('**Lost**', ({ lost }) => whole(lost)),
			[
				'Sent twice',
				`${whole(events.doubled)}, of which ${whole(events.doubledWithoutReason)} without an unknown outcome`,
				`**${whole(emails.doubled)}**`,
				`**${whole(messages.storedTwice)}**`,
			],
			['Customers whose events arrived out of order', whole(events.customersOutOfOrder), '', ''],
			[
				'Reported with an unknown outcome',
				'',
				`${whole(emails.reportedUnknown)}, of which ${whole(emails.unknownThatWentOut)} had arrived`,
				whole(messages.reportedUnknown),
			],
			[
				'Hostile items given, and sent',
				`${whole(hostileItems.given)}, ${whole(hostileItems.sent)}`,
				'',
				'',
			],
		],
	);
}

/** Calls to an account with a limit. Parts are of 1; seconds count from the start of the first process. */
export interface LimitRow {
	readonly api: string;
	readonly perSecond: number;
	readonly counting: string;
	readonly retryAfter: boolean;
	readonly latencyMs: number;
	readonly processes: number;
	readonly startsWithinMs: number;
	readonly calls: number;
	readonly accepted: number;
	/** When the first and the last process ended. */
	readonly ends: readonly number[];
	readonly used: number;
	readonly refused: number;
	readonly most: number;
}

export const percent = (part: number) => `${(part * 100).toFixed(1)} %`;

/** What accounts with a limit took. */
export function limitsTable(rows: readonly LimitRow[]): string {
	const head = ['Calls', 'Limit', 'Counted by', 'Retry-After', 'Answers after', 'Processes'];
	return table(
		[...head, 'Seconds', 'Used', 'Refused', 'Most at once', 'Ends apart by'],
		rows.map((row) => {
			const [first, last] = row.ends;
			const start = row.startsWithinMs > 0 ? `, start within ${row.startsWithinMs / 1000} s` : '';
			const accepted = row.accepted === row.calls ? '' : `${whole(row.accepted)} of `;
			return [
				`${accepted}${whole(row.calls)} ${row.api}`,
				`${row.perSecond}/s`,
				row.counting,
				row.retryAfter ? '1 s' : '–',
				`${row.latencyMs} ms`,
				`${row.processes}${start}`,
				row.processes === 1 ? last.toFixed(1) : `${first.toFixed(1)} to ${last.toFixed(1)}`,
				percent(row.used),
				percent(row.refused),
				whole(row.most),
				row.processes === 1 ? '–' : percent((last - first) / last),
			];
		}),
	);
}

/** What one process used of accounts of each kind: the lowest and the highest of all limits and times of answers. */
function limitsSummary(rows: readonly LimitRow[]): string {
	const kinds = new Map<string, LimitRow[]>();
	for (const row of rows) {
		const kind = [row.api, row.counting, row.retryAfter ? '1 s' : '–'].join('|');
		kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
	}
	const range = (values: readonly number[]) =>
		`${percent(Math.min(...values))} to ${percent(Math.max(...values))}`;
	return table(
		['Calls', 'Counted by', 'Retry-After', 'Limits', 'Used', 'Refused calls'],
		[...kinds].map(([kind, cells]) => {
			const limits = [...new Set(cells.map(({ perSecond }) => perSecond))];
			const refused = cells.map(({ refused: part, calls }) => (part * calls) / (1 - part));
			return [
				...kind.split('|'),
				`${limits.join(', ')} a second`,
				range(cells.map(({ used }) => used)),
				`${whole(Math.min(...refused))} to ${whole(Math.max(...refused))}`,
			];
		}),
	);
}

interface Limits {
	readonly limits: readonly LimitRow[];
	readonly processes: readonly LimitRow[];
}

export const limitsTables = ({ limits, processes }: Limits): string =>
	[limitsSummary(limits), limitsTable(processes)].join('\n\n');

/** The recipe for a million rows, sent by so many workers. Parts are of 1. */
export interface MillionRow {
	readonly send: string;
	readonly rows: number;
	readonly workers: number;
	readonly rowsPerPart: number;
	readonly seconds: number;
	readonly rowsPerSecond: number;
	/** Of the account's limit. */
	readonly share: number;
	/** Of all calls. */
	readonly refusedCalls: number;
	readonly refusedRows: number;
	readonly sentAgain: number;
	readonly peakMb: { readonly main: number; readonly workers: readonly number[] };
	/** Of the machine, at the start and at the end. */
	readonly load: readonly number[];
	readonly date: string;
}

const SENT: Readonly<Record<string, string>> = {
	events: 'events',
	customers: 'customers of the Developer API',
};

/** How fast a long table is sent in queue mode. */
export function millionTable({ rows }: { readonly rows: readonly MillionRow[] }): string {
	const head = ['Rows', 'Sent as', 'Workers', 'Rows a part', 'Seconds', 'Rows/s'];
	return table(
		[...head, 'Of the limit', 'Sent twice', 'Peak MB, main', 'Peak MB, each worker', 'Load'],
		rows.map((row) => [
			whole(row.rows),
			SENT[row.send] ?? row.send,
			whole(row.workers),
			whole(row.rowsPerPart),
			whole(row.seconds),
			whole(row.rowsPerSecond),
			percent(row.share),
			whole(row.sentAgain),
			whole(row.peakMb.main),
			row.peakMb.workers.map(whole).join(', '),
			row.load.map((each) => each.toFixed(1)).join(' to '),
		]),
	);
}
