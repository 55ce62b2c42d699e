import fc from 'fast-check';
import type {
	IConnections,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';

import { outputsOf, runWorkflow } from '../../harness/engine';
import { node, step } from '../../harness/n8n/workflows';
import { EVENTS_OPTIONS } from '../../nodes/BluecoreEvents/BluecoreEvents.node';
import {
	referencedField,
	referenceReader,
	UNRESOLVED,
} from '../../nodes/shared/input/fieldReferences';
import { itemReader } from '../../nodes/shared/input/item';
import { UNREADABLE } from '../../nodes/shared/values/field';
import { ACCOUNT } from '../support/items';

const NUM_RUNS = Number(process.env.PROPERTY_RUNS ?? 500);
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
/** That it fails is enough then: to look for a smaller counterexample takes half a minute. */
const IS_MUTANT = process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;

/** What a parameter is for an item: as we read it, as n8n does, and whether we had to ask n8n. */
interface Reading {
	ours: unknown;
	n8ns: unknown;
	asked: boolean;
}

/** From a node's output to a node's input. */
type Link = readonly [from: string, output: number, to: string, input: number];

/** What comes before the node that reads. */
interface Graph {
	readonly links: readonly Link[];
	/** What nodes output, by their runs and outputs; the others pass on their input. */
	readonly emitted?: Partial<Record<string, ReadonlyArray<readonly INodeExecutionData[][]>>>;
	readonly pinned?: Readonly<Record<string, INodeExecutionData[]>>;
}

const LINE: Graph = { links: [['Start', 0, 'Probe', 0]] };

const nodeType = (
	name: string,
	execute: INodeType['execute'],
	more: Partial<INodeType['description']> = {},
): INodeType => ({
	description: {
		...{ displayName: name, name, group: ['output'], version: 1, description: name },
		...{ defaults: { name }, inputs: ['main'], outputs: ['main', 'main'], properties: [] },
		...more,
	},
	execute,
});

/** Reads the parameter `value` in both ways through n8n's own engine, on the items that reach the node `Probe`. */
async function read(
	value: unknown,
	items: IDataObject[],
	{ links, emitted = {}, pinned = {} }: Graph = LINE,
): Promise<Reading[]> {
	const readings: Reading[] = [];
	const runs: Record<string, number> = {};
	const probe = nodeType(
		'probe',
		async function (this: IExecuteFunctions) {
			let asked = false;
			const context: Parameters<typeof itemReader>[0] = {
				getInputData: () => this.getInputData(),
				getWorkflowDataProxy: (index) => this.getWorkflowDataProxy(index),
				getNodeParameter: ((name: string, index: number, fallback: unknown, options?: object) => {
					asked ||= !Object.hasOwn(options ?? {}, 'rawExpressions');
					return this.getNodeParameter(name, index, fallback, options);
				}) as typeof this.getNodeParameter,
			};
			const items = itemReader(context, EVENTS_OPTIONS);
			for (const index of this.getInputData().keys()) {
				const item = items.read(index, { account: ACCOUNT, problems: [] });
				asked = false;
				const { value: given } = item.field({ name: 'value', displayName: 'Value' });
				const ours = given === UNREADABLE ? item.report.problems[0].message : given;
				let n8ns: unknown;
				try {
					n8ns = this.getNodeParameter('value', index, '');
				} catch (error) {
					n8ns = `Value could not be read: ${(error as Error).message}`;
				}
				readings.push({ ours, n8ns, asked });
			}
			return await Promise.resolve([this.getInputData()]);
		},
		{ properties: [{ displayName: 'Value', name: 'value', type: 'string', default: '' }] },
	);
	async function emit(this: IExecuteFunctions) {
		const { name } = this.getNode();
		const run = (runs[name] = (runs[name] ?? -1) + 1);
		const outputs = emitted[name]?.at(run) ?? [this.getInputData(), []];
		return await Promise.resolve(outputs.map((output) => output.map((item) => ({ ...item }))));
	}
	const names = [...new Set(['Start', ...links.flatMap(([from, , to]) => [from, to])])];
	const types: Record<string, string> = { Probe: 'probe', Merge: 'merge' };
	types.Start = 'n8n-nodes-base.manualTrigger';
	const connections: IConnections = {};
	for (const [from, output, to, input] of links) {
		const { main } = (connections[from] ??= { main: [[], []] });
		main[output]?.push(step(to, input));
	}
	const run = await runWorkflow({
		workflow: {
			nodes: names.map((name) =>
				node(name, types[name] ?? 'emit', 1, name === 'Probe' ? ({ value } as IDataObject) : {}),
			),
			connections,
			pinData: pinned,
			settings: { executionOrder: 'v1' },
		},
		loaded: {
			nodeTypes: {
				probe,
				emit: nodeType('emit', emit),
				merge: nodeType('merge', emit, { inputs: ['main', 'main'] }),
			},
			credentialTypes: {},
		},
		credentials: {},
		start: { node: 'Start', items: items.map((json) => ({ json })) },
	});
	expect(outputsOf(run, 'Start')).toHaveLength(items.length);
	expect(run.data.resultData.error).toBeUndefined();
	return readings;
}

/** A link for each word: the node, with the number of its output, and the node that it leads to, with the number of its input. */
const linksOf = (text: string): Link[] =>
	text.split(' ').map((word) => {
		const [[from, output = '0'], [to, input = '0']] = word.split('>').map((end) => end.split('.'));
		return [from, Number(output), to, Number(input)];
	});

const ITEM: IDataObject = {
	...{ email: 'jane@example.com', 'first name': 'Jane', total: 59.9, vip: false, nothing: null },
	customer: { name: { last: 'Doe' }, tags: ['a', 'b'], 'No. [1] of 2': 1 },
};

test.each<[unknown, unknown]>([
	['={{ $json.email }}', 'jane@example.com'],
	['={{$json.email}}', 'jane@example.com'],
	['={{ $json["first name"] }}', 'Jane'],
	["={{ $json['first name'] }}", 'Jane'],
	['={{ $json.total }}', 59.9],
	['={{ $json.vip }}', false],
	['={{ $json.nothing }}', null],
	['={{ $json.customer.name["last"] }}', 'Doe'],
	['={{ $json.customer.tags[1] }}', 'b'],
	['={{ $json.customer }}', ITEM.customer],
	['={{ $json.customer.tags.length }}', 2],
	['={{ $json.customer["No. [1] of 2"] }}', 1],
	['fixed', 'fixed'],
	[
		{ name: '={{ $json.email }}', list: ['fixed', '={{ $json.total }}'], none: null },
		{ name: 'jane@example.com', list: ['fixed', 59.9], none: null },
	],
	['=', ''],
	['=fixed', 'fixed'],
	['={{ $json.email }} ', 'jane@example.com '],
	['=\n{{ $json.email }}', '\njane@example.com'],
	['=to {{ $json.email }}, {{ $json.total }}', 'to jane@example.com, 59.9'],
	['={{ $json.email }}{{ $json.vip }}', 'jane@example.comfalse'],
	['={{ $json.nothing }}-{{ $itemIndex }}', '-0'],
	['="{{ $json.email }}" `$` \'', '"jane@example.com" `$` \''],
])('the parameter %j is read without asking n8n', async (value, expected) => {
	expect(await read(value, [ITEM])).toEqual([{ ours: expected, n8ns: expected, asked: false }]);
});

describe('fields of earlier nodes are read without asking n8n:', () => {
	/** Three rows, of which the second is dropped and the others come in reverse order. */
	const DROPPED: Graph = {
		links: linksOf('Start>Rows Rows>Middle Middle>Probe'),
		emitted: {
			Rows: [[['a', 'b', 'c'].map((id, item) => ({ json: { id, of: { it: [item] } } })), []]],
			Middle: [[[2, 0].map((item) => ({ json: {}, pairedItem: { item } })), []]],
		},
	};
	const both = (value: string) => Array.from(value, (each) => each);

	test.each<[string, unknown[]]>([
		["={{ $('Rows').item.json.id }}", both('ca')],
		['={{$("Rows").item.json["id"]}}', both('ca')],
		["={{ $('Rows').item.json.of.it[0] }}", [2, 0]],
		["={{ $('Rows').item.json.of }}", [{ it: [2] }, { it: [0] }]],
		["={{ $('Rows').item.json }}", ['c', 'a'].map((id, n) => ({ id, of: { it: [2 - 2 * n] } }))],
		["={{ $('Rows').first().json.id }}", both('aa')],
		["={{ $('Rows').last().json.id }}", both('cc')],
		["={{ $('Rows').all()[1].json.id }}", both('bb')],
		["=No. {{ $itemIndex }}: {{ $('Rows').item.json.id }}", ['No. 0: c', 'No. 1: a']],
	])('%j', async (value, expected) => {
		const readings = await read(value, [{}, {}, {}], DROPPED);
		expect(readings).toEqual(expected.map((one) => ({ ours: one, n8ns: one, asked: false })));
	});

	test('n8n is asked for each node once in a run, and for its item once for each item', () => {
		const asked: unknown[] = [];
		const resolverOf = referenceReader({
			items: [],
			$: (node) => {
				asked.push(node);
				if (node === 'Nowhere') throw new Error('Refused');
				return {
					pairedItem: (index) => {
						asked.push(index);
						if (index === 2) throw new Error('Refused');
						return { json: { id: index } };
					},
					first: () => undefined,
					last: () => undefined,
					all: () => [],
				};
			},
		});
		const [rows, nowhere] = ['Rows', 'Nowhere'].map((node) =>
			resolverOf(Array(2).fill(`={{ $('${node}').item.json.id }}`)),
		);
		expect(rows?.(0)).toEqual([0, 0]);
		expect(rows?.(1)).toEqual([1, 1]);
		expect(rows?.(0)).toEqual([0, 0]);
		for (const index of [2, 2]) expect(rows?.(index)).toBe(UNRESOLVED);
		expect(rows?.(1)).toEqual([1, 1]);
		for (const index of [0, 1]) expect(nowhere?.(index)).toBe(UNRESOLVED);
		expect(asked).toEqual(['Rows', 0, 1, 0, 2, 1, 'Nowhere']);
	});
});

test('what only looks like a reference is read by n8n', () => {
	const others = ['{{ json.email }}', '{{ $json }}', '{{ $json.tags[01] }}', '{{ $jsonx.email }}'];
	const resolverOf = referenceReader({ items: [], $: () => ({}) as never });
	for (const value of others) expect(resolverOf(`=${value}`)).toBeUndefined();
});

test('a parameter is a field of the item if it is nothing but a reference to it, maybe trimmed', () => {
	for (const cleaned of ['', '.trim()', '?.trim().toLowerCase()', '.toString().trim()']) {
		expect(referencedField(`={{ $json["E-Mail"]${cleaned} }}`)).toBe('E-Mail');
	}
	for (const other of ['$json.a.b', "$('Rows').item.json", '$json.constructor', 'a']) {
		expect(referencedField(`={{ ${other} }}`)).toBeUndefined();
	}
	for (const other of ['{{ $json.a }}', '={{ $json.a }}.', 5]) {
		expect(referencedField(other)).toBeUndefined();
	}
});

test('a field that is not there, and one that is not JSON, is read by n8n', async () => {
	const readFrom = (json: unknown, entered: unknown) =>
		referenceReader({ items: [{ json }], $: () => ({}) as never })(entered)?.(0);
	const date = new Date(0);
	const circular: IDataObject = {};
	circular.self = circular;
	const names = [JSON.parse('{ "__proto__": 1 }'), [{ constructor: 'text' }]] as unknown[];
	const others = [undefined, date, [1, { date }], circular, () => 1, Symbol('x'), 1n];
	for (const field of [...names, ...others]) {
		expect(readFrom({ field }, '={{ $json.field }}')).toBe(UNRESOLVED);
	}
	const entered = { a: ['={{ $json.a }}'], b: '={{ $json.b.c }}' };
	expect(readFrom({ a: 1, b: { c: 2 } }, entered)).toEqual({ a: [1], b: 2 });
	for (const b of [{}, undefined]) expect(readFrom({ a: 1, b }, entered)).toBe(UNRESOLVED);
	expect(readFrom({ a: {} }, '=An object: {{ $json.a }}')).toBe(UNRESOLVED);
	expect(await read('={{ $json.missing }}', [ITEM])).toEqual([
		{ ours: undefined, n8ns: undefined, asked: true },
	]);
});

const name = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom('a', 'b') },
	fc.constantFrom('a b', '0', '00', '$x', "it's", 'say "a"', '}}', 'a.b', 'ä'),
	fc.constantFrom('length', 'toString', '__proto__', 'constructor', 'prototype'),
);
const steps = fc.array(
	fc.oneof(
		{ weight: 3, arbitrary: name.map((given) => `.${given}`) },
		name.map((given) => `["${given}"]`),
		name.map((given) => `['${given}']`),
		fc.constantFrom('[0]', '[00]', '[1]', '?.a', '.a()', ' .a', '[ 0 ]', '[-1]'),
	),
	{ minLength: 1, maxLength: 3 },
);
const nodeName = fc.constantFrom('Start', 'Rows', 'Middle', 'Aside', 'Other', 'Probe', 'Nowhere');
const member = fc.constantFrom('item', 'first()', 'last()', 'all()[0]', 'all()[1]');
const earlier = fc.tuple(nodeName, member).map(([node, of]) => `$('${node}').${of}.json`);
const start = fc.oneof(
	{ weight: 4, arbitrary: fc.constant('$json') },
	{ weight: 4, arbitrary: earlier },
	nodeName.chain((node) =>
		fc.constantFrom(
			...[`$("${node}").item.json`, `$('${node}').item`, `$('${node}').first(1).json`],
			...[`$('${node}').itemMatching(0).json`, `$('${node}') .item.json`],
			`$node["${node}"].json`,
		),
	),
	fc.constantFrom('$input.item.json', '$itemIndex', '$runIndex'),
);
const referenceOf = fc.oneof(
	{ weight: 9, arbitrary: fc.tuple(start, steps).map(([from, given]) => from + given.join('')) },
	fc.constantFrom('$itemIndex', "$('Rows').item.json"),
);
const text = fc.oneof(
	{ weight: 6, arbitrary: fc.constant('') },
	fc.constantFrom(
		...[' ', '\n', 'x', 'a "b"', "'", '`${x}`', '{', '}', '\\', '\\\\', '\u2028', '.constructor'],
	),
);
const [opening, closing] = [
	fc.constantFrom('{{ ', '{{', '{{\n'),
	fc.constantFrom(' }}', '}}', '\n}}'),
];
const part = fc.tuple(text, opening, referenceOf, closing).map((pieces) => pieces.join(''));
const expression = fc
	.tuple(fc.array(part, { minLength: 1, maxLength: 2 }), text)
	.map(([parts, after]) => `=${parts.join('')}${after}`);
const parameter = fc.letrec((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small' },
		expression,
		fc.constantFrom<unknown>('fixed', 1, null, '=fixed'),
		fc.dictionary(fc.constantFrom('p', 'q'), tie('value')),
		fc.array(tie('value'), { maxLength: 2 }),
	),
})).value;
const VALUES = ['text', '', '={{ $json.a }}', 0, -0, NaN, true, null, undefined];
const json = fc.letrec((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small' },
		fc.constantFrom<unknown>(...VALUES),
		tie('object'),
		fc.array(tie('value'), { maxLength: 3 }),
	),
	object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));
const fields = fc.record({ a: json.value, b: json.object });

const pairedWith = fc.record(
	{ item: fc.nat(3), input: fc.constantFrom(0, 0, 1, 2) },
	{ requiredKeys: ['item'] },
);
/** Mostly the item itself; else some other one, several, one that is not there, or none. */
const link = fc.oneof(
	{ weight: 5, arbitrary: fc.constant('itself') },
	fc.constant(undefined),
	fc.nat(3),
	pairedWith,
	fc.array(pairedWith, { maxLength: 3 }),
);
const emission = fc.array(fc.tuple(fields, link), { minLength: 1, maxLength: 4 }).map((given) =>
	given.map(([json, linked], item) => {
		const pairedItem = linked === 'itself' ? { item } : linked;
		return { json, ...(pairedItem !== undefined && { pairedItem }) };
	}),
);
/** Of three runs, the last of which ends a loop over the second output. */
const emissions = fc
	.array(fc.tuple(emission, fc.oneof(emission, fc.constant([]))), { minLength: 3, maxLength: 3 })
	.map((runs) => runs.map(([first, second], run) => [first, run < 2 ? second : []]));
const LINKS = {
	'a line of nodes': linksOf('Start>Rows Rows>Middle Rows>Aside Middle>Probe Probe>Other'),
	'both outputs of a branch': linksOf(
		'Start>Rows Rows>Middle Rows.1>Aside Middle.1>Probe Aside>Probe Probe>Other',
	),
	'a merge of two branches': linksOf(
		'Start>Rows Rows>Middle Start>Aside Middle>Merge Aside>Merge.1 Merge>Probe',
	),
	'a loop': linksOf('Start>Rows Rows>Aside Rows.1>Middle Middle>Probe Probe>Rows'),
};

const isRefusal = (value: unknown) =>
	typeof value === 'string' && value.startsWith('Value could not be read');

test.each(Object.entries(LINKS))(
	'after %s, a parameter is read as n8n reads it, whatever it says and whatever the items and their links are',
	async (_what, links: readonly Link[]) => {
		const numRuns = Math.ceil(NUM_RUNS / 2);
		let [withoutAsking, refused] = [0, 0];
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(expression, parameter),
				fc.array(fields, { minLength: 1, maxLength: 5 }),
				fc.dictionary(fc.constantFrom('Rows', 'Middle', 'Aside', 'Merge'), emissions),
				fc.oneof(
					{ weight: 3, arbitrary: fc.constant({}) },
					fc.dictionary(fc.constantFrom('Middle', 'Aside'), emission),
				),
				async (value, items, emitted, pinned) => {
					const graph = { links, emitted, pinned } as Graph;
					const readings = await read(value, items as IDataObject[], graph);
					for (const { ours, n8ns } of readings) expect(ours).toEqual(n8ns);
					withoutAsking += readings.filter(({ asked }) => !asked).length;
					refused += readings.filter(({ ours }) => isRefusal(ours)).length;
				},
			),
			{ numRuns, seed: SEED, endOnFailure: IS_MUTANT },
		);
		expect(withoutAsking).toBeGreaterThan(numRuns / 10);
		expect(refused).toBeGreaterThan(numRuns / 20);
	},
);
