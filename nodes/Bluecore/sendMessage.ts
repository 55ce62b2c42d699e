import { createHash } from 'node:crypto';
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { CUSTOMER_ATTRIBUTE_PARAMETERS } from '../shared/attributes/attributeParameters';
import type { Item } from '../shared/input/item';
import { planOf, type OutgoingRequest } from '../shared/run/operation';
import { butInput, checkId, UNREADABLE, type Field } from '../shared/values/field';
import { entriesIn } from '../shared/values/json';
import { quoted } from '../shared/values/text';
import { isTime } from '../shared/values/times';
import { isObject, textOf, toText } from '../shared/values/value';
import { readAttributes } from './customers';
import { explainFor, type DeveloperOperation } from './developerApi';
import {
	IDENTIFIER_PARAMETERS,
	identifierKey,
	MESSAGE_ID_PARAMETERS,
	readIdentifiers,
	readMessageId,
} from './identifiers';
import { confirmationOf, historyOf, isFromBefore, validateMessage } from './messageStatus';

const CAMPAIGN_IDS: INodeProperties = {
	displayName: 'Campaign IDs',
	name: 'campaignIds',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 34545238545',
	description:
		'The IDs of the campaigns, from the campaigns page in Bluecore, separated by commas, or a list from an expression. The message is sent with each of them.',
};
const PRODUCT_IDS: INodeProperties = {
	displayName: 'Product IDs',
	name: 'productIds',
	type: 'string',
	default: '',
	placeholder: 'e.g. JKT-42-M, BTS-7',
	description:
		'The IDs of products for the message, separated by commas, or a list from an expression',
};
const TAKEN_NOTICE: INodeProperties = {
	displayName:
		'The output says that Bluecore has taken the message. <b>Get Status</b> tells later whether it was delivered, or HALTED because the customer may not get it.',
	name: 'takenNotice',
	type: 'notice',
	default: '',
};

/** Reads IDs: a text with commas, one ID, or a list of them. Problems are reported. */
function readIds(given: Field, need: 'required' | 'optional'): string[] {
	const { value, label, report } = given;
	if (value === UNREADABLE) return [];
	const entries = entriesIn(given).filter((entry) => entry !== '' || typeof value !== 'string');
	const ids = entries.flatMap((entry) => {
		const id = isObject(entry) ? undefined : toText(entry);
		if (id === undefined || id === '') {
			report.problem(
				`${label} must contain IDs only, but one of them is ${id === '' ? 'empty' : 'not text'}`,
				'Use the IDs separated by commas, or a list of IDs such as {{ $json.items.map(item => item.sku) }}.',
			);
			return [];
		}
		checkId(id, { ...given, value: entry });
		return [id];
	});
	if (need === 'required' && entries.length === 0) {
		report.problem(
			`${label} is required${butInput(given)}`,
			`Fill in ${label}, or map a field of the input to it.`,
		);
	}
	return [...new Set(ids)];
}

/** An attribute of a message, which names its type. */
function typedValue(value: unknown): IDataObject {
	if (typeof value === 'number') return { number_value: value };
	if (typeof value === 'boolean') return { bool_value: value };
	const text = textOf(value);
	return isTime(text) ? { time_value: text } : { string_value: text };
}

const explainSending = explainFor('transactional:api', {
	404: (apiMessage) => ({
		message: `Bluecore did not find what the message needs: ${apiMessage}`,
		fix: 'Copy Campaign IDs from the campaigns page in Bluecore, and check Namespace in the credential.',
	}),
	409: () => ({
		message: 'Bluecore has a message with this Message ID from before, so it was not sent again',
		fix: 'Use another Message ID for a new message. To go on with the earlier one, set the option If Already Sent to Return Message. If it is set, Bluecore has not told of the earlier one: run the item again.',
	}),
});

/** Reads the message of an item. Problems are reported. */
function readMessage(
	item: Item,
	execution: IExecuteFunctions,
	automaticId: ReturnType<typeof automaticIds>,
) {
	const { report, options } = item;
	const campaignIds = readIds(item.field(CAMPAIGN_IDS), 'required');
	const identifiers = readIdentifiers(item);
	const attributes = Object.entries(readAttributes(item, identifiers));
	const productIds = readIds(item.field(PRODUCT_IDS), 'optional');
	const ownId = readMessageId(item, 'optional');
	// As the tool of an AI agent, each try is a run of its own. Older versions of n8n do not tell it.
	const isTool = (execution as Partial<IExecuteFunctions>).isToolExecution?.() === true;
	if (ownId === '' && isTool && execution.getNode().retryOnFail === true) {
		const { displayName: label } = MESSAGE_ID_PARAMETERS.optional;
		report.problem(
			`${label} is required while Retry On Fail is on in this node's settings, because an AI agent's tool has another automatic ID at each try, and would send the message again`,
			`Fill in ${label}, or turn off Retry On Fail.`,
		);
	}
	const id = ownId || automaticId(item.index, [...identifiers.map(identifierKey), ...campaignIds]);
	const body: IDataObject = {
		identifiers: identifiers as IDataObject[],
		campaign_ids: campaignIds,
		...(productIds.length > 0 && { product_ids: productIds }),
		...(attributes.length > 0 && {
			customer_attributes: Object.fromEntries(
				attributes.map(([name, value]) => [name, typedValue(value)]),
			),
		}),
		...(options.useDraft && { use_draft: true }),
	};
	return { id, identifiers, campaignIds, productIds, useDraft: options.useDraft, body };
}

export const sendMessage: DeveloperOperation = {
	label: 'Send',
	action: 'Send message',
	description:
		'Send an email or a text message from campaigns, exactly once for each Message ID. A sent message cannot be taken back.',
	parameters: [
		TAKEN_NOTICE,
		CAMPAIGN_IDS,
		...IDENTIFIER_PARAMETERS,
		MESSAGE_ID_PARAMETERS.optional,
		...CUSTOMER_ATTRIBUTE_PARAMETERS,
		PRODUCT_IDS,
	],
	create({ api, customers, execution }) {
		const automaticId = automaticIds(execution);
		return {
			endpoint: 'message',
			explain: explainSending,
			validateResponse: validateMessage(true),
			isFromBefore,
			/** The ID of a message: of those of a run that have the same one in one account, only one would be sent. */
			repeatableOf: ({ summary: { message_id: id } }) => ({
				key: String(id),
				warning: (others) =>
					`Message ID ${quoted(id)} is also that of ${others}, but Bluecore sends a message with the same ID only once`,
				fix: 'Give each message an ID of its own, such as the order number and what the message is, or remove the repeated items.',
			}),
			plan(item) {
				const { account } = item;
				const { body: message, ...read } = readMessage(item, execution, automaticId);
				const path = ['transactional-messages', read.id];
				let firstSentAt = Infinity;
				const request: OutgoingRequest = {
					account,
					customer: customers.join(account, read.identifiers.map(identifierKey)),
					summary: Object.assign({ message_id: read.id }, ...read.identifiers) as IDataObject,
					payload: { message },
					unknownFix: `Run the item again with the Message ID ${read.id}: if the message arrived, Bluecore does not send it again.`,
					async send(signal) {
						firstSentAt = Math.min(firstSentAt, performance.now());
						return await api(account, { path, body: { message } }, signal);
					},
					confirmation: confirmationOf(item, read, async () => {
						const response = await api(account, { path });
						return { response, runMs: performance.now() - firstSentAt };
					}),
				};
				return [planOf(item, request)];
			},
			output: ({ summary, payload, account }, response) => {
				const { status, statuses } = historyOf(response, account);
				return {
					...summary,
					campaign_ids: (payload?.message as IDataObject).campaign_ids,
					status,
					statuses,
					already_sent: isFromBefore(response),
				};
			},
		};
	},
};

/** Characters of the hash in an automatic ID: 192 bits. */
const HASH_LENGTH = 32;

/**
 * Gives messages without an ID one that is the same when n8n runs the same node of the same execution again. It depends on for whom
 * the message is and on its campaigns, too, so that an ID can never stand for two messages; not on the attributes, which may hold
 * the time.
 */
function automaticIds(execution: IExecuteFunctions) {
	const run = [
		// Executions have the same numbers in every n8n.
		execution.getInstanceId(),
		execution.getWorkflow().id,
		execution.getExecutionId(),
		execution.getNode().id,
		execution.getWorkflowDataProxy(0).$runIndex as number,
	];
	return (itemIndex: number, about: readonly string[]): string =>
		`n8n-${createHash('sha256')
			.update(JSON.stringify([...run, itemIndex, about]))
			.digest('hex')
			.slice(0, HASH_LENGTH)}`;
}
