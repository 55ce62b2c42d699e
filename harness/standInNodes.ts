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

const node = (
	name: string,
	displayName: string,
	group: 'trigger' | 'transform',
	more: {
		readonly inputs?: INodeType['description']['inputs'];
		readonly outputs?: INodeType['description']['outputs'];
		readonly properties?: INodeProperties[];
		readonly execute?: INodeType['execute'];
	} = {},
): INodeType => ({
	description: {
		displayName,
		name,
		group: [group],
		version: [1, 1.1, 1.2, 2, 2.1, 2.2, 2.3, 2.5, 3, 3.2, 3.4, 4.2],
		description: `Stands in for n8n's own node ${displayName}`,
		defaults: { name: displayName },
		inputs: more.inputs ?? (group === 'trigger' ? [] : [Main]),
		...(more.inputs && { requiredInputs: 1 }),
		outputs: more.outputs ?? [Main],
		properties: more.properties ?? [],
	},
	execute:
		more.execute ??
		async function (this: IExecuteFunctions) {
			return [this.getInputData()];
		},
});

const CONDITIONS: INodeProperties = {
	displayName: 'Conditions',
	name: 'conditions',
	type: 'filter',
	default: {},
};

/** Puts each item out on the output that is chosen for it. */
function sorted(
	context: IExecuteFunctions,
	count: number,
	outputOf: (item: number) => number,
): INodeExecutionData[][] {
	const outputs = Array.from({ length: count }, (): INodeExecutionData[] => []);
	context.getInputData().forEach(({ json }, item) => {
		outputs[outputOf(item)].push({ json, pairedItem: { item } });
	});
	return outputs;
}

const holds = (context: IExecuteFunctions, parameter: string, item: number) =>
	context.getNodeParameter(parameter, item, false, { extractValue: true }) === true;

const ifNode = node('if', 'If', 'transform', {
	outputs: [Main, Main],
	properties: [CONDITIONS],
	async execute() {
		return sorted(this, 2, (item) => (holds(this, 'conditions', item) ? 0 : 1));
	},
});

/** Routes by rules; what none of them wants comes out at one more output. */
const switchNode = node('switch', 'Switch', 'transform', {
	outputs: '={{ [...$parameter.rules.values, "other"].map(() => "main") }}',
	properties: [
		{
			displayName: 'Rules',
			name: 'rules',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			default: {},
			options: [{ displayName: 'Values', name: 'values', values: [CONDITIONS] }],
		},
	],
	async execute() {
		const { length } = this.getNodeParameter('rules.values', 0) as unknown[];
		return sorted(this, length + 1, (item) => {
			const rules = Array.from({ length }, (_, rule) => `rules.values[${rule}].conditions`);
			const found = rules.findIndex((rule) => holds(this, rule, item));
			return found < 0 ? length : found;
		});
	},
});

/** A text parameter, which n8n evaluates. */
const text = (name: string): INodeProperties => ({
	displayName: name,
	name,
	type: 'string',
	default: '',
});
const OPTIONS: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'json',
	default: {},
};

const bytesOf = ({ binary }: INodeExecutionData, property: string) =>
	Buffer.from(binary?.[property].data ?? '', 'base64');

/** Signs the file of each item, or writes the hash of a text into it. */
const crypto = node('crypto', 'Crypto', 'transform', {
	properties: ['action', 'binaryPropertyName', 'secret', 'value', 'dataPropertyName'].map(text),
	async execute() {
		const items = this.getInputData().map((item, index): INodeExecutionData => {
			const read = (name: string) => this.getNodeParameter(name, index) as string;
			const result =
				read('action') === 'hash'
					? createHash('sha256').update(read('value')).digest('hex')
					: createHmac('sha256', read('secret'))
							.update(bytesOf(item, read('binaryPropertyName')))
							.digest('base64');
			const json = { ...item.json, [read('dataPropertyName')]: result };
			return { json, pairedItem: { item: index } };
		});
		return [items];
	},
});

type Row = IDataObject & { readonly createdAt: string };
type Condition = Readonly<Record<'keyName' | 'keyValue' | 'condition', string | undefined>>;

const CONDITIONS_OF_ROWS: Readonly<Record<string, (value: unknown, other: unknown) => boolean>> = {
	eq: (value, other) => value === other,
	lt: (time, other) => new Date(String(time)) < new Date(String(other)),
};

const isSo = (row: Row, { keyName = '', keyValue, condition = 'eq' }: Condition) =>
	CONDITIONS_OF_ROWS[condition](row[keyName], keyValue);

/** The one table of a workflow, with the operations that the examples use; it is kept in the workflow's static data. */
const dataTable = node('dataTable', 'Data Table', 'transform', {
	properties: [text('operation'), { ...OPTIONS, name: 'filters' }, { ...OPTIONS, name: 'columns' }],
	async execute() {
		const kept = this.getWorkflowStaticData('global');
		const items = this.getInputData().flatMap((item, index): INodeExecutionData[] => {
			const read = (name: string) => this.getNodeParameter(name, index, {});
			const filters = read('filters') as { conditions?: Condition[] };
			const conditions = filters.conditions ?? [];
			const rows = (kept.rows ?? []) as Row[];
			const found = rows.filter((row) => conditions.every((condition) => isSo(row, condition)));
			const outputs = (these: readonly IDataObject[]): INodeExecutionData[] =>
				these.map((json) => ({ json: { ...json }, pairedItem: { item: index } }));
			const operation = read('operation');
			if (operation === 'get') return outputs(found);
			if (operation === 'rowNotExists') return outputs(found.length === 0 ? [item.json] : []);
			if (operation === 'deleteRows') {
				kept.rows = rows.filter((row) => !found.includes(row));
				return outputs(found);
			}
			const { value: values } = read('columns') as { value: IDataObject };
			if (found.length === 0 && operation === 'upsert') {
				const row: Row = { ...values, createdAt: new Date().toISOString() };
				kept.rows = [...rows, row];
				return outputs([row]);
			}
			found.forEach((row) => Object.assign(row, values));
			return outputs(found);
		});
		return [items];
	},
});

/** Reads a CSV file as n8n does, with the options that the examples set; items without a file are rows already. */
const extractFromFile = node('extractFromFile', 'Extract From File', 'transform', {
	properties: [text('operation'), text('binaryPropertyName'), text('destinationKey'), OPTIONS],
	async execute() {
		const rows = this.getInputData().flatMap((item, index): INodeExecutionData[] => {
			if (!item.binary) return [item];
			const read = (name: string) => this.getNodeParameter(name, index);
			const options = read('options') as IDataObject;
			const property = read('binaryPropertyName') as string;
			if (read('operation') === 'text') {
				const data = bytesOf(item, property).toString(options.encoding as BufferEncoding);
				return [
					{ json: { [read('destinationKey') as string]: data }, pairedItem: { item: index } },
				];
			}
			const skip = options.skipRecordsWithErrors as { value?: { enabled?: boolean } } | undefined;
			const records = parse<IDataObject>(bytesOf(item, property), {
				columns: true,
				delimiter: options.delimiter as string,
				encoding: options.encoding as BufferEncoding,
				bom: options.enableBOM === true,
				relax_quotes: options.relaxQuotes === true,
				skip_empty_lines: true,
				skip_records_with_error: skip?.value?.enabled === true,
			});
			return records.map((record) => ({
				json: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '')),
				pairedItem: { item: index },
			}));
		});
		return [rows];
	},
});

/** Outputs the message that it would post. */
const slack = node('slack', 'Slack', 'transform', {
	properties: [text('text')],
	async execute() {
		const items = this.getInputData().map((_item, item) => ({
			json: { text: this.getNodeParameter('text', item) as string },
			pairedItem: { item },
		}));
		return [items];
	},
});

const editFields = node('set', 'Edit Fields', 'transform', {
	properties: [
		{ displayName: 'Fields', name: 'assignments', type: 'assignmentCollection', default: {} },
		{ displayName: 'Others Too', name: 'includeOtherFields', type: 'boolean', default: false },
	],
	async execute() {
		const items = this.getInputData().map(({ json }, item) => {
			const { assignments } = this.getNodeParameter(
				'assignments',
				item,
			) as AssignmentCollectionValue;
			const keepsOthers = this.getNodeParameter('includeOtherFields', item) === true;
			const fields: IDataObject = keepsOthers ? { ...json } : {};
			for (const { name, type, value } of assignments) {
				fields[name] = type === 'string' ? String(value ?? '') : value;
			}
			return { json: fields, pairedItem: { item } };
		});
		return [items];
	},
});

/** Puts the items of all inputs one after another, or gives those of the first that have no equal in the second. */
const merge = node('merge', 'Merge', 'transform', {
	inputs: '={{ Array.from({ length: $parameter.numberInputs }, () => "main") }}',
	properties: [
		{ displayName: 'Inputs', name: 'numberInputs', type: 'number', default: 2 },
		text('fieldsToMatchString'),
	],
	async execute() {
		const { length } = this.getNodeInputs();
		const inputs = Array.from({ length }, (_, input) => this.getInputData(input));
		const fields = this.getNodeParameter('fieldsToMatchString', 0) as string;
		if (fields === '') return [inputs.flat()];
		const keyOf = ({ json }: INodeExecutionData) =>
			JSON.stringify(fields.split(', ').map((field) => json[field]));
		const known = new Set(inputs[1].map(keyOf));
		return [inputs[0].filter((item) => !known.has(keyOf(item)))];
	},
});

/** Compares the items of two inputs that have the same value in one field, and tells both values of what is different. */
const compareDatasets = node('compareDatasets', 'Compare Datasets', 'transform', {
	inputs: [Main, Main],
	outputs: [Main, Main, Main, Main],
	properties: [{ ...OPTIONS, name: 'mergeByFields' }],
	async execute() {
		const [a, b] = [this.getInputData(0), this.getInputData(1)];
		const { values } = this.getNodeParameter('mergeByFields', 0) as {
			values: Array<{ field1: string; field2: string }>;
		};
		const [{ field1, field2 }] = values;
		const outputs: INodeExecutionData[][] = [[], [], [], []];
		for (const item of a) {
			const other = b.find(({ json }) => json[field2] === item.json[field1]);
			if (!other) {
				outputs[0].push(item);
				continue;
			}
			const names = [...new Set([...Object.keys(item.json), ...Object.keys(other.json)])];
			const isSame = (name: string) => item.json[name] === other.json[name];
			const same = names.filter(isSame).map((name) => [name, item.json[name]]);
			const different = names
				.filter((name) => !isSame(name))
				.map((name) => [name, { inputA: item.json[name], inputB: other.json[name] }]);
			if (different.length === 0) outputs[1].push(item);
			else {
				const keys = { [field1]: item.json[field1] };
				const json = {
					keys,
					same: Object.fromEntries(same) as IDataObject,
					different: Object.fromEntries(different) as IDataObject,
				};
				outputs[2].push({ json, pairedItem: item.pairedItem });
			}
		}
		outputs[3].push(
			...b.filter(({ json }) => !a.some((item) => item.json[field1] === json[field2])),
		);
		return outputs;
	},
});

/**
 * Stand-ins for the nodes of n8n itself that the example workflows use: n8n's own are not part of n8n-core. Those that
 * bring data in, or that speak to a service, have it pinned in the workflow; most others pass their items on.
 */
export const standInNodes: Readonly<Record<string, INodeType>> = {
	'n8n-nodes-base.manualTrigger': node('manualTrigger', 'Manual Trigger', 'trigger'),
	'n8n-nodes-base.webhook': node('webhook', 'Webhook', 'trigger'),
	'n8n-nodes-base.formTrigger': node('formTrigger', 'Form Trigger', 'trigger'),
	'n8n-nodes-base.scheduleTrigger': node('scheduleTrigger', 'Schedule Trigger', 'trigger'),
	'n8n-nodes-base.crypto': crypto,
	'n8n-nodes-base.dataTable': dataTable,
	'n8n-nodes-base.extractFromFile': extractFromFile,
	'n8n-nodes-base.convertToFile': node('convertToFile', 'Convert to File', 'transform'),
	'n8n-nodes-base.postgres': node('postgres', 'Postgres', 'transform'),
	'n8n-nodes-base.httpRequest': node('httpRequest', 'HTTP Request', 'transform'),
	'n8n-nodes-base.ftp': node('ftp', 'FTP', 'transform'),
	'n8n-nodes-base.slack': slack,
	'n8n-nodes-base.merge': merge,
	'n8n-nodes-base.compareDatasets': compareDatasets,
	'n8n-nodes-base.wait': node('wait', 'Wait', 'transform'),
	'n8n-nodes-base.if': ifNode,
	'n8n-nodes-base.switch': switchNode,
	'n8n-nodes-base.set': editFields,
	'n8n-nodes-base.noOp': node('noOp', 'No Operation', 'transform'),
	'n8n-nodes-base.stickyNote': node('stickyNote', 'Sticky Note', 'transform'),
};
