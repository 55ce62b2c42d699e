// Shows what the node would make of recorded tracking messages; nothing is sent: `npm run try:forward -- messages.jsonl`.
import { readFileSync } from 'node:fs';

import { Command } from 'commander';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputsOf, runWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { pinned, sending } from '../harness/n8n/workflows';
import { ROOT } from '../harness/paths';
import { USUAL_COLUMNS } from '../nodes/shared/attributes/attributeParameters';
import { joinList } from '../nodes/shared/values/text';
import { groupBy, isObject } from '../nodes/shared/values/value';
import { table, whole } from './markdown';

const NODE = 'Forward';
/** Characters of a message or an event that a sample shows. */
const SAMPLE_LENGTH = 800;
const MAX_NAMED = 100;
const OUTCOMES = ['would be sent', 'held back', 'refused', 'warning'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** The messages in a file: JSON lines, or one JSON document. */
function messagesIn(text: string): unknown[] {
	try {
		return [JSON.parse(text) as unknown].flat().map(messageOf);
	} catch {
		return text.split('\n').flatMap((line, n) => {
			if (line.trim() === '') return [];
			try {
				return [messageOf(JSON.parse(line))];
			} catch {
				const wanted = 'The file must have one message in each line, or be a JSON array';
				throw new Error(`Line ${n + 1} is not JSON. ${wanted}`);
			}
		});
	}
}

/** The message of an entry: its field `message`, the `body` of a webhook's output, or the entry itself. */
function messageOf(entry: unknown): unknown {
	if (!isObject(entry) || 'event' in entry || 'type' in entry) return entry;
	if ('headers' in entry && 'body' in entry) return entry.body;
	return 'message' in entry ? entry.message : entry;
}

/** Forwards messages in n8n's engine with Validate Only. */
async function forward(
	loaded: LoadedPackage,
	messages: readonly unknown[],
	{ options, ...parameters }: IDataObject,
): Promise<INodeExecutionData[]> {
	const send = sending(NODE, 'bluecoreEvents', {
		...{ ...parameters, operation: 'forward', message: '={{ $json.message }}' },
		options: { maxAgeHours: 0, ...(options as object), validateOnly: true },
	});
	const items = messages.map((message) => ({ message }));
	const run = await runWorkflow({
		workflow: pinned(items, [{ ...send, onError: 'continueErrorOutput' }]),
		loaded,
		credentials: { bluecoreApi: { namespace: 'try' } },
	});
	if (run.data.resultData.error) throw run.data.resultData.error;
	return [0, 1].flatMap((output) => outputsOf(run, NODE, output));
}

/** What the node says of an entry of the file: an outcome, and each warning; `sample` is what a sample shows. */
function resultsOf({ json, pairedItem }: INodeExecutionData) {
	const [item] = [pairedItem].flat();
	const entry = 1 + (typeof item === 'object' ? item.item : (item ?? 0));
	const { valid, accepted, event, tracking_event, reason, error, advice, warnings, payload } = json;
	const result = (outcome: Outcome, of: unknown, why: unknown, sample: unknown) => ({
		...{ outcome, entry, sample },
		event: textOf(of),
		reason: withoutValues(textOf(why)),
	});
	const isMapped = event !== tracking_event;
	return [
		valid === true
			? result('would be sent', event, '', payload)
			: accepted === false
				? result('held back', isMapped ? event : '', reason, { reason, warnings })
				: result('refused', '', error, { error, advice }),
		...[warnings ?? []].flat().map((warning) => result('warning', '', warning, { warnings })),
	];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A text without the values that differ from message to message. */
const withoutValues = (text: string): string =>
	text
		.replace(/^Message \d+ of \d+: /, '')
		.replace(/ \[item \d+\]$/, '')
		.replace(/"[^"]*"/g, '"…"')
		.replace(/attribute: .*?\. To/, 'attribute: …. To')
		.replace(/\b\d+(\.\d+)?\b/g, 'N')
		.replace(/(message|item) N(, (message|item) N)*/, 'others');

/** Runs the messages of a file through the node, and returns the report as Markdown. */
export async function tryFile(
	loaded: LoadedPackage,
	path: string,
	parameters: IDataObject = {},
): Promise<string> {
	const messages = messagesIn(readFileSync(path, 'utf8'));
	const outputs = await forward(loaded, messages, parameters);
	const results = outputs.flatMap(resultsOf);
	const same = groupBy(results, ({ outcome, event, reason }) =>
		[outcome, event, reason].join('\n'),
	);
	const kinds = OUTCOMES.flatMap((outcome) =>
		same.filter(([first]) => first.outcome === outcome).sort((a, b) => b.length - a.length),
	);
	const countOf = (outcome: Outcome) =>
		whole(results.filter((result) => result.outcome === outcome).length);
	const newAttributes = outputs.map(newAttributesOf).filter((names) => names.length > 0);
	const unmapped = outputs
		.filter(({ json }) => textOf(json.reason).startsWith('Unmapped: no '))
		.map(({ json }) => textOf(json.tracking_event));
	return [
		`${whole(messages.length)} entries. Nothing was sent. The age of the messages was not checked.`,
		table(OUTCOMES, { outcome: (outcome) => outcome, count: countOf }),
		table(kinds, {
			count: (each) => whole(each.length),
			outcome: ([{ outcome }]) => outcome,
			event: ([{ event }]) => event,
			reason: ([{ reason }]) => reason.replaceAll('|', '\\|'),
		}),
		`${countOf('would be sent')} events would be sent, ${whole(newAttributes.length)} of them with attributes other than the usual ones.`,
		`Attributes that become columns in Bluecore if they are not yet ${named(newAttributes.flat())}`,
		`Tracking events that no Bluecore event is mapped to ${named(unmapped)}`,
		'A sample of each:',
		...kinds.map(([{ outcome, event, reason, entry, sample }]) =>
			[
				`${[outcome, event, reason].filter((part) => part !== '').join(': ')} (entry ${entry})`,
				`  ${inShort(messages[entry - 1])}`,
				`  → ${inShort(sample)}`,
			].join('\n'),
		),
	].join('\n\n');
}

/** The attributes of an event that would be sent, without the usual ones. */
function newAttributesOf({ json: { valid, payload } }: INodeExecutionData): string[] {
	if (valid !== true) return [];
	const { customer = {} } = (payload as IDataObject).properties as IDataObject;
	return Object.keys(customer as object).filter((name) => !USUAL_COLUMNS.has(name));
}

/** How many names there are, and the most frequent ones. */
function named(names: readonly string[]): string {
	const counted = groupBy(names, (name) => name).sort((a, b) => b.length - a.length);
	const shown = counted.map((each) => `${each[0]} (${each.length})`);
	return `(${whole(counted.length)}): ${joinList(shown, ', ', MAX_NAMED) || 'none'}`;
}

function inShort(value: unknown): string {
	const text = JSON.stringify(value);
	return text.length > SAMPLE_LENGTH ? `${text.slice(0, SAMPLE_LENGTH)}…` : text;
}

if (require.main === module) {
	const program = new Command('npm run try:forward --')
		.description('Counts what Forward Tracking Event would make of messages. Nothing is sent.')
		.argument(
			'<file>',
			'JSON lines or a JSON array: messages, batches or outputs of a Webhook node',
		)
		.option('--parameters <json>', 'of the node, such as {"unmappedEvents":"send"}', '{}')
		.action(async (file: string, { parameters }: { readonly parameters: string }) => {
			const given = JSON.parse(parameters) as IDataObject;
			console.log(await tryFile(await loadPackage(ROOT), file, given));
		});
	program.parseAsync().catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	});
}
