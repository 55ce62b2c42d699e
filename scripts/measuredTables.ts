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

/** The measurements with the most items. */
export function speedTable({ rows }: ScaleFigures): string {
	const largest = Math.max(...rows.map(({ items }) => items));
	const of = (way: string) => rows.filter((row) => row.way === way && row.items === largest);
	return table(
		['', 'Answers at once', 'Answers after 50 ms', 'Peak memory'],
		Object.entries(WAYS).map(([way, label]) => {
			const [atOnce, after] = of(way);
			const seconds = ({ outcome, seconds }: ScaleRow) =>
				outcome === 'all sent' ? `${seconds.toFixed(1)} s` : 'fails: too many open files';
			return [
				label,
				seconds(atOnce),
				seconds(after),
				`${whole(Math.max(atOnce.peakMb, after.peakMb))} MB`,
			];
		}),
	);
}

export interface ChaosFigures {
	readonly events: Readonly<Record<string, number>>;
	readonly emails: Readonly<Record<string, number>>;
	readonly hostileItems: Readonly<Record<string, number>>;
}

/** What happened to events and emails while many calls failed. */
export function reliabilityTable({ events, emails, hostileItems }: ChaosFigures): string {
	return table(
		['', 'Events', 'Emails'],
		[
			['Items', whole(events.given), whole(emails.given)],
			[
				'Calls, and those that failed',
				...[events, emails].map((each) => `${whole(each.calls)}, ${whole(each.faults)}`),
			],
			['Accepted', whole(events.accepted), whole(emails.accepted)],
			['**Lost**', whole(events.lost), whole(emails.lost)],
			[
				'Sent twice',
				`${whole(events.doubled)}, of which ${whole(events.doubledWithoutReason)} without an unknown outcome`,
				`**${whole(emails.doubled)}**`,
			],
			['Customers whose events arrived out of order', whole(events.customersOutOfOrder), ''],
			[
				'Reported with an unknown outcome',
				'',
				`${whole(emails.reportedUnknown)}, of which ${whole(emails.unknownThatWentOut)} had arrived`,
			],
			[
				'Hostile items given, and sent',
				`${whole(hostileItems.given)}, ${whole(hostileItems.sent)}`,
				'',
			],
		],
	);
}
