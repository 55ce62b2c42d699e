import type { IDataObject } from 'n8n-workflow';

import { readCustomerAttributes } from '../shared/attributes/customerAttributes';
import { jsonBytes } from '../shared/values/plainJson';
import type { RunOptions } from '../shared/options/nodeOptions';
import type { Operation } from '../shared/run/operation';
import { isObject, readEmail, readText, toText } from '../shared/values/values';
import type { EmailApi } from './emailApi';
import { CAMPAIGN_ID, EMAIL } from './emailParameters';
import { MAX_TEMPLATE_BYTES, readTemplateAttributes } from './templateAttributes';

/** Bluecore wants less than 900 KB for the whole body; taken as 900 × 1,000 bytes, the stricter reading. */
export const BODY_BYTES_LIMIT = 900_000;

/** Attributes that Bluecore takes from nobody. */
const PROTECTED: ReadonlySet<string> = new Set([
	'email',
	'created',
	'merged',
	'orphaned',
	'aliases',
]);

/** Sends one email of a campaign for each item. */
export function sendEmail(api: EmailApi, run: RunOptions): Operation {
	return {
		endpoint: 'send',
		baseUrl: api.baseUrl,
		prepare(source, report, options) {
			const campaignId = readText(source, CAMPAIGN_ID, report, 'required');
			const email = readEmail(source, EMAIL, report, 'required', 'ascii');
			const customerAttributes = readCustomerAttributes(
				source,
				{ ...options, protectedNames: PROTECTED },
				report,
			);
			const template = readTemplateAttributes(source, report);
			const body: IDataObject = {
				campaign_id: campaignId,
				email,
				template_attributes: template as IDataObject,
				...(Object.keys(customerAttributes).length > 0 && {
					customer_attributes: customerAttributes as IDataObject,
				}),
				use_draft: options.useDraft,
			};
			const bytes = jsonBytes(body);
			// Template attributes that are too large by themselves have been told.
			if (bytes >= BODY_BYTES_LIMIT && jsonBytes(template) <= MAX_TEMPLATE_BYTES) {
				report.problem(
					`The email has ${bytes.toLocaleString('en-US')} bytes of data, but Bluecore takes less than ${BODY_BYTES_LIMIT.toLocaleString('en-US')}`,
					'Pass less in Template Attributes and Customer Attributes.',
				);
			}
			return {
				summary: { campaign_id: campaignId, email },
				payload: body,
				send: () => api.request('POST', 'send', '', body, run.timeoutMs),
			};
		},
		validateResponse: ({ body }) =>
			conversationOf(body) === ''
				? {
						message: 'Bluecore took the email, but its answer has no conversation ID',
						fix: 'The email was most likely sent: do not send it again. Check the Email URL in the credential.',
						mayHaveArrived: true,
					}
				: undefined,
		output: ({ summary }, { statusCode, body }) => ({
			conversation_id: conversationOf(body),
			...summary,
			status_code: statusCode,
		}),
	};
}

const conversationOf = (body: unknown): string =>
	(isObject(body) ? toText(body.conversation_id) : undefined) ?? '';
