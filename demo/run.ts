// The first import: it says at once what the others take seconds for.
import './greeting';

import { styleText } from 'node:util';

import axios from 'axios';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import type { IDataObject, INodeExecutionData, IRun } from 'n8n-workflow';

import { startWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { Sandbox } from '../sandbox/bluecoreSandbox';
import type { RecordedCall } from '../sandbox/state/calls';
import type { SentMessage } from '../sandbox/state/messages';
import { compare, isHeldBack, sentBy, type Arrived, type Check } from './checks';
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

/** Runs an example in n8n's engine, with a bar for the requests that have come in. */
async function run(
	example: Example,
	{ nodeTypes, credentialTypes }: LoadedPackage,
	sandbox: Sandbox,
	staticData: IDataObject,
): Promise<IRun> {
	const bar = new SingleBar({
		format: '  {bar} {value}/{total} requests, {duration} s',
		barsize: 30,
		hideCursor: true,
		noTTYOutput: true,
		notTTYSchedule: 1000,
	});
	const { events, emails, messages = 0, changes = 0 } = example.expected;
	const expected = events + changes + 2 * (emails + messages);
	const before = sandbox.state.calls.length;
	const update = () => bar.update(Math.min(sandbox.state.calls.length - before, expected));
	bar.start(expected, 0);
	const ticker = setInterval(update, 100);
	const { bluecoreApi, bluecoreOAuth2Api } = credentialTypes;
	try {
		return await startWorkflow({
			workflow: example.workflow,
			nodeTypes,
			credentials: {
				bluecoreApi: { type: bluecoreApi, data: sandbox.credential() },
				bluecoreOAuth2Api: { type: bluecoreOAuth2Api, data: sandbox.oAuth2Credential() },
			},
			start: example.start,
			staticData,
		}).result;
	} finally {
		clearInterval(ticker);
		update();
		bar.stop();
	}
}

const refusal = ({ json }: INodeExecutionData) => {
	const { error, ...row }: IDataObject = { ...json, advice: '' };
	const values = Object.values(row).filter((value) => (value ?? '') !== '');
	return [values.slice(0, 4).map(inWords).join(', '), inWords(error)];
};

/** What Bluecore would have got, as the sandbox tells it over HTTP. */
async function arrivedAt({ url }: Sandbox): Promise<Arrived> {
	const get = async <T>(path: string) => (await axios.get<T>(`${url}/sandbox/${path}`)).data;
	const [events, emails, messages, ...calls] = await Promise.all([
		get<Arrived['events']>('events'),
		get<Arrived['emails']>('emails'),
		get<SentMessage[]>('messages'),
		get<RecordedCall[]>('calls?api=customers&verdict=accepted'),
		get<RecordedCall[]>('calls?api=eligibility&verdict=accepted'),
	]);
	return {
		events,
		emails,
		messages: messages.filter(({ deliveries }) =>
			deliveries.every((each) => each.campaign_id !== ''),
		),
		changes: calls.flat().filter(({ method }) => method === 'POST'),
	};
}

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
	const names = [...new Set(events.map(({ event }) => event))];
	const rows = [
		...names.map((name) => {
			const ofName = events.filter(({ event }) => event === name);
			return [name, ofName.length, inWords(ofName[0].properties)];
		}),
		...emails
			.slice(0, 1)
			.map(({ email: to, template_attributes: data }) => [
				'(email)',
				emails.length,
				inWords({ to, ...data }),
			]),
		...messages.slice(0, 1).map(({ id }) => ['(message)', messages.length, inWords({ id })]),
		...changes.slice(0, 1).map(({ what, who }) => ['(change)', changes.length, `${what}: ${who}`]),
	];
	if (rows.length === 0) console.log('  Nothing new has arrived.');
	print(['What arrived', 'Count', 'The first of them'], rows, [18, 7, 90]);
}

/** What came of an example: a line of the summary, and whether all is as it must be. */
interface Result {
	readonly line: readonly string[];
	readonly checks: readonly Check[];
}

async function show(example: Example, loaded: LoadedPackage, sandbox: Sandbox): Promise<Result> {
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
	const before = await arrivedAt(sandbox);
	const ended = await run(example, loaded, sandbox, kept);
	const { error } = ended.data.resultData;
	if (error) console.log(`  The run ended early: ${error.message}\n  ${error.description ?? ''}`);

	const { outputs, ...sent } = sentBy(example, ended);
	const { heldBack, refused } = sent;
	print(
		['Node', 'Done', 'Held back', 'Refused'],
		outputs.map(({ name, good, bad }) => {
			const held = good.filter(isHeldBack).length;
			return [name, good.length - held, held, bad.length];
		}),
	);
	print(['Refused row', 'Why'], refused.slice(0, SHOWN_REFUSALS).map(refusal), [50, 66]);
	print(
		['Held back', 'Of whom', 'Why'],
		heldBack.map(({ event, distinct_id: id, reason }) => [event, id, reason].map(inWords)),
		[24, 32, 60],
	);
	const all = await arrivedAt(sandbox);
	const arrived = { ...all, events: all.events.slice(before.events.length) };
	printArrivals(arrived);

	const checks = [
		{ sentence: 'the workflow ran to its end', holds: ended.status === 'success' },
		...compare(sent, arrived, example.expected),
		{ sentence: 'Bluecore would drop and refuse nothing', holds: lostCalls(sandbox).length === 0 },
	];
	for (const { sentence, holds } of checks) console.log(`  ${markOf(holds)} ${sentence}`);
	const reached = (['events', 'emails', 'messages', 'changes'] as const).map(
		(name) => [arrived[name], name.slice(0, -1), name] as const,
	);
	const line = [
		markOf(checks.every(({ holds }) => holds)),
		example.title,
		counted(reached) || 'nothing new',
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
	const results: Result[] = [];
	try {
		for (const example of IN_PROCESS) results.push(await show(example, loaded, sandbox));
	} finally {
		await sandbox.stop();
	}
	for (const { title, needsN8n } of EXAMPLES) {
		if (needsN8n !== undefined) console.log(`\n${title}\n  runs in a whole n8n only: ${needsN8n}`);
	}
	console.log(`\n${painted('bold', 'In short')}`);
	print(
		['', 'Workflow', 'Reached Bluecore', 'Not sent, with a reason'],
		results.map(({ line }) => [...line]),
	);
	console.log(`\n${NEXT_STEP}`);
	const checks = results.flatMap((result) => result.checks);
	const failed = checks.filter(({ holds }) => !holds).length;
	const counts = `${checks.length - failed} passed, ${failed} failed`;
	console.log(`\n${painted(failed === 0 ? 'green' : 'red', counts)}`);
	process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
