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
		readonly outputs?: INodeType['description']['outputs'];
		readonly properties?: INodeProperties[];
		readonly execute?: INodeType['execute'];
	} = {},
): INodeType => ({
	description: {
		displayName,
		name,
		group: [group],
		version: [1, 1.1, 1.2, 2, 2.1, 2.2, 2.3, 2.5, 3.2, 3.4, 4.2],
		description: `Stands in for n8n's own node ${displayName}`,
		defaults: { name: displayName },
		inputs: group === 'trigger' ? [] : [Main],
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
				fields[name] = type === 'string' ? String(value) : value;
			}
			return { json: fields, pairedItem: { item } };
		});
		return [items];
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
	'n8n-nodes-base.extractFromFile': node('extractFromFile', 'Extract From File', 'transform'),
	'n8n-nodes-base.convertToFile': node('convertToFile', 'Convert to File', 'transform'),
	'n8n-nodes-base.postgres': node('postgres', 'Postgres', 'transform'),
	'n8n-nodes-base.httpRequest': node('httpRequest', 'HTTP Request', 'transform'),
	'n8n-nodes-base.slack': node('slack', 'Slack', 'transform'),
	'n8n-nodes-base.if': ifNode,
	'n8n-nodes-base.switch': switchNode,
	'n8n-nodes-base.set': editFields,
	'n8n-nodes-base.noOp': node('noOp', 'No Operation', 'transform'),
	'n8n-nodes-base.stickyNote': node('stickyNote', 'Sticky Note', 'transform'),
};
