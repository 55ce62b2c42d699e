import { createHash, createHmac } from 'node:crypto';

import { parse } from 'csv-parse/sync';
import {
	NodeConnectionTypes,
	type AssignmentCollectionValue,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';

const { Main } = NodeConnectionTypes;

/** What is special of a node: without anything, its items pass through it. */
type StandIn = Pick<INodeType, 'execute'> &
	Partial<
		Pick<INodeType['description'], 'group' | 'inputs' | 'requiredInputs' | 'outputs' | 'properties'>
	>;

const nodeOf = (name: string, { execute, ...special }: StandIn): INodeType => ({
	description: {
		displayName: name,
		name,
		group: ['transform'],
		version: [1, 1.1, 1.2, 2, 2.1, 2.2, 2.3, 2.5, 3, 3.2, 3.4, 4.2],
		description: "Stands in for n8n's own node",
		defaults: { name },
		inputs: [Main],
		outputs: [Main],
		properties: [],
		...special,
	},
	execute:
		execute ??
		async function () {
			return [this.getInputData()];
		},
});

/** A text parameter, which n8n evaluates. */
const text = (name: string): INodeProperties => ({
	displayName: name,
	name,
	type: 'string',
	default: '',
});
const json = (name: string): INodeProperties => ({ ...text(name), type: 'json', default: {} });
const CONDITIONS: INodeProperties = { ...json('conditions'), type: 'filter' };

/** A node that makes any number of items from each one; `read` gives the value of a parameter. */
const eachItem = (
	properties: INodeProperties[],
	make: (
		item: INodeExecutionData,
		read: (name: string) => unknown,
		context: IExecuteFunctions,
	) => readonly IDataObject[],
): StandIn => ({
	properties,
	async execute() {
		const items = this.getInputData().flatMap((item, index) =>
			make(item, (name) => this.getNodeParameter(name, index, {}), this).map((fields) => ({
				json: { ...fields },
				pairedItem: { item: index },
			})),
		);
		return [items];
	},
});

/** Puts each item out on the output of the first parameter that is true for it; if none is, on the last one. */
function route(context: IExecuteFunctions, parameters: readonly string[]): INodeExecutionData[][] {
	const outputs = [...parameters, 'others'].map((): INodeExecutionData[] => []);
	context.getInputData().forEach((input, item) => {
		const holds = (parameter: string) =>
			context.getNodeParameter(parameter, item, false, { extractValue: true }) === true;
		const found = parameters.findIndex(holds);
		outputs[found < 0 ? parameters.length : found].push({
			json: input.json,
			pairedItem: { item },
		});
	});
	return outputs;
}

const ifNode: StandIn = {
	outputs: [Main, Main],
	properties: [CONDITIONS],
	async execute() {
		return route(this, ['conditions']);
	},
};

/** Routes by rules. */
const switchNode: StandIn = {
	outputs: '={{ [...$parameter.rules.values, "other"].map(() => "main") }}',
	properties: [
		{
			...json('rules'),
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			options: [{ displayName: 'Values', name: 'values', values: [CONDITIONS] }],
		},
	],
	async execute() {
		const rules = this.getNodeParameter('rules.values', 0) as unknown[];
		return route(
			this,
			rules.map((_, rule) => `rules.values[${rule}].conditions`),
		);
	},
};

const bytesOf = (binary: INodeExecutionData['binary'], property: unknown) =>
	Buffer.from(binary?.[property as string].data ?? '', 'base64');

/** Signs the file of each item, or writes the hash of a text into it. */
const crypto = eachItem(
	['action', 'binaryPropertyName', 'secret', 'value', 'dataPropertyName'].map(text),
	({ json: fields, binary }, read) => {
		const [secret, value, name] = ['secret', 'value', 'dataPropertyName'].map(read) as string[];
		const bytes = bytesOf(binary, read('binaryPropertyName'));
		const signature = createHmac('sha256', secret).update(bytes).digest('base64');
		const hash = createHash('sha256').update(value).digest('hex');
		return [{ ...fields, [name]: read('action') === 'hash' ? hash : signature }];
	},
);

type Row = IDataObject & { readonly createdAt: string };
type Condition = Readonly<Record<'keyName' | 'keyValue' | 'condition', string | undefined>>;

const isSo = (row: Row, { keyName = '', keyValue, condition }: Condition) =>
	condition === 'lt'
		? new Date(row[keyName] as string) < new Date(String(keyValue))
		: row[keyName] === keyValue;

/** The one table of a workflow, with the operations that the examples use; it is kept in the workflow's static data. */
const dataTable = eachItem(
	[text('operation'), json('filters'), json('columns')],
	(item, read, context) => {
		const kept = context.getWorkflowStaticData('global');
		const { conditions = [] } = read('filters') as { conditions?: Condition[] };
		const rows = (kept.rows ?? []) as Row[];
		const found = rows.filter((row) => conditions.every((condition) => isSo(row, condition)));
		const operation = read('operation');
		if (operation === 'rowNotExists') return found.length === 0 ? [item.json] : [];
		if (operation === 'deleteRows') kept.rows = rows.filter((row) => !found.includes(row));
		if (operation === 'get' || operation === 'deleteRows') return found;
		const { value: values } = read('columns') as { value: IDataObject };
		if (found.length === 0 && operation === 'upsert') {
			found.push({ ...values, createdAt: new Date().toISOString() });
			kept.rows = [...rows, ...found];
		}
		found.forEach((row) => Object.assign(row, values));
		return found;
	},
);

/** Reads a CSV file as n8n does, with the options that the examples set; items without a file are rows already. */
const extractFromFile = eachItem(
	[text('operation'), text('binaryPropertyName'), text('destinationKey'), json('options')],
	(item, read) => {
		if (!item.binary) return [item.json];
		const bytes = bytesOf(item.binary, read('binaryPropertyName'));
		const options = read('options') as IDataObject;
		const encoding = options.encoding as BufferEncoding;
		if (read('operation') === 'text') {
			return [{ [read('destinationKey') as string]: bytes.toString(encoding) }];
		}
		const skip = options.skipRecordsWithErrors as { value?: { enabled?: boolean } } | undefined;
		const records = parse<IDataObject>(bytes, {
			columns: true,
			delimiter: options.delimiter as string,
			encoding,
			bom: options.enableBOM === true,
			relax_quotes: options.relaxQuotes === true,
			skip_empty_lines: true,
			skip_records_with_error: skip?.value?.enabled === true,
		});
		return records.map((record) =>
			Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '')),
		);
	},
);

const editFields = eachItem(
	[
		{ ...json('assignments'), type: 'assignmentCollection' },
		{ ...text('includeOtherFields'), type: 'boolean', default: false },
	],
	(item, read) => {
		const { assignments } = read('assignments') as AssignmentCollectionValue;
		const fields: IDataObject = read('includeOtherFields') === true ? { ...item.json } : {};
		for (const { name, type, value } of assignments)
			fields[name] = type === 'string' ? String(value ?? '') : value;
		return [fields];
	},
);

/** Puts the items of all inputs one after another, or gives those of the first that have no equal in the second. */
const merge: StandIn = {
	inputs: '={{ Array.from({ length: $parameter.numberInputs }, () => "main") }}',
	requiredInputs: 1,
	properties: [
		{ ...text('numberInputs'), type: 'number', default: 2 },
		text('fieldsToMatchString'),
	],
	async execute() {
		const inputs = this.getNodeInputs().map((_, input) => this.getInputData(input));
		const fields = this.getNodeParameter('fieldsToMatchString', 0) as string;
		if (fields === '') return [inputs.flat()];
		const keyOf = (item: INodeExecutionData) =>
			JSON.stringify(fields.split(', ').map((field) => item.json[field]));
		const known = new Set(inputs[1].map(keyOf));
		return [inputs[0].filter((item) => !known.has(keyOf(item)))];
	},
};

/** Compares the items of two inputs that have the same value in one field, and tells both values of what is different; it leaves out those that only the second input has. */
const compareDatasets: StandIn = {
	inputs: [Main, Main],
	requiredInputs: 1,
	outputs: [Main, Main, Main, Main],
	properties: [json('mergeByFields')],
	async execute() {
		const [{ field1, field2 }] = this.getNodeParameter('mergeByFields.values', 0) as Array<
			Record<string, string>
		>;
		const known = new Map(this.getInputData(1).map(({ json: b }) => [b[field2], b]));
		const [missing, equal, changed]: INodeExecutionData[][] = [[], [], []];
		for (const item of this.getInputData(0)) {
			const a = item.json;
			const b = known.get(a[field1]);
			const [same, different]: IDataObject[] = [{}, {}];
			for (const name of Object.keys({ ...a, ...b })) {
				if (a[name] === b?.[name]) same[name] = a[name];
				else different[name] = { inputA: a[name], inputB: b?.[name] };
			}
			const json = { keys: { [field1]: a[field1] }, same, different };
			if (!b) missing.push(item);
			else if (Object.keys(different).length === 0) equal.push(item);
			else changed.push({ json, pairedItem: item.pairedItem });
		}
		return [missing, equal, changed];
	},
};

const TRIGGER: StandIn = { group: ['trigger'], inputs: [] };
const TRIGGERS = ['manualTrigger', 'webhook', 'formTrigger', 'scheduleTrigger'];
/** Their items pass through them. */
const PASSING = ['convertToFile', 'postgres', 'httpRequest', 'ftp', 'wait', 'noOp', 'stickyNote'];

const STAND_INS: Readonly<Record<string, StandIn>> = {
	...Object.fromEntries(TRIGGERS.map((name) => [name, TRIGGER])),
	...Object.fromEntries(PASSING.map((name) => [name, {}])),
	...{ if: ifNode, switch: switchNode, set: editFields },
	...{ crypto, dataTable, extractFromFile, merge, compareDatasets },
	/** Outputs the message that it would post. */
	slack: eachItem([text('text')], (_item, read) => [{ text: read('text') as string }]),
};

/**
 * Stand-ins for the nodes of n8n itself that the example workflows use: n8n's own are not part of n8n-core. Those that
 * bring data in, or that speak to a service, have it pinned in the workflow; most others pass their items on.
 */
export const standInNodes: Readonly<Record<string, INodeType>> = Object.fromEntries(
	Object.entries(STAND_INS).map(([name, special]) => [
		`n8n-nodes-base.${name}`,
		nodeOf(name, special),
	]),
);
