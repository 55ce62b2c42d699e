// The first import: it says at once what the others take seconds for.
import './greeting';

import { styleText } from 'node:util';

import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import type { IDataObject, INodeExecutionData, IRun } from 'n8n-workflow';

import { runWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { groupBy } from '../nodes/shared/values/value';
import { Sandbox } from '../sandbox/bluecoreSandbox';
import { compare, sentBy, type Arrived } from './checks';
import {
	confirmSignUps,
	exampleIn,
	EXAMPLES,
	IN_PROCESS,
	lostCalls,
	type Example,
} from '../examples';

const SHOWN_REFUSALS = 10;

const NEXT_STEP = `The next step: send something of your own.
  1. npm run sandbox, and open http://127.0.0.1:4010: it says what to enter in n8n.
  2. In n8n, import a workflow of the folder examples, and run it. README.md says how to install the nodes.
No n8n yet? examples/try starts one in containers.`;

/** Prints a table, unless it has no rows. */
function print(head: string[], rows: Array<Array<string | number>>, colWidths: number[] = []) {
	const table = new Table({ head, style: { head: [], border: [] }, wordWrap: true, colWidths });
	table.push(...rows);
	if (rows.length > 0) console.log(table.toString());
}

/** Whether the terminal shows colours; not if `NO_COLOR` is set. */
const hasColours = process.stdout.isTTY && process.stdout.hasColors();

const painted = (style: 'bold' | 'green' | 'red', text: string): string =>
	hasColours ? styleText(style, text) : text;

const markOf = (holds: boolean) => (holds ? painted('green', '✓') : painted('red', '✗'));

const BAR = {
	format: '  {bar} {value}/{total} requests, {duration} s',
	...{ barsize: 30, hideCursor: true, noTTYOutput: true, notTTYSchedule: 1000 },
};

/** Runs an example in n8n's engine, with a bar for the requests that have come in. */
async function run(
	{ workflow, start, expected }: Example,
	{ nodeTypes, credentialTypes: { bluecoreApi, bluecoreOAuth2Api } }: LoadedPackage,
	sandbox: Sandbox,
	staticData: IDataObject,
): Promise<IRun> {
	const { events, emails, messages = 0, changes = 0 } = expected;
	const requests = events + changes + 2 * (emails + messages);
	const before = sandbox.state.calls.length;
	const bar = new SingleBar(BAR);
	const update = () => bar.update(Math.min(sandbox.state.calls.length - before, requests));
	bar.start(requests, 0);
	const ticker = setInterval(update, 100);
	const credentials = {
		bluecoreApi: { type: bluecoreApi, data: sandbox.credential() },
		bluecoreOAuth2Api: { type: bluecoreOAuth2Api, data: sandbox.oAuth2Credential() },
	};
	const given = { workflow, nodeTypes, credentials, start, staticData };
	return await runWorkflow(given).finally(() => {
		clearInterval(ticker);
		update();
		bar.stop();
	});
}

const refusal = ({ json }: INodeExecutionData) => {
	const { error, ...row }: IDataObject = { ...json, advice: '' };
	const values = Object.values(row).filter((value) => (value ?? '') !== '');
	return [values.slice(0, 4).map(inWords).join(', '), inWords(error)];
};

/** What Bluecore would have got. */
const arrivedAt = ({ state }: Sandbox): Arrived => ({
	events: state.events,
	emails: [...state.emails.values()],
	messages: [...state.messages.values()].filter(({ deliveries }) =>
		deliveries.every((each) => each.campaign_id !== ''),
	),
	changes: state.calls.filter(
		({ api, verdict, method }) =>
			['customers', 'eligibility'].includes(api) && verdict === 'accepted' && method === 'POST',
	),
});

/** Fields and their values for people: `name: value`, nested ones in brackets. */
function inWords(value: unknown): string {
	if (Array.isArray(value)) return value.map(nestedInWords).join(' ');
	if (typeof value !== 'object' || value === null) return String(value);
	return Object.entries(value)
		.filter(([name]) => name !== 'token')
		.map(([name, field]) => `${name}: ${nestedInWords(field)}`)
		.join(', ');
}

const nestedInWords = (value: unknown): string =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
		? `[${inWords(value)}]`
		: inWords(value);

function printArrivals({ events, emails, messages, changes }: Arrived): void {
	/** A row for the whole list, which shows its first entry. */
	const row = <T>(name: string, list: readonly T[], show: (first: T) => unknown) =>
		list.slice(0, 1).map((first) => [name, list.length, inWords(show(first))]);
	const rows = [
		...groupBy(events, ({ event }) => event).flatMap((list) =>
			row(list[0].event, list, ({ properties }) => properties),
		),
		...row('(email)', emails, ({ email: to, template_attributes: data }) => ({ to, ...data })),
		...row('(message)', messages, ({ id }) => ({ id })),
		...row('(change)', changes, ({ what, who }) => ({ [what]: who })),
	];
	if (rows.length === 0) console.log('  Nothing new has arrived.');
	print(['What arrived', 'Count', 'The first of them'], rows, [18, 7, 90]);
}

/** Runs an example and prints what came of it; gives its line of the summary, and whether all is as it must be. */
async function show(example: Example, loaded: LoadedPackage, sandbox: Sandbox) {
	sandbox.state.reset();
	confirmSignUps(sandbox);
	console.log(`\n${painted('bold', example.title)}`);
	/** What the workflows keep from run to run. */
	const kept: IDataObject = {};
	if (example.after !== undefined) {
		const earlier = exampleIn(example.after);
		console.log(`  after: ${earlier.title}`);
		await run(earlier, loaded, sandbox, kept);
	}
	const before = sandbox.state.events.length;
	const ended = await run(example, loaded, sandbox, kept);
	const { error } = ended.data.resultData;
	if (error) console.log(`  The run ended early: ${error.message}\n  ${error.description ?? ''}`);

	const { outputs, ...sent } = sentBy(example, ended);
	const { heldBack, refused } = sent;
	print(
		['Node', 'Done', 'Held back', 'Refused'],
		outputs.map((node) => {
			const held = node.heldBack.length;
			return [node.name, node.all.length - held, held, node.refused.length];
		}),
	);
	print(['Refused row', 'Why'], refused.slice(0, SHOWN_REFUSALS).map(refusal), [50, 66]);
	print(
		['Held back', 'Of whom', 'Why'],
		heldBack.map(({ event, distinct_id: id, reason }) => [event, id, reason].map(inWords)),
		[24, 32, 60],
	);
	const all = arrivedAt(sandbox);
	const arrived = { ...all, events: all.events.slice(before) };
	printArrivals(arrived);

	const checks = [
		{ sentence: 'the workflow ran to its end', holds: ended.status === 'success' },
		...compare(sent, arrived, example.expected),
		{ sentence: 'Bluecore would drop and refuse nothing', holds: lostCalls(sandbox).length === 0 },
	];
	for (const { sentence, holds } of checks) console.log(`  ${markOf(holds)} ${sentence}`);
	const line = [
		markOf(checks.every(({ holds }) => holds)),
		example.title,
		counted([
			[arrived.events, 'event', 'events'],
			[arrived.emails, 'email', 'emails'],
			[arrived.messages, 'message', 'messages'],
			[arrived.changes, 'change', 'changes'],
		]) || 'nothing new',
		counted([
			[heldBack, 'held back', 'held back'],
			[refused, 'refused', 'refused'],
		]),
	];
	return { line, checks };
}

/** Counts in words, without those that are zero: `2 events, 1 email`. */
const counted = (
	lists: ReadonlyArray<readonly [list: readonly unknown[], one: string, many: string]>,
) =>
	lists
		.filter(([{ length }]) => length > 0)
		.map(([{ length }, one, many]) => `${length} ${length === 1 ? one : many}`)
		.join(', ');

async function main(): Promise<void> {
	const loaded = await loadPackage(ROOT);
	const sandbox = await new Sandbox({ sentAfterMs: 500, finalAfterMs: 1500 }).start();
	console.log(
		`The sandbox, in place of Bluecore, listens on ${sandbox.url}; the nodes run in n8n's own engine.`,
	);
	const results = [];
	for (const example of IN_PROCESS) results.push(await show(example, loaded, sandbox));
	await sandbox.stop();
	for (const { title, needsN8n } of EXAMPLES) {
		if (needsN8n !== undefined) console.log(`\n${title}\n  runs in a whole n8n only: ${needsN8n}`);
	}
	console.log(`\n${painted('bold', 'In short')}`);
	print(
		['', 'Workflow', 'Reached Bluecore', 'Not sent, with a reason'],
		results.map(({ line }) => line),
	);
	console.log(`\n${NEXT_STEP}`);
	const checks = results.flatMap((result) => result.checks);
	const failed = checks.filter(({ holds }) => !holds).length;
	const counts = `${checks.length - failed} passed, ${failed} failed`;
	console.log(`\n${painted(failed === 0 ? 'green' : 'red', counts)}`);
	process.exitCode = failed === 0 ? 0 : 1;
}

void main();
