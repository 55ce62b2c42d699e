import type { IDataObject, INodeProperties } from 'n8n-workflow';

import {
	CUSTOMER_ATTRIBUTE_PARAMETERS,
	givenAttributes,
} from '../shared/attributes/attributeParameters';
import { checkAttributes } from '../shared/attributes/customerAttributes';
import type { InvalidResponse } from '../shared/delivery/outcome';
import { isPage, notTheApi, type ApiResponse } from '../shared/messages/answers';
import {
	planOf,
	type Operation,
	type OperationDefinition,
	type OutgoingRequest,
	type Repeatable,
} from '../shared/run/operation';
import { isObject, toText } from '../shared/values/coerce';
import { jsonBytes } from '../shared/values/json';
import { readEmail } from '../shared/values/readField';
import { readId } from '../shared/values/readId';
import { quoted } from '../shared/values/text';
import type { EmailApi } from './emailApi';
import { readTemplateAttributes, TEMPLATE_PARAMETERS } from './templateAttributes';

const CAMPAIGN_ID: INodeProperties = {
	displayName: 'Campaign ID',
	name: 'campaignId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 34545238545',
	description: 'The ID of the campaign, from the campaigns page in Bluecore',
};
const RECIPIENT: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. jane@example.com',
	description: 'The address to send the email to. Only ASCII characters are allowed.',
};
const CUSTOMER_ATTRIBUTES_NOTICE: INodeProperties = {
	displayName:
		'Customer attributes are only for real-time <b>welcome</b> campaigns. For transactional campaigns, leave them empty: Bluecore rejects an email that has any.',
	name: 'customerAttributesNotice',
	type: 'notice',
	default: '',
};

/** Bluecore wants less than 900 KB for the whole body; taken as 900 × 1,000 bytes, the stricter reading. */
export const BODY_BYTES_LIMIT = 900_000;

/** Attributes that only Bluecore itself can set. */
const PROTECTED: ReadonlySet<string> = new Set([
	'email',
	'created',
	'merged',
	'orphaned',
	'aliases',
]);

export const sendEmail: OperationDefinition<EmailApi> = {
	label: 'Send',
	action: 'Send email',
	description:
		'Send a transactional or welcome email of a campaign to one address. It cannot be taken back, and is sent again if the operation runs again.',
	parameters: [
		CAMPAIGN_ID,
		RECIPIENT,
		...TEMPLATE_PARAMETERS,
		CUSTOMER_ATTRIBUTES_NOTICE,
		...CUSTOMER_ATTRIBUTE_PARAMETERS,
	],
	create: createSend,
};

/** Sends one email of a campaign for each item. */
function createSend(api: EmailApi): Operation {
	return {
		endpoint: 'send',
		plan(item) {
			const { account, options, report } = item;
			const campaignId = readId(item.field(CAMPAIGN_ID), 'required');
			const email = readEmail(item.field(RECIPIENT), 'required', 'ascii');
			const customerAttributes = checkAttributes(givenAttributes(item), options, report, PROTECTED);
			const template = readTemplateAttributes(item);
			const body: IDataObject = {
				campaign_id: campaignId,
				email,
				template_attributes: template.attributes as IDataObject,
				...(Object.keys(customerAttributes).length > 0 && {
					customer_attributes: customerAttributes as IDataObject,
				}),
				use_draft: options.useDraft,
			};
			const bytes = jsonBytes(body);
			// If the template attributes alone are too large, that has been reported.
			if (bytes >= BODY_BYTES_LIMIT && !template.isTooLarge) {
				report.problem(
					`The email has ${bytes.toLocaleString('en-US')} bytes of data, but Bluecore accepts less than ${BODY_BYTES_LIMIT.toLocaleString('en-US')}`,
					'Send less data in Template Attributes and Customer Attributes.',
				);
			}
			const request: OutgoingRequest = {
				account,
				summary: { campaign_id: campaignId, email },
				payload: body,
				send: () => api(account, 'POST', 'send', undefined, body),
			};
			return [planOf(item, request)];
		},
		harmful: { what: 'emails', isHarmful: () => true },
		repeatableOf: repeatableEmail,
		attributesOf: ({ payload }) => payload?.customer_attributes,
		validateResponse: validateSent,
		output: ({ summary }, { statusCode, body }) => ({
			conversation_id: conversationOf(body),
			...summary,
			status_code: statusCode,
		}),
	};
}

/** The email of a campaign to an address, which the customer would get twice. */
function repeatableEmail({ payload, summary }: OutgoingRequest): Repeatable {
	const { campaign_id: campaign, email } = summary;
	return {
		key: JSON.stringify([campaign, String(email).toLowerCase(), payload?.use_draft]),
		data: payload?.template_attributes,
		warning: (others) =>
			`${quoted(email)} gets campaign ${quoted(campaign)} more than once, with the same template attributes: also from ${others}`,
	};
}

const conversationOf = (body: unknown): string =>
	(isObject(body) ? toText(body.conversation_id) : undefined) ?? '';

function validateSent(response: ApiResponse): InvalidResponse | undefined {
	if (isPage(response)) return { ...notTheApi(response), mayHaveArrived: false };
	if (conversationOf(response.body) !== '') return undefined;
	return {
		message: 'Bluecore accepted the email, but its answer has no conversation ID',
		fix: `The email was most likely sent: do not send it again. Check the ${response.urlLabel} in the credential.`,
		mayHaveArrived: true,
	};
}
