import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { CUSTOMER_ATTRIBUTE_PARAMETERS } from '../shared/attributes/attributeParameters';
import type { Account } from '../shared/account/account';
import { redact } from '../shared/values/redact';
import type { Outcome, Response } from '../shared/delivery/outcome';
import type { OutgoingRequest } from '../shared/run/itemRequest';
import { reportRepeats } from '../shared/run/repeats';
import { isObject, toText } from '../shared/values/coerce';
import { butInput, refuseEmptyExpression, UNREADABLE, type Field } from '../shared/values/field';
import { entriesIn } from '../shared/values/readField';
import { checkId, readId } from '../shared/values/readId';
import { characterCode, INVISIBLE, quoted } from '../shared/values/text';
import { readAttributes, summaryOf } from './customers';
import { dataOf, explainFor, isNotFound, leavesOpen, validateData } from './developerApi';
import { EMAIL, keyOf, PHONE, readIdentifiers, type Identifier } from './identifiers';
import { automaticIds, repeatableId } from './messageIds';
import type { OperationDefinition } from './operationDefinition';
import { isTime } from './times';

const CAMPAIGN_IDS: INodeProperties = {
	displayName: 'Campaign IDs',
	name: 'campaignIds',
	type: 'string',
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
const MESSAGE_ID: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-1001-confirmation',
	hint: 'Bluecore sends a message with the same ID only once. Use an ID of your own, such as the order number and what the message is.',
	description:
		'1 to 128 letters without accents, digits, and : _ . -. If empty, the message is sent once in this execution, also when n8n runs the node again because of Retry On Fail. (As a tool of an AI agent, Retry On Fail needs an ID.)',
};
const STATUS_MESSAGE_ID: INodeProperties = {
	...MESSAGE_ID,
	default: '={{ $json.message_id }}',
	hint: undefined,
	description: 'The message_id that the operation Send returned',
};

const TAKEN_NOTICE: INodeProperties = {
	displayName:
		'The output says that Bluecore has taken the message. Whether it was delivered is known later: use <b>Get Status</b>. Bluecore does not send to customers who may not get the message; its status is then HALTED.',
	name: 'takenNotice',
	type: 'notice',
	default: '',
};

const MESSAGE_ID_SHAPE = /^[A-Za-z0-9:_.-]*$/;
const MAX_MESSAGE_ID = 128;
/** In an address, these stand for other folders. */
const DOTS = /^\.{1,2}$/;
const DELIVERED = 'DELIVERED';
const FINAL: ReadonlySet<string> = new Set([DELIVERED, 'HALTED', 'DELIVERY_FAILURE']);

/** Reads the ID of a message; `''` when it is not given or not usable (the latter reported). */
function readMessageId(given: Field, need: 'required' | 'optional'): string {
	const { label, report } = given;
	const isRefused =
		need === 'optional' &&
		refuseEmptyExpression(given, ', so each run would send the message again');
	const id = isRefused ? '' : readId(given, need);
	const problem = problemOfMessageId(id);
	if (problem !== undefined) {
		report.problem(
			`${label} ${problem}`,
			'Use letters without accents, digits, and : _ . -, without spaces, 128 at most.',
		);
	}
	return id;
}

function problemOfMessageId(id: string): string | undefined {
	if (id.length > MAX_MESSAGE_ID) {
		return `has ${id.length} characters, but at most ${MAX_MESSAGE_ID} are allowed`;
	}
	if (DOTS.test(id)) return `must not be ${quoted(id)}`;
	if (MESSAGE_ID_SHAPE.test(id)) return undefined;
	const [invisible] = INVISIBLE.exec(id) ?? [];
	return invisible === undefined
		? `contains characters that are not allowed: ${quoted(id)}`
		: `contains an invisible character (${characterCode(invisible)}): ${quoted(id)}`;
}

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

/** The history of a message as the output has it: what it says, free of secrets. */
const shownStatuses = (response: Response, account: Account): IDataObject[] =>
	statusesOf(response).map((entry) => ({
		...entry,
		...('details' in entry && { details: redact(toText(entry.details) ?? '', account) }),
	}));

/** The history of a message in an answer, the oldest status first. */
function statusesOf(response: Response): IDataObject[] {
	const statuses = dataOf(response)?.statuses;
	return Array.isArray(statuses)
		? (statuses as unknown[]).filter(isObject).map((entry) => entry as IDataObject)
		: [];
}

/** An answer about a message; `isFromBefore`: this run has not sent it. */
type MessageResponse = Response & { readonly isFromBefore?: boolean };

const lastOf = (response: Response): IDataObject => statusesOf(response).at(-1) ?? {};
const statusOf = (response: Response): string => toText(lastOf(response).status) ?? '';

const validateMessage = (isChange: boolean) =>
	validateData('message', isChange, ({ statuses }) => Array.isArray(statuses));

/** The header Date has whole seconds. */
const DATE_PRECISION_MS = 1000;

/** How old a message is at least, in milliseconds, by Bluecore's own clock; 0 if the answer does not say it. */
function ageOf(response: Response): number {
	const [{ timestamp = '' } = {}] = statusesOf(response);
	const age = Date.parse(String(response.headers.date)) - Date.parse(String(timestamp));
	return Number.isNaN(age) ? 0 : age - DATE_PRECISION_MS;
}

/** Whether a message is for one of these customers; also if the answer does not say for whom it is. */
function isFor(identifiers: readonly Identifier[], response: Response): boolean {
	const recipients = JSON.stringify(dataOf(response)?.identifiers ?? []).toLowerCase();
	return recipients === '[]' || identifiers.some((each) => recipients.includes(`"${keyOf(each)}"`));
}

/** Whether n8n runs the node again as the tool of an AI agent: each try is a run of its own. Older versions of n8n do not tell it. */
const isRetriedTool = (execution: IExecuteFunctions): boolean =>
	execution.getNode().retryOnFail === true &&
	(execution as Partial<IExecuteFunctions>).isToolExecution?.() === true;

/** Whether the ID of a message was used before. */
const isUsed = (outcome: Outcome): boolean =>
	outcome.kind === 'refused' && outcome.response.statusCode === 409;

export const sendMessage: OperationDefinition = {
	label: 'Send',
	action: 'Send message',
	description: 'Send an email or a text message from campaigns, exactly once for each Message ID',
	parameters: [
		TAKEN_NOTICE,
		CAMPAIGN_IDS,
		EMAIL,
		PHONE,
		MESSAGE_ID,
		...CUSTOMER_ATTRIBUTE_PARAMETERS,
		PRODUCT_IDS,
	],
	required: [CAMPAIGN_IDS.name],
	create({ api, customers, execution }) {
		const automaticId = automaticIds(execution);
		const validate = validateMessage(true);
		return {
			endpoint: 'message',
			explain: explainFor('transactional:api', (status, apiMessage) => {
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
			}),
			validateResponse: validate,
			afterPlanning: (planned) => reportRepeats(planned, repeatableId),
			plan(item) {
				const { account, options, report } = item;
				const campaignIds = readIds(item.field(CAMPAIGN_IDS), 'required');
				const identifiers = readIdentifiers(item);
				const attributes = readAttributes(item, identifiers);
				const productIds = readIds(item.field(PRODUCT_IDS), 'optional');
				const ownId = readMessageId(item.field(MESSAGE_ID), 'optional');
				if (ownId === '' && isRetriedTool(execution)) {
					report.problem(
						`${MESSAGE_ID.displayName} is required while Retry On Fail is on in this node's settings, because an AI agent's tool has another automatic ID at each try, and would send the message again`,
						`Fill in ${MESSAGE_ID.displayName}, or turn off Retry On Fail.`,
					);
				}
				const messageId =
					ownId || automaticId(item.index, [...identifiers.map(keyOf), ...campaignIds]);
				const message: IDataObject = {
					identifiers: identifiers as IDataObject[],
					campaign_ids: campaignIds,
					...(productIds.length > 0 && { product_ids: productIds }),
					...(Object.keys(attributes).length > 0 && {
						customer_attributes: Object.fromEntries(
							Object.entries(attributes).map(([name, value]) => [name, typedValue(value)]),
						),
					}),
					...(options.useDraft && { use_draft: true }),
				};
				const path = ['transactional-messages', messageId];
				let firstSentAt = Infinity;
				return {
					account,
					customer: customers.join(account, identifiers.map(keyOf)),
					summary: { message_id: messageId, ...summaryOf(identifiers) },
					payload: { message },
					unknownFix: `Run the item again with the Message ID ${messageId}: if the message arrived, Bluecore does not send it again.`,
					async send(signal) {
						firstSentAt = Math.min(firstSentAt, performance.now());
						return await api(account, { method: 'POST', path, body: { message } }, signal);
					},
					// Bluecore takes each ID once, and knows what it has taken.
					confirmation: {
						isNeeded: (outcome, mayBeOwn) =>
							leavesOpen(outcome) ||
							(isUsed(outcome) && (mayBeOwn || options.ifAlreadySent === 'return')),
						async ask(_signal, mayBeOwn): Promise<MessageResponse> {
							const response = await api(account, { method: 'GET', path });
							const isFromBefore = !mayBeOwn || ageOf(response) > performance.now() - firstSentAt;
							return { ...response, isFromBefore };
						},
						read(response: MessageResponse) {
							if (isNotFound(response)) return 'notArrived';
							if (response.statusCode !== 200 || validate(response)) return undefined;
							if (response.isFromBefore && options.ifAlreadySent === 'fail') {
								return { kind: 'refused', response: { ...response, statusCode: 409, body: {} } };
							}
							if (response.isFromBefore && !isFor(identifiers, response)) {
								report.warn(
									`The message that has this Message ID is for another customer, so this one was not sent: ${quoted(messageId)}. Give each message an ID of its own`,
								);
							}
							return { kind: 'accepted', response };
						},
					},
				};
			},
			output: ({ summary, payload, account }, response: MessageResponse) => ({
				message_id: summary.message_id,
				campaign_ids: (payload?.message as IDataObject).campaign_ids,
				status: statusOf(response),
				statuses: shownStatuses(response, account),
				already_sent: response.isFromBefore === true,
			}),
		};
	},
};

export const getMessageStatus: OperationDefinition = {
	label: 'Get Status',
	action: 'Get message status',
	description: 'Find out what has become of a message: its whole history. Changes nothing.',
	parameters: [STATUS_MESSAGE_ID],
	required: [STATUS_MESSAGE_ID.name],
	create: ({ api }) => ({
		endpoint: 'read',
		explain: explainFor('transactional:api', (status) =>
			status === 404
				? {
						message: 'Bluecore has no message with this Message ID',
						fix: 'Pass the message_id that Send returned, and use the same credential.',
					}
				: undefined,
		),
		validateResponse: validateMessage(false),
		isPending: (response) => !FINAL.has(statusOf(response)),
		plan(item) {
			const { account } = item;
			const messageId = readMessageId(item.field(STATUS_MESSAGE_ID), 'required');
			const path = ['transactional-messages', messageId];
			return {
				account,
				summary: { message_id: messageId },
				send: async () => await api(account, { method: 'GET', path }),
			};
		},
		output({ summary, account }: OutgoingRequest, response) {
			const status = statusOf(response);
			const statuses = shownStatuses(response, account);
			return {
				...summary,
				status,
				details: statuses.at(-1)?.details ?? '',
				is_final: FINAL.has(status),
				is_delivered: status === DELIVERED,
				statuses,
			};
		},
	}),
};
