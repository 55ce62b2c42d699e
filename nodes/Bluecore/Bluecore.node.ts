import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { runItems } from '../shared/run/runItems';
import { DEVELOPER_OPTIONS, DEVELOPER_PROPERTIES, SUBTITLE } from './bluecoreProperties';
import { bluecoreOperation } from './bluecoreOperation';
import { testClient } from './credentialTest';

export class Bluecore implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bluecore Developer API',
		name: 'bluecore',
		icon: { light: 'file:../../icons/developer.svg', dark: 'file:../../icons/developer.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: SUBTITLE,
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
			createOperation: bluecoreOperation,
		});
	}
}
