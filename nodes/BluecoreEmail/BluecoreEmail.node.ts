import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testCredential } from '../shared/account/credentialTest';
import { runItems } from '../shared/run/runItems';
import { emailOperation } from './emailOperation';
import { EMAIL_OPTIONS, EMAIL_PARAMETERS } from './emailProperties';

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
		properties: EMAIL_PARAMETERS,
	};

	methods = { credentialTest: { testCredential } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, {
			options: EMAIL_OPTIONS,
			api: 'email',
			createOperation: emailOperation,
		});
	}
}
