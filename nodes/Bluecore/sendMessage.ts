import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { CUSTOMER_ATTRIBUTE_PARAMETERS } from '../shared/attributes/attributeParameters';
import type { Confirmation } from '../shared/delivery/call';
import type { Outcome, Response } from '../shared/delivery/outcome';
import type { Item } from '../shared/input/item';
import type { FailureFacts } from '../shared/messages/failures';
import { planOf, type OutgoingRequest } from '../shared/run/operation';
import { isObject, toText } from '../shared/values/coerce';
import { butInput, UNREADABLE, type Field } from '../shared/values/field';
import { entriesIn } from '../shared/values/json';
import { checkId } from '../shared/values/readId';
import { isTime } from '../shared/values/times';
import { readAttributes, summaryOf } from './customers';
import { explainFor, isNotFound, leavesOpen, type DeveloperOperation } from './developerApi';
import { EMAIL, identifierKey, PHONE, readIdentifiers } from './identifiers';
import { automaticIds, MESSAGE_ID_PARAMETERS, readMessageId, repeatableId } from './messageIds';
import { ageOf, historyOf, otherMessage, validateMessage, type Message } from './messageStatus';

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
	switch (typeof value) {
		case 'number':
			return { number_value: value };
		case 'boolean':
			return { bool_value: value };
		default: {
			const text = toText(value) ?? '';
			return isTime(text) ? { time_value: text } : { string_value: text };
		}
	}
}

/** An answer about a message; `isFromBefore`: this run has not sent it. */
type MessageResponse = Response & { readonly isFromBefore?: boolean };

/** Whether n8n runs the node again as the tool of an AI agent: each try is a run of its own. Older versions of n8n do not tell it. */
const isRetriedTool = (execution: IExecuteFunctions): boolean =>
	execution.getNode().retryOnFail === true &&
	(execution as Partial<IExecuteFunctions>).isToolExecution?.() === true;

/** Whether the ID of a message was used before. */
const isUsed = (outcome: Outcome): boolean =>
	outcome.kind === 'refused' && outcome.response.statusCode === 409;

const explainSending: FailureFacts['explain'] = explainFor(
	'transactional:api',
	(status, apiMessage) => {
		if (status === 404) {
			return {
				message: `Bluecore did not find what the message needs: ${apiMessage}`,
				fix: 'Copy Campaign IDs from the campaigns page in Bluecore, and check Namespace in the credential.',
			};
		}
		return status === 409
			? {
					message:
						'Bluecore has a message with this Message ID from before, so it was not sent again',
					fix: 'Use another Message ID for a new message. To go on with the earlier message, set the option If Already Sent to Return Message.',
				}
			: undefined;
	},
);

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
	if (ownId === '' && isRetriedTool(execution)) {
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
	return { id, identifiers, campaignIds, productIds, body };
}

export const sendMessage: DeveloperOperation = {
	label: 'Send',
	action: 'Send message',
	description:
		'Send an email or a text message from campaigns, exactly once for each Message ID. A sent message cannot be taken back.',
	parameters: [
		TAKEN_NOTICE,
		CAMPAIGN_IDS,
		EMAIL,
		PHONE,
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
			repeatableOf: repeatableId,
			plan(item) {
				const { account } = item;
				const { body: message, ...read } = readMessage(item, execution, automaticId);
				const path = ['transactional-messages', read.id];
				let firstSentAt = Infinity;
				const request: OutgoingRequest = {
					account,
					customer: customers.join(account, read.identifiers.map(identifierKey)),
					summary: { message_id: read.id, ...summaryOf(read.identifiers) },
					payload: { message },
					unknownFix: `Run the item again with the Message ID ${read.id}: if the message arrived, Bluecore does not send it again.`,
					async send(signal) {
						firstSentAt = Math.min(firstSentAt, performance.now());
						return await api(account, { method: 'POST', path, body: { message } }, signal);
					},
					confirmation: confirmationOf(item, read, async () => {
						const response = await api(account, { method: 'GET', path });
						return { response, runMs: performance.now() - firstSentAt };
					}),
				};
				return [planOf(item, request)];
			},
			output: ({ summary, payload, account }, response: MessageResponse) => {
				const { status, statuses } = historyOf(response, account);
				return {
					...summary,
					campaign_ids: (payload?.message as IDataObject).campaign_ids,
					status,
					statuses,
					already_sent: response.isFromBefore === true,
				};
			},
		};
	},
};

/** Bluecore takes each ID once, and knows what it has taken. `ask` also says how long ago the message was first sent. */
function confirmationOf(
	{ account, options: { ifAlreadySent } }: Item,
	message: Message,
	ask: () => Promise<{ readonly response: Response; readonly runMs: number }>,
): Confirmation {
	return {
		isNeeded: (outcome) => leavesOpen(outcome) || isUsed(outcome),
		async ask(_signal, mayBeOwn): Promise<MessageResponse> {
			const { response, runMs } = await ask();
			return { ...response, isFromBefore: !mayBeOwn || ageOf(response) > runMs };
		},
		read(response: MessageResponse) {
			if (isNotFound(response)) return 'notArrived';
			if (response.statusCode !== 200 || validateMessage(true)(response)) return undefined;
			const problem = otherMessage(response, message, account);
			if (problem) return { kind: 'invalid', response, problem };
			return response.isFromBefore && ifAlreadySent === 'fail'
				? { kind: 'refused', response: { ...response, statusCode: 409, body: {} } }
				: { kind: 'accepted', response };
		},
	};
}
