import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testCredential } from '../shared/account/credentialTest';
import { runItems } from '../shared/run/runItems';
import { eventsOperation } from './eventsOperation';
import { EVENT_PARAMETERS, EVENTS_OPTIONS, EVENTS_SUBTITLE } from './eventsProperties';

export class BluecoreEvents implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bluecore Events',
		name: 'bluecoreEvents',
		icon: { light: 'file:../../icons/events.svg', dark: 'file:../../icons/events.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: EVENTS_SUBTITLE,
		description:
			'Send customer events to Bluecore: views, carts, purchases, customers and opt-ins. What is sent cannot be taken back.',
		defaults: { name: 'Bluecore Events' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bluecoreApi', required: true, testedBy: 'testCredential' }],
		properties: EVENT_PARAMETERS,
	};

	methods = { credentialTest: { testCredential } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, {
			options: EVENTS_OPTIONS,
			api: 'events',
			createOperation: eventsOperation,
		});
	}
}
