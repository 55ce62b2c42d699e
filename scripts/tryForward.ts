// Shows what the node would make of recorded tracking messages; nothing is sent: `npm run try:forward -- messages.jsonl`.
import { readFileSync } from 'node:fs';

import { Command } from 'commander';
import type { IDataObject } from 'n8n-workflow';

import { outputOf, runWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { USUAL_COLUMNS } from '../nodes/shared/attributes/attributeParameters';
import { table, whole } from './markdown';

const START = 'Start';
const NODE = 'Forward';
const TYPE = 'n8n-nodes-bluecore.bluecoreEvents';
/** Characters of a message or an event that a sample shows. */
const SAMPLE_LENGTH = 800;
const MAX_NAMED = 100;

/** What is counted together: an outcome, the event, and why. */
interface Row {
	readonly outcome: 'would be sent' | 'held back' | 'refused' | 'warning';
	readonly event: string;
	readonly reason: string;
	count: number;
	/** The first one of its kind. */
	readonly sample: {
		readonly entry: number;
		readonly message: unknown;
		readonly output: IDataObject;
	};
}

/** The messages in a file: JSON lines, or one JSON document. An entry can have its message in a field `message` or, as a webhook's output, `body`. */
function entriesIn(text: string): unknown[] {
	const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
	const entries = /^\s*\[|^\s*\{\s*\n/.test(text)
		? [JSON.parse(text) as unknown].flat()
		: lines.filter(({ line }) => line.trim() !== '').map(parse);
	return entries.map(messageOf);
}

function parse({ line, number }: { readonly line: string; readonly number: number }): unknown {
	try {
		return JSON.parse(line) as unknown;
	} catch {
		throw new Error(
			`Line ${number} is not JSON. The file must have one message in each line, or be a JSON array`,
		);
	}
}

function messageOf(entry: unknown): unknown {
	if (typeof entry !== 'object' || entry === null || 'event' in entry || 'type' in entry)
		return entry;
	if ('headers' in entry && 'body' in entry) return entry.body;
	return 'message' in entry ? entry.message : entry;
}

/** Forwards messages in n8n's engine with Validate Only. */
async function forward(
	{ nodeTypes, credentialTypes }: LoadedPackage,
	messages: readonly unknown[],
	{ options, ...parameters }: IDataObject,
) {
	const common = { typeVersion: 1, position: [0, 0] as [number, number] };
	const run = await runWorkflow({
		workflow: {
			nodes: [
				{ ...common, id: '1', name: START, type: 'n8n-nodes-base.manualTrigger', parameters: {} },
				{
					...common,
					id: '2',
					name: NODE,
					type: TYPE,
					onError: 'continueErrorOutput',
					credentials: { bluecoreApi: { id: '1', name: 'Bluecore' } },
					parameters: {
						...parameters,
						operation: 'forward',
						message: '={{ $json.message }}',
						options: {
							maxAgeHours: 0,
							...(options as IDataObject | undefined),
							validateOnly: true,
						},
					},
				},
			],
			connections: { [START]: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		},
		nodeTypes,
		credentials: { bluecoreApi: { type: credentialTypes.bluecoreApi, data: { namespace: 'try' } } },
		start: {
			node: START,
			items: messages.map((message) => ({ json: { message } as IDataObject })),
		},
	});
	if (run.data.resultData.error) throw run.data.resultData.error;
	return [0, 1].flatMap((output) => outputOf(run, NODE, output));
}

/** A text without the values that differ from message to message. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const withoutValues = (text: string): string =>
	text
		.replace(/^Message \d+ of \d+: /, '')
		.replace(/ \[item \d+\]$/, '')
		.replace(/"[^"]*"/g, '"…"')
		.replace(/attribute: .*?\. To/, 'attribute: …. To')
		.replace(/\b\d+(\.\d+)?\b/g, 'N')
		.replace(/(message|item) N(, (message|item) N)*/, 'others');

const attributesIn = ({ payload }: IDataObject): string[] =>
	Object.keys((payload as { properties: { customer?: object } }).properties.customer ?? {});

/** Runs the messages of a file through the node, and returns the report as Markdown. */
export async function tryFile(
	loaded: LoadedPackage,
	path: string,
	parameters: IDataObject = {},
): Promise<string> {
	const messages = entriesIn(readFileSync(path, 'utf8'));
	const rows = new Map<string, Row>();
	const attributes = new Map<string, number>();
	const unmapped = new Map<string, number>();
	let sent = 0;
	let withAttributes = 0;

	for (const { json: output, pairedItem } of await forward(loaded, messages, parameters)) {
		const [item] = [pairedItem].flat();
		const index = typeof item === 'object' ? item.item : (item ?? 0);
		const sample = { entry: index + 1, message: messages[index], output };
		function count(outcome: Row['outcome'], event: unknown, reason: unknown): void {
			const row = { outcome, event: textOf(event), reason: withoutValues(textOf(reason)) };
			const key = JSON.stringify(row);
			const known = rows.get(key) ?? { ...row, count: 0, sample };
			known.count++;
			rows.set(key, known);
		}
		if (output.valid === true) {
			count('would be sent', output.event, '');
			sent++;
			const own = attributesIn(output).filter((name) => !USUAL_COLUMNS.has(name));
			if (own.length > 0) withAttributes++;
			for (const name of own) increase(attributes, name);
		} else if (output.accepted === false) {
			const isMapped = output.event !== output.tracking_event;
			count('held back', isMapped ? output.event : '', output.reason);
			if (textOf(output.reason).startsWith('Unmapped: no '))
				increase(unmapped, output.tracking_event);
		} else {
			count('refused', '', output.error);
		}
		for (const warning of Array.isArray(output.warnings) ? output.warnings : []) {
			count('warning', '', warning);
		}
	}
	return reportOf(
		messages.length,
		[...rows.values()],
		[
			`${whole(sent)} events would be sent, ${whole(withAttributes)} of them with attributes other than the usual ones.`,
			`Attributes that become columns in Bluecore if they are not yet (${whole(attributes.size)}): ${named(attributes)}`,
			`Tracking events that no Bluecore event is mapped to (${whole(unmapped.size)}): ${named(unmapped)}`,
		],
	);
}

function increase(counts: Map<string, number>, name: unknown): void {
	counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
}

function named(counts: ReadonlyMap<string, number>): string {
	const sorted = [...counts].sort(([, a], [, b]) => b - a);
	if (sorted.length === 0) return 'none';
	const left = sorted.length - MAX_NAMED;
	return [
		...sorted.slice(0, MAX_NAMED).map(([name, count]) => `${name} (${count})`),
		...(left > 0 ? [`and ${left} more`] : []),
	].join(', ');
}

function reportOf(entries: number, rows: readonly Row[], lists: readonly string[]): string {
	const ORDER = ['would be sent', 'held back', 'refused', 'warning'];
	const sorted = rows.toSorted(
		(a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) || b.count - a.count,
	);
	const totals = ORDER.map((outcome) => {
		const counts = rows.filter((row) => row.outcome === outcome).map(({ count }) => count);
		return [outcome, whole(counts.reduce((sum, count) => sum + count, 0))];
	});
	const cell = (text: string) => text.replaceAll('|', '\\|');
	return [
		`${whole(entries)} entries. Nothing was sent. The age of the messages was not checked.`,
		table(['outcome', 'count'], totals),
		table(
			['count', 'outcome', 'event', 'reason'],
			sorted.map(({ count, outcome, event, reason }) => [
				whole(count),
				outcome,
				event,
				cell(reason),
			]),
		),
		...lists,
		'A sample of each:',
		...sorted.map(sampleOf),
	].join('\n\n');
}

function sampleOf({ outcome, event, reason, sample }: Row): string {
	const { entry, message, output } = sample;
	const result =
		outcome === 'would be sent'
			? output.payload
			: outcome === 'refused'
				? { error: output.error, advice: output.advice }
				: outcome === 'held back'
					? { reason: output.reason, warnings: output.warnings }
					: { warnings: output.warnings };
	return [
		`${[outcome, event, reason].filter((part) => part !== '').join(': ')} (entry ${entry})`,
		`  ${inShort(message)}`,
		`  → ${inShort(result)}`,
	].join('\n');
}

function inShort(value: unknown): string {
	const text = JSON.stringify(value);
	return text.length > SAMPLE_LENGTH ? `${text.slice(0, SAMPLE_LENGTH)}…` : text;
}

if (require.main === module) {
	const program = new Command('npm run try:forward --')
		.description(
			'Counts what the operation Forward Tracking Event would make of recorded messages, by outcome and reason. Nothing is sent.',
		)
		.argument(
			'<file>',
			'JSON lines or a JSON array: messages, batches, requests of GA4 or outputs of a Webhook node',
		)
		.option(
			'--parameters <json>',
			'parameters of the node, such as {"unmappedEvents":"send"}',
			'{}',
		)
		.action(async (file: string, { parameters }: { readonly parameters: string }) => {
			const given = JSON.parse(parameters) as IDataObject;
			console.log(await tryFile(await loadPackage(ROOT), file, given));
		});
	program.parseAsync().catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	});
}
