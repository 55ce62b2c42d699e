import type { INodeProperties } from 'n8n-workflow';

import {
	AUTO_MAP_EXCLUDE,
	CUSTOMER_ATTRIBUTE_PARAMETERS,
} from '../shared/attributes/attributeParameters';
import { nodeOptions } from '../shared/options/nodeOptions';
import { showFor, underResource } from '../shared/input/showFor';

const EMAIL_OPERATION: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: 'send',
	options: [
		{
			name: 'Get Status',
			value: 'getStatus',
			action: 'Get status of email',
			description: 'Find out whether an email was delivered. Changes nothing.',
		},
		{
			name: 'Send',
			value: 'send',
			action: 'Send email',
			description:
				'Send a transactional or welcome email of a campaign to one address. It cannot be taken back, and is sent again if the operation runs again.',
		},
	],
};

export const CAMPAIGN_ID: INodeProperties = {
	displayName: 'Campaign ID',
	name: 'campaignId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 34545238545',
	description: 'The ID of the campaign, from the campaigns page in Bluecore',
};
export const RECIPIENT: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. jane@example.com',
	description: 'The address to send the email to. Only ASCII characters are allowed.',
};

export const TEMPLATE_INPUT: INodeProperties = {
	displayName: 'Template Attributes From',
	name: 'templateAttributesInput',
	type: 'options',
	noDataExpression: true,
	default: 'define',
	description: 'Where the data for the variables of the template comes from',
	options: [
		{ name: 'Fields Below', value: 'define', description: 'Fill in or map each variable' },
		{
			name: 'Input Item (Automatically)',
			value: 'auto',
			description: 'Use every field of the input item, including nested fields',
		},
		{ name: 'JSON', value: 'json', description: 'One JSON object of names and values' },
	],
};
export const TEMPLATE_ATTRIBUTES: INodeProperties = {
	displayName: 'Template Attributes',
	name: 'templateAttributes',
	type: 'assignmentCollection',
	default: {},
	description: 'The data for the variables of the template. Drag fields in from the input.',
};
/** A notice, because n8n's editor shows neither the hint nor the description of an assignment collection. */
const TEMPLATE_NOTICE: INodeProperties = {
	displayName: 'Add every variable of the template. If one has no value, leave its value empty.',
	name: 'templateAttributesNotice',
	type: 'notice',
	default: '',
};
export const TEMPLATE_JSON: INodeProperties = {
	displayName: 'Template Attributes (JSON)',
	name: 'templateAttributesJson',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "order_number": "1001", "items": [{ "name": "Rain Jacket" }] }',
	hint: 'Add every variable of the template. If one has no value, use null.',
	description: 'The data for the variables of the template as one JSON object',
};

const CUSTOMER_ATTRIBUTES_NOTICE: INodeProperties = {
	displayName:
		'Customer attributes are only for real-time <b>welcome</b> campaigns. For transactional campaigns, leave them empty: Bluecore rejects an email that has any.',
	name: 'customerAttributesNotice',
	type: 'notice',
	default: '',
};

export const CONVERSATION_ID: INodeProperties = {
	displayName: 'Conversation ID',
	name: 'conversationId',
	type: 'string',
	required: true,
	default: '={{ $json.conversation_id }}',
	description: 'The conversation_id that the operation Send returned for the email',
};

const SEND = { operation: ['send'] };

export const EMAIL_OPTIONS = nodeOptions(
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
		maxConcurrency: 'all',
		maxRetries: 'all',
		maxWaitMinutes: ['getStatus'],
		pollSeconds: ['getStatus'],
		requestsPerSecond: 'all',
		retryBaseSeconds: 'all',
		retryMaxSeconds: 'all',
		retryUnknownOutcome: 'all',
		sendEmptyValues: ['send'],
		timeoutSeconds: 'all',
		useDraft: ['send'],
		validateOnly: 'all',
		waitUntilFinal: ['getStatus'],
	},
);

export const EMAIL_PARAMETERS: INodeProperties[] = [
	...underResource({ name: 'Email', value: 'email' }, EMAIL_OPERATION),
	...showFor(SEND, [
		CAMPAIGN_ID,
		RECIPIENT,
		TEMPLATE_INPUT,
		...showFor({ templateAttributesInput: ['define'] }, [TEMPLATE_ATTRIBUTES, TEMPLATE_NOTICE]),
		...showFor({ templateAttributesInput: ['json'] }, [TEMPLATE_JSON]),
		// Customer attributes use the same list, and show it themselves.
		...showFor({ templateAttributesInput: ['auto'], customerAttributesInput: ['define', 'json'] }, [
			AUTO_MAP_EXCLUDE,
		]),
		CUSTOMER_ATTRIBUTES_NOTICE,
		...CUSTOMER_ATTRIBUTE_PARAMETERS,
	]),
	...showFor({ operation: ['getStatus'] }, [CONVERSATION_ID]),
	EMAIL_OPTIONS.parameter,
];
