import fc from 'fast-check';
import {
	NodeConnectionTypes,
	type IDataObject,
	type INodeParameters,
	type INodeType,
} from 'n8n-workflow';

import { outputOf, runWorkflow } from '../../harness/engine';
import { fieldReferences, UNRESOLVED } from '../../nodes/shared/input/fieldReferences';
import { parameterReader } from '../../nodes/shared/input/item';
import { UNREADABLE } from '../../nodes/shared/values/field';
import { Report } from '../../nodes/shared/values/report';

const NUM_RUNS = Number(process.env.PROPERTY_RUNS ?? 1000);
const SEED = Number(process.env.PROPERTY_SEED ?? 1);

/** What a parameter is for an item: as we read it, as n8n does, and whether we had to ask n8n. */
interface Reading {
	ours: unknown;
	n8ns: unknown;
	asked: boolean;
}

/** Reads the parameter `value` in both ways through n8n's own engine, on the given items. */
async function read(value: unknown, items: IDataObject[]): Promise<Reading[]> {
	let readings: Reading[] = [];
	const probe: INodeType = {
		description: {
			displayName: 'Probe',
			name: 'probe',
			group: ['output'],
			version: 1,
			description: 'Probe',
			defaults: { name: 'Probe' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [{ displayName: 'Value', name: 'value', type: 'string', default: '' }],
		},
		async execute() {
			let asked = false;
			const readerOf = parameterReader({
				getWorkflowDataProxy: (index) => this.getWorkflowDataProxy(index),
				getNodeParameter: ((name: string, index: number, fallback: unknown, options?: object) => {
					asked ||= !Object.hasOwn(options ?? {}, 'rawExpressions');
					return this.getNodeParameter(name, index, fallback, options);
				}) as typeof this.getNodeParameter,
			});
			readings = this.getInputData().map((_item, index) => {
				asked = false;
				const { value: ours } = readerOf(
					index,
					new Report(),
				)({ name: 'value', displayName: 'Value' });
				const weAsked = asked;
				let n8ns: unknown;
				try {
					n8ns = this.getNodeParameter('value', index, '');
				} catch {
					n8ns = UNREADABLE;
				}
				return { ours, n8ns, asked: weAsked };
			});
			return await Promise.resolve([[]]);
		},
	};
	const node = (name: string, type: string, parameters: INodeParameters) => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters,
	});
	const run = await runWorkflow({
		workflow: {
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger', {}),
				node('Probe', 'probe', { value } as INodeParameters),
			],
			connections: { Start: { main: [[{ node: 'Probe', type: 'main', index: 0 }]] } },
		},
		nodeTypes: { probe },
		credentials: {},
		start: { node: 'Start', items: items.map((json) => ({ json })) },
	});
	expect(outputOf(run, 'Start')).toHaveLength(items.length);
	expect(run.data.resultData.error).toBeUndefined();
	return readings;
}

const ITEM: IDataObject = {
	email: 'jane@example.com',
	'first name': 'Jane',
	total: 59.9,
	vip: false,
	nothing: null,
	customer: { name: { last: 'Doe' }, tags: ['a', 'b'] },
	constructor_id: 7,
};

describe('is read without asking n8n:', () => {
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
		[
			{ name: '={{ $json.email }}', list: ['fixed', '={{ $json.total }}'], none: null },
			{ name: 'jane@example.com', list: ['fixed', 59.9], none: null },
		],
	])('%j', async (value, expected) => {
		expect(await read(value, [ITEM])).toEqual([{ ours: expected, n8ns: expected, asked: false }]);
	});
});

describe('is read by n8n:', () => {
	test.each<[unknown, unknown]>([
		['fixed', 'fixed'],
		[{ fixed: 1 }, { fixed: 1 }],
		['=', ''],
		['=fixed', 'fixed'],
		['={{ $json.email }} ', 'jane@example.com '],
		['=to {{ $json.email }}', 'to jane@example.com'],
		['={{ $json.email }}{{ $json.vip }}', 'jane@example.comfalse'],
		['={{ $json.email.length }}', 16],
		['={{ $json.email.toUpperCase() }}', 'JANE@EXAMPLE.COM'],
		['={{ $json.missing ?? "none" }}', 'none'],
		['={{ $json.total + 1 }}', 60.9],
		['={{ $json["email"] }}{{ "" }}', 'jane@example.com'],
		['={{ "$json.email" }}', '$json.email'],
		['={{ $json.customer.tags[0x1] }}', 'b'],
		[
			{ whole: '={{ $json.email }}', half: '={{ 1 + 1 }}' },
			{ whole: ITEM.email, half: 2 },
		],
		['={{ $json.constructor_id }}', UNREADABLE],
	])('%j', async (value, expected) => {
		expect(await read(value, [ITEM])).toEqual([{ ours: expected, n8ns: expected, asked: true }]);
	});

	test.each(['={{ json.email }}', '={{ $json }}', '={{ $json.tags[01] }}', '={{ $jsonx.email }}'])(
		'%s, which looks like a reference',
		(value) => expect(fieldReferences(value)).toBeUndefined(),
	);

	test('a field that is not there, and one that is not JSON', async () => {
		const date = new Date(0);
		const circular: IDataObject = {};
		circular.self = circular;
		for (const field of [undefined, date, { date }, circular, () => 1, Symbol('x'), 1n]) {
			const resolve = fieldReferences('={{ $json.field }}');
			expect(resolve?.({ field })).toBe(UNRESOLVED);
		}
		const resolve = fieldReferences({ a: ['={{ $json.a }}'], b: '={{ $json.b.c }}' });
		expect(resolve?.({ a: 1, b: { c: 2 } })).toEqual({ a: [1], b: 2 });
		expect(resolve?.({ a: 1, b: {} })).toBe(UNRESOLVED);
		expect(await read('={{ $json.missing }}', [ITEM])).toEqual([
			{ ours: undefined, n8ns: undefined, asked: true },
		]);
	});

	test('for the items alone that need it', async () => {
		const readings = await read('={{ $json.field }}', [{ field: 1 }, {}, { field: 'x' }]);
		expect(readings.map(({ ours, asked }) => [ours, asked])).toEqual([
			[1, false],
			[undefined, true],
			['x', false],
		]);
	});
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
const expression = fc
	.tuple(
		steps,
		fc.constantFrom('={{ ', '={{', '={{\n', '=x{{'),
		fc.constantFrom(' }}', '}}', '\n}}', ' }} '),
	)
	.map(([given, open, close]) => `${open}$json${given.join('')}${close}`);
const parameter = fc.letrec((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small' },
		expression,
		fc.constantFrom<unknown>('fixed', 1, null),
		fc.dictionary(fc.constantFrom('p', 'q'), tie('value')),
		fc.array(tie('value'), { maxLength: 2 }),
	),
})).value;
const json = fc.letrec((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small' },
		fc.constantFrom<unknown>('text', '', '={{ $json.a }}', 0, -0, NaN, true, null, undefined),
		tie('object'),
		fc.array(tie('value'), { maxLength: 3 }),
	),
	object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));

test('a parameter is read as n8n reads it, whatever it says and whatever the items are', async () => {
	let withoutAsking = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.oneof(expression, parameter),
			fc.array(fc.record({ a: json.value, b: json.object }), { minLength: 1, maxLength: 5 }),
			async (value, items) => {
				const readings = await read(value, items as IDataObject[]);
				expect(readings).toHaveLength(items.length);
				for (const { ours, n8ns } of readings) expect(ours).toEqual(n8ns);
				withoutAsking += readings.filter(({ asked }) => !asked).length;
			},
		),
		{ numRuns: NUM_RUNS, seed: SEED },
	);
	expect(withoutAsking).toBeGreaterThan(NUM_RUNS / 10);
}, 600_000);
