import { inspect, styleText } from 'node:util';

import Table from 'cli-table3';
import type { IDataObject, IRun } from 'n8n-workflow';

import { credentialsOf } from '../harness/credentials';
import { outputsOf, runWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { groupBy } from '../nodes/shared/values/value';
import { Sandbox } from '../sandbox/bluecoreSandbox';
import {
	arrivedAt,
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

const markOf = (holds: boolean) => (holds ? styleText('green', '✓') : styleText('red', '✗'));

const inWords = (value: unknown): string =>
	typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: null });

/** Runs an example in n8n's engine. */
async function run(
	{ workflow, start }: Example,
	loaded: LoadedPackage,
	sandbox: Sandbox,
	staticData: IDataObject,
): Promise<IRun> {
	const credentials = credentialsOf(sandbox);
	return await runWorkflow({ workflow, loaded, credentials, start, staticData });
}

/** What the Bluecore nodes of an example have output. */
function outputsIn({ workflow }: Example, ended: IRun) {
	const nodes = workflow.nodes.filter(({ type }) => type.startsWith('n8n-nodes-bluecore.'));
	const [items, refused] = [0, 1].map((output) =>
		nodes.flatMap(({ name }) => outputsOf(ended, name, output).map(({ json }) => json)),
	);
	const heldBack = items.filter(({ accepted }) => accepted === false);
	return { done: items.filter((item) => !heldBack.includes(item)), heldBack, refused };
}

function printNotSent(heldBack: readonly IDataObject[], refused: readonly IDataObject[]): void {
	const rows = refused.slice(0, SHOWN_REFUSALS).map(({ error, ...row }) => {
		const values = Object.values(row).filter((value) => (value ?? '') !== '');
		return [values.slice(0, 4).map(inWords).join(', '), error];
	});
	const others = heldBack.map(({ event, distinct_id: id, reason }) => [
		[event, id].map(inWords).join(' of '),
		reason,
	]);
	const all = [...rows, ...others].map((cells) => cells.map(inWords));
	print(['Not sent', 'Why'], all, [50, 66]);
}

type Arrived = ReturnType<typeof arrivedAt>;

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

/** Runs an example and prints what came of it; gives its line of the summary, and whether each of the checks holds. */
async function show(example: Example, loaded: LoadedPackage, sandbox: Sandbox) {
	sandbox.state.reset();
	confirmSignUps(sandbox);
	console.log(`\n${styleText('bold', example.title)}`);
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

	const { done, heldBack, refused } = outputsIn(example, ended);
	printNotSent(heldBack, refused);
	const all = arrivedAt(sandbox);
	const arrived = { ...all, events: all.events.slice(before) };
	printArrivals(arrived);

	const { events, emails, messages = 0, changes = 0, undelivered = 0 } = example.expected;
	type Check = readonly [sentence: string, holds: boolean];
	/** A count that must be as expected; nothing, if there is none and none is expected. */
	const as = (name: string, { length }: readonly unknown[], wanted: number): Check[] =>
		length + wanted > 0 ? [[`${name}: ${length}, as expected`, length === wanted]] : [];
	const checks: Check[] = [
		['the workflow ran to its end', ended.status === 'success'],
		...as('events that the nodes say were accepted', done.filter(isAccepted), events),
		...as('events that arrived', arrived.events, events),
		...as('items held back', heldBack, example.expected.heldBack),
		...as('items refused', refused, example.expected.refused),
		...as('emails that arrived', arrived.emails, emails),
		...as('messages that arrived', arrived.messages, messages),
		...as('changes of customers and subscriptions', arrived.changes, changes),
		...as(
			'emails and messages delivered',
			done.filter(isDelivered),
			emails + messages - undelivered,
		),
		['Bluecore would drop and refuse nothing', lostCalls(sandbox).length === 0],
	];
	for (const [sentence, holds] of checks) console.log(`  ${markOf(holds)} ${sentence}`);
	const results = checks.map(([, holds]) => holds);
	const line = [
		markOf(results.every(Boolean)),
		example.title,
		counted(arrived) || 'nothing new',
		counted({ 'held back': heldBack, refused }),
	];
	return { line, results };
}

const isAccepted = ({ accepted }: IDataObject) => accepted === true;
const isDelivered = (status: IDataObject) => status.is_delivered === true;

/** How many there are of each kind, without those that are none: `events 2, emails 1`. */
const counted = (lists: Readonly<Record<string, readonly unknown[]>>) =>
	Object.entries(lists)
		.filter(([, { length }]) => length > 0)
		.map(([name, { length }]) => `${name} ${length}`)
		.join(', ');

async function main(): Promise<void> {
	const loaded = await loadPackage(ROOT);
	const sandbox = await new Sandbox({ sentAfterMs: 500, finalAfterMs: 1500 }).start();
	console.log(
		`The sandbox, in place of Bluecore, listens on ${sandbox.url}; the nodes run in n8n's own engine.`,
	);
	const shown = [];
	for (const example of IN_PROCESS) shown.push(await show(example, loaded, sandbox));
	await sandbox.stop();
	for (const { title, needsN8n } of EXAMPLES) {
		if (needsN8n !== undefined) console.log(`\n${title}\n  runs in a whole n8n only: ${needsN8n}`);
	}
	console.log(`\n${styleText('bold', 'In short')}`);
	print(
		['', 'Workflow', 'Reached Bluecore', 'Not sent, with a reason'],
		shown.map(({ line }) => line),
	);
	console.log(`\n${NEXT_STEP}`);
	const results = shown.flatMap((each) => each.results);
	const failed = results.filter((holds) => !holds).length;
	const counts = `${results.length - failed} passed, ${failed} failed`;
	console.log(`\n${styleText(failed === 0 ? 'green' : 'red', counts)}`);
	process.exitCode = failed === 0 ? 0 : 1;
}

void main();
