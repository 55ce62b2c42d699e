import type chaos from '../bench/chaos.json';
import type limits from '../bench/limits.json';
import type million from '../bench/million.json';
import type scale from '../bench/scale.json';
import { groupBy } from '../nodes/shared/values/value';
import { fixed, percent, table, whole } from './markdown';

/** One way to send so many items in n8n: medians of several runs. */
export type ScaleRow = (typeof scale)['rows'][number];

/** The outcome of a run whose items were all sent. */
export const SENT = 'all sent';

/** The ways in which they are sent, and what the table calls them. */
export const WAYS: Readonly<Record<string, string>> = {
	node: 'Bluecore Events',
	'node, earlier fields': 'Bluecore Events, fields of an earlier node',
	'HTTP Request': "n8n's HTTP Request",
	'HTTP Request, earlier fields': "n8n's HTTP Request, fields of an earlier node",
};

/** All measurements in n8n itself. */
export const scaleTable = (rows: readonly ScaleRow[]) =>
	table(rows, {
		Items: ({ items }) => whole(items),
		'Answers after': ({ delayMs }) => `${delayMs} ms`,
		Way: ({ way }) => WAYS[way],
		Seconds: ({ seconds, outcome }) =>
			outcome === SENT ? fixed(seconds) : `fails after ${fixed(seconds)}: too many open files`,
		'Items/s': ({ itemsPerSecond, outcome }) => (outcome === SENT ? whole(itemsPerSecond) : '–'),
		Connections: ({ connections }) => whole(connections),
		'Peak MB': ({ peakMb }) => whole(peakMb),
	});

/** What happened to events, emails and messages while many calls failed. */
export function reliabilityTable({ events, emails, messages, hostileItems }: typeof chaos): string {
	const each = (write: (run: typeof events | typeof emails | typeof messages) => string) =>
		[events, emails, messages].map(write);
	const twice = `${whole(events.doubled)}, of which ${whole(events.doubledWithoutReason)} without an unknown outcome`;
	const unknown = `${whole(emails.reportedUnknown)}, of which ${whole(emails.unknownThatWentOut)} had arrived`;
	const hostile = `${whole(hostileItems.given)}, ${whole(hostileItems.sent)}`;
	const rows = [
		['Items', ...each(({ given }) => whole(given))],
		['Calls, and those that failed', ...each((run) => `${whole(run.calls)}, ${whole(run.faults)}`)],
		['Accepted', ...each(({ accepted }) => whole(accepted))],
		['**Lost**', ...each(({ lost }) => whole(lost))],
		['Sent twice', twice, `**${whole(emails.doubled)}**`, `**${whole(messages.storedTwice)}**`],
		['Customers whose events arrived out of order', whole(events.customersOutOfOrder), '', ''],
		['Reported with an unknown outcome', '', unknown, whole(messages.reportedUnknown)],
		['Hostile items given, and sent', hostile, '', ''],
	];
	return table(rows, {
		'': ([what]) => what,
		Events: ([, ofEvents]) => ofEvents,
		Emails: ([, , ofEmails]) => ofEmails,
		'Messages of the node Bluecore Developer API': ([, , , ofMessages]) => ofMessages,
	});
}

/** Calls to an account with a limit. Parts are of 1; `ends` is when the first and the last process ended, in seconds. */
export type LimitRow = (typeof limits)['limits'][number];

const waits = ({ retryAfter }: LimitRow) => (retryAfter ? '1 s' : '–');

/** What accounts with a limit took. */
export const limitsTable = (rows: readonly LimitRow[]) =>
	table(rows, {
		Calls: ({ api, calls, accepted }) =>
			`${accepted === calls ? '' : `${whole(accepted)} of `}${whole(calls)} ${api}`,
		Limit: ({ perSecond }) => `${perSecond}/s`,
		'Counted by': ({ counting }) => counting,
		'Retry-After': waits,
		'Answers after': ({ latencyMs }) => `${latencyMs} ms`,
		Processes: ({ processes, startsWithinMs }) =>
			`${processes}${startsWithinMs > 0 ? `, start within ${startsWithinMs / 1000} s` : ''}`,
		Seconds: ({ processes, ends: [first, last] }) =>
			processes === 1 ? fixed(last) : `${fixed(first)} to ${fixed(last)}`,
		Used: ({ used }) => percent(used),
		Refused: ({ refused }) => percent(refused),
		'Most at once': ({ most }) => whole(most),
		'Ends apart by': ({ processes, ends: [first, last] }) =>
			processes === 1 ? '–' : percent((last - first) / last),
	});

/** What one process used of accounts of each kind: the lowest and the highest of all limits and times of answers. */
export function limitsSummary(rows: readonly LimitRow[]): string {
	const kinds = groupBy(rows, (row) => `${row.api} ${row.counting} ${waits(row)}`);
	const range = (values: readonly number[], write: (value: number) => string) =>
		`${write(Math.min(...values))} to ${write(Math.max(...values))}`;
	const refusedCalls = ({ refused, calls }: LimitRow) => (refused * calls) / (1 - refused);
	return table(kinds, {
		Calls: ([{ api }]) => api,
		'Counted by': ([{ counting }]) => counting,
		'Retry-After': ([first]) => waits(first),
		Limits: (cells) => `${[...new Set(cells.map((row) => row.perSecond))].join(', ')} a second`,
		Used: (cells) =>
			range(
				cells.map(({ used }) => used),
				percent,
			),
		'Refused calls': (cells) => range(cells.map(refusedCalls), whole),
	});
}

/** The recipe for a million rows. Parts are of 1: `share` of the account's limit; `load` is the machine's, at the start and at the end. */
export type MillionRow = (typeof million)['rows'][number];

const OBJECTS: Readonly<Record<string, string>> = {
	events: 'events',
	customers: 'customers of the Developer API',
};

/** How fast a long table is sent in queue mode. */
export const millionTable = (rows: readonly MillionRow[]) =>
	table(rows, {
		Rows: (row) => whole(row.rows),
		'Sent as': ({ send }) => OBJECTS[send],
		Workers: ({ workers }) => whole(workers),
		'Rows a part': ({ rowsPerPart }) => whole(rowsPerPart),
		Seconds: ({ seconds }) => whole(seconds),
		'Rows/s': ({ rowsPerSecond }) => whole(rowsPerSecond),
		'Of the limit': ({ share }) => percent(share),
		'Sent twice': ({ sentAgain }) => whole(sentAgain),
		'Peak MB, main': ({ peakMb }) => whole(peakMb.main),
		'Peak MB, each worker': ({ peakMb }) => peakMb.workers.map(whole).join(', '),
		Load: ({ load }) => load.map(fixed).join(' to '),
	});
