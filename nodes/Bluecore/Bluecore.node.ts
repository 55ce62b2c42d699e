import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testClient } from '../shared/account/credentialTest';
import { operationParameter, showFor } from '../shared/input/showFor';
import { nodeOptions } from '../shared/options/nodeOptions';
import { SameCustomer } from '../shared/run/acrossItems';
import type { Operation } from '../shared/run/operation';
import { chosenOperation, runItems } from '../shared/run/runItems';
import { customerOperations } from './customers';
import { developerApi, readQuota, type DeveloperOperation } from './developerApi';
import { getMessageStatus } from './messageStatus';
import { sendMessage } from './sendMessage';
import { subscriptionOperations } from './subscriptions';

/** The definition of a resource. The dropdowns, the parameters and what the node does all come from these. */
interface ResourceDefinition {
	readonly label: string;
	readonly initial: string;
	readonly operations: Readonly<Record<string, DeveloperOperation>>;
}

/** By the names that workflows save. Source: Bluecore's Developer API reference. */
const RESOURCES: Readonly<Record<string, ResourceDefinition>> = {
	customer: { label: 'Customer', initial: 'get', operations: customerOperations },
	message: {
		label: 'Message',
		initial: 'send',
		operations: { getStatus: getMessageStatus, send: sendMessage },
	},
	subscription: { label: 'Subscription', initial: 'get', operations: subscriptionOperations },
};

const RESOURCE: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	default: 'customer',
	options: Object.entries(RESOURCES).map(([value, { label }]) => ({ name: label, value })),
};

/** The parameters of a resource. Those that several of its operations share are there once. */
function parametersOf({ operations }: ResourceDefinition): INodeProperties[] {
	const names = Object.keys(operations);
	const all = new Set(names.flatMap((name) => operations[name].parameters));
	return [...all].flatMap((parameter) => {
		const having = names.filter((name) => operations[name].parameters.includes(parameter));
		return showFor({ operation: having }, [parameter]);
	});
}

const DEVELOPER_OPTIONS = nodeOptions(
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
		maxWaitMinutes: ['getStatus'],
		pollSeconds: ['getStatus'],
		sendEmptyValues: ['upsert', 'send'],
		useDraft: ['send'],
		waitUntilFinal: ['getStatus'],
	},
);

const DEVELOPER_PROPERTIES: INodeProperties[] = [
	RESOURCE,
	...Object.entries(RESOURCES).flatMap(([name, resource]) =>
		showFor({ resource: [name] }, [
			operationParameter(resource.initial, resource.operations),
			...parametersOf(resource),
		]),
	),
	DEVELOPER_OPTIONS.parameter,
];

/** Shows the operation and the resource under the node's name. A flat list, because two closing braces would end the expression. */
const RESOURCE_SUBTITLE = `={{ ${JSON.stringify(
	Object.fromEntries(
		Object.entries(RESOURCES).flatMap(([name, { label, operations }]) =>
			Object.entries(operations).map(([operation, definition]) => [
				`${name} ${operation}`,
				`${definition.label}: ${label}`,
			]),
		),
	),
)}[$parameter["resource"] + " " + $parameter["operation"]] }}`;

function developerOperation(execution: IExecuteFunctions, timeoutMs: number): Operation {
	const resource = execution.getNodeParameter('resource', 0) as string;
	const operations = Object.hasOwn(RESOURCES, resource) ? RESOURCES[resource].operations : {};
	const definition = chosenOperation(execution, operations, resource);
	const api = developerApi(execution, timeoutMs);
	const customers = new SameCustomer();
	return {
		...definition.create({ api, customers, execution }),
		orderKey: (customer) => customers.keyOf(customer),
		readQuota,
	};
}

export class Bluecore implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bluecore Developer API',
		name: 'bluecore',
		icon: { light: 'file:../../icons/developer.svg', dark: 'file:../../icons/developer.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: RESOURCE_SUBTITLE,
		description:
			'Read and change customers and subscriptions in Bluecore, and send each email or SMS exactly once. Uses the Developer API, a beta.',
		defaults: { name: 'Bluecore Developer API' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bluecoreOAuth2Api', required: true, testedBy: 'testClient' }],
		properties: DEVELOPER_PROPERTIES,
	};

	methods = { credentialTest: { testClient } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, {
			options: DEVELOPER_OPTIONS,
			api: 'developer',
			createOperation: developerOperation,
		});
	}
}
