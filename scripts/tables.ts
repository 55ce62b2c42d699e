import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { EVENT_OPERATIONS, EVENTS, STANDARD_EVENTS } from '../nodes/BluecoreEvents/catalogue';
import { FORWARD_OPERATION } from '../nodes/BluecoreEvents/forward/parameters';
import { MESSAGE_TYPES, TRACK_EVENTS } from '../nodes/BluecoreEvents/forward/trackingEvents';
import type { Need } from '../nodes/shared/values';

/** The operations of Bluecore Events as a Markdown table, from the catalogue. */
export function operationsTable(): string {
	const rows = EVENT_OPERATIONS.map((operation) => {
		const { label, description, email, distinctId, fields, customerAttributes, isCustom } =
			EVENTS[operation];
		const identityIsFree = email === 'optional' && distinctId === 'optional';
		const fieldsWith = (need: Need) => [
			...(!identityIsFree && email === need ? ['Email'] : []),
			...(!identityIsFree && distinctId === need ? ['Distinct ID'] : []),
			...(identityIsFree && need === 'required' ? ['Email or Distinct ID'] : []),
			...fields.filter((field) => field.need === need).map(({ field }) => field.label),
			...(customerAttributes === need ? ['Customer Attributes'] : []),
		];
		const event = isCustom ? 'the name you enter' : `\`${operation}\``;
		return [label, event, description, fieldsWith('required'), fieldsWith('optional')].map(
			(cell) => (Array.isArray(cell) ? cell.join(', ') : cell),
		);
	});
	const forward = [
		FORWARD_OPERATION.name,
		'those that the message means',
		FORWARD_OPERATION.description,
		'Message',
		'Event Map, Consent Path',
	];
	return table(['Operation', 'Event', 'What it does', 'Needs', 'May have'], [...rows, forward]);
}

/** What tracking events mean as a Markdown table. */
export function trackingTable(): string {
	const names = (from: readonly string[]) => from.map((name) => `\`${name}\``).join(', ');
	const standard = new Set<unknown>(STANDARD_EVENTS);
	const isOfItsOwn = ({ from: [name], to }: (typeof TRACK_EVENTS)[number]) =>
		name === to && standard.has(to);
	return table(
		['Tracking event', 'Bluecore event'],
		[
			...TRACK_EVENTS.filter((row) => !isOfItsOwn(row)).map((row) => [
				names(row.from),
				meaning(row),
			]),
			...MESSAGE_TYPES.map((row) => [`messages of the type ${names(row.from)}`, meaning(row)]),
			["Bluecore's own names, such as `wishlist`", 'the same'],
		],
	);
}

const meaning = ({ to, inWords = '' }: (typeof TRACK_EVENTS)[number]) =>
	typeof to === 'string' ? `\`${to}\`` : inWords;

const table = (head: string[], rows: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const ROOT = path.join(__dirname, '..');

/** What a benchmark has written; throws when it has not been run. */
function measured(file: string): unknown {
	if (!existsSync(path.join(ROOT, file))) throw new Error(`${file} is not there: measure first`);
	return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

const whole = (number: number) => Math.round(number).toLocaleString('en');

interface ScaleFigures {
	readonly rows: readonly ScaleRow[];
}

interface ScaleRow {
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

const WAYS: Readonly<Record<string, string>> = {
	node: 'Bluecore Events',
	'node, 200 at once': 'Bluecore Events, *Max Concurrency* 200',
	pool: 'bare pool, 50 at once',
	'HTTP Request': "n8n's HTTP Request",
};
const SCALE_FILE = 'bench/scale.json';

/** All that was measured in n8n itself. */
export function scaleTable(): string {
	const { rows } = measured(SCALE_FILE) as ScaleFigures;
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
				WAYS[row.way],
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

/** The largest run of it. */
export function speedTable(): string {
	const { rows } = measured(SCALE_FILE) as ScaleFigures;
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

interface ChaosFigures {
	readonly events: Readonly<Record<string, number>>;
	readonly emails: Readonly<Record<string, number>>;
	readonly hostileItems: Readonly<Record<string, number>>;
}

/** What came of what was sent while much failed. */
export function reliabilityTable(): string {
	const { events, emails, hostileItems } = measured('bench/chaos.json') as ChaosFigures;
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
				`${whole(events.doubled)}, ${whole(events.doubledWithoutReason)} of them without an unknown outcome`,
				`**${whole(emails.doubled)}**`,
			],
			['Customers whose events came out of order', whole(events.customersOutOfOrder), ''],
			[
				'Reported as of unknown outcome',
				'',
				`${whole(emails.reportedUnknown)}, of which ${whole(emails.unknownThatWentOut)} had gone out`,
			],
			[
				'Hostile items given, and sent',
				`${whole(hostileItems.given)}, ${whole(hostileItems.sent)}`,
				'',
			],
		],
	);
}

interface WrittenTable {
	readonly name: string;
	readonly file: string;
	readonly source: string;
	readonly write: () => string;
}

const TABLES: readonly WrittenTable[] = [
	{
		name: 'operations',
		file: 'README.md',
		source: 'nodes/BluecoreEvents/catalogue.ts',
		write: operationsTable,
	},
	{ name: 'speed', file: 'README.md', source: SCALE_FILE, write: speedTable },
	{ name: 'reliability', file: 'README.md', source: 'bench/chaos.json', write: reliabilityTable },
	{ name: 'scale', file: 'docs/operators.md', source: SCALE_FILE, write: scaleTable },
	{
		name: 'tracking events',
		file: 'docs/tracking-events.md',
		source: 'nodes/BluecoreEvents/forward/trackingEvents.ts',
		write: trackingTable,
	},
];

/** The pages that have tables of this kind. */
export const PAGES_WITH_TABLES = [...new Set(TABLES.map(({ file }) => file))];

/** The text of a page with its tables put between their marks; throws when marks are missing. */
export function withTables(page: string, text: string): string {
	return TABLES.filter(({ file }) => file === page).reduce((before, { name, source, write }) => {
		const start = `<!-- ${name}: written by \`npm run docs\` from ${source} -->`;
		const end = `<!-- end of ${name} -->`;
		const [from, to] = [before.indexOf(start), before.indexOf(end)];
		if (from < 0 || to < from) throw new Error(`${page} needs the marks ${start} and ${end}`);
		return `${before.slice(0, from + start.length)}\n\n${write()}\n\n${before.slice(to)}`;
	}, text);
}
