import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testCredential } from '../shared/account/credentialTest';
import { operationParameter, showFor, underResource } from '../shared/input/showFor';
import { nodeOptions } from '../shared/options/nodeOptions';
import { chosenOperation, runItems } from '../shared/run/runItems';
import { emailApi } from './emailApi';
import { getStatus } from './getStatus';
import { sendEmail } from './sendEmail';

/** The operations, by the names that workflows save. */
const EMAIL_OPERATIONS = { send: sendEmail, getStatus };

const EMAIL_OPTIONS = nodeOptions(
	{
		requestsPerSecond: { default: 200 },
		maxRetries: { default: 5 },
		retryBaseSeconds: { default: 30 },
		retryMaxSeconds: { default: 300 },
		retryUnknownOutcome: { default: false },
	},
	{
		attributeNames: ['send'],
		attributesToSend: ['send'],
		convertBooleans: ['send'],
		includePayload: ['send'],
		maxWaitMinutes: ['getStatus'],
		pollSeconds: ['getStatus'],
		retryUnknownOutcome: 'all',
		sendEmptyValues: ['send'],
		useDraft: ['send'],
		waitUntilFinal: ['getStatus'],
	},
);

export class BluecoreEmail implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bluecore Email',
		name: 'bluecoreEmail',
		icon: { light: 'file:../../icons/email.svg', dark: 'file:../../icons/email.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] === "getStatus" ? "Get Status" : "Send" }}',
		description:
			'Send transactional emails with Bluecore and check whether they were delivered. A sent email cannot be taken back.',
		defaults: { name: 'Bluecore Email' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bluecoreApi', required: true, testedBy: 'testCredential' }],
		properties: [
			...underResource(
				{ name: 'Email', value: 'email' },
				operationParameter('send', EMAIL_OPERATIONS),
			),
			...Object.entries(EMAIL_OPERATIONS).flatMap(([name, { parameters }]) =>
				showFor({ operation: [name] }, parameters),
			),
			EMAIL_OPTIONS.parameter,
		],
	};

	methods = { credentialTest: { testCredential } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, {
			options: EMAIL_OPTIONS,
			api: 'email',
			createOperation: (context, timeoutMs) =>
				chosenOperation(context, EMAIL_OPERATIONS).create(emailApi(context, timeoutMs)),
		});
	}
}
