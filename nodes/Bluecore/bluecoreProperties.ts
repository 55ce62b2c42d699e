import type { INodeProperties } from 'n8n-workflow';

import { showFor } from '../shared/input/showFor';
import { nodeOptions } from '../shared/options/nodeOptions';
import { RESOURCES, type ResourceDefinition } from './catalogue';

const RESOURCE: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	default: 'customer',
	options: Object.entries(RESOURCES).map(([value, { label }]) => ({ name: label, value })),
};

const operationsOf = ({ operations, initial }: ResourceDefinition): INodeProperties => ({
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: initial,
	options: Object.entries(operations)
		.map(([value, { label: name, action, description }]) => ({ name, value, action, description }))
		.sort((a, b) => a.name.localeCompare(b.name)),
});

/** The parameters of a resource. Those that several of its operations share are there once. */
function parametersOf({ operations }: ResourceDefinition): INodeProperties[] {
	const names = Object.keys(operations);
	const all = new Set(names.flatMap((name) => operations[name].parameters));
	return [...all].flatMap((parameter) => {
		const having = names.filter((name) => operations[name].parameters.includes(parameter));
		return showFor({ operation: having }, [parameter]);
	});
}

export const DEVELOPER_OPTIONS = nodeOptions(
	{
		maxRetries: { default: 5 },
		retryMaxSeconds: { default: 60 },
		requestsPerSecond: {
			description:
				'How many requests start per second, at most. All nodes and executions of this n8n process that use the same account share this limit. 0 means as many as the limits of Bluecore allow; they are always respected.',
		},
	},
	{
		attributeNames: ['upsert', 'send'],
		attributesToSend: ['upsert', 'send'],
		convertBooleans: ['upsert', 'send'],
		ifAlreadySent: ['send'],
		ifNotFound: ['get'],
		includePayload: 'all',
		maxConcurrency: 'all',
		maxRetries: 'all',
		maxWaitMinutes: ['getStatus'],
		pollSeconds: ['getStatus'],
		requestsPerSecond: 'all',
		retryBaseSeconds: 'all',
		retryMaxSeconds: 'all',
		sendEmptyValues: ['upsert', 'send'],
		timeoutSeconds: 'all',
		useDraft: ['send'],
		validateOnly: 'all',
		waitUntilFinal: ['getStatus'],
	},
);

export const DEVELOPER_PROPERTIES: INodeProperties[] = [
	RESOURCE,
	...Object.entries(RESOURCES).flatMap(([name, resource]) =>
		showFor({ resource: [name] }, [operationsOf(resource), ...parametersOf(resource)]),
	),
	DEVELOPER_OPTIONS.parameter,
];

/** Shows the operation and the resource under the node's name. A flat list, because two closing braces would end the expression. */
export const SUBTITLE = `={{ ${JSON.stringify(
	Object.fromEntries(
		Object.entries(RESOURCES).flatMap(([name, { label, operations }]) =>
			Object.entries(operations).map(([operation, definition]) => [
				`${name} ${operation}`,
				`${definition.label}: ${label}`,
			]),
		),
	),
)}[$parameter["resource"] + " " + $parameter["operation"]] }}`;
