import type { IDataObject } from 'n8n-workflow';

import type { Account } from '../shared/account/account';
import type { Confirmation } from '../shared/delivery/call';
import type { InvalidResponse, Response } from '../shared/delivery/outcome';
import type { Item } from '../shared/input/item';
import { dataOf, isNotFound, redact } from '../shared/messages/answers';
import { planOf, type OutgoingRequest } from '../shared/run/operation';
import { joinList, quoted } from '../shared/values/text';
import { isObject, rowsIn, textOf } from '../shared/values/value';
import { explainFor, leavesOpen, validateData, type DeveloperOperation } from './developerApi';
import {
	identifierKey,
	MESSAGE_ID_PARAMETERS,
	readMessageId,
	type Identifier,
} from './identifiers';

const DELIVERED = 'DELIVERED';
const FINAL: ReadonlySet<string> = new Set([DELIVERED, 'HALTED', 'DELIVERY_FAILURE']);

export const getMessageStatus: DeveloperOperation = {
	label: 'Get Status',
	action: 'Get status of message',
	description: 'Find out what has become of a message: its whole history. Changes nothing.',
	parameters: [MESSAGE_ID_PARAMETERS.required],
	create: ({ api }) => ({
		endpoint: 'read',
		isReadOnly: true,
		explain: explainFor('transactional:api', {
			404: () => ({
				message: 'Bluecore has no message with this Message ID',
				fix: 'Pass the message_id that Send returned, and use the same credential.',
			}),
		}),
		validateResponse: validateMessage(false),
		isPending: (response) => !FINAL.has(statusOf(response)),
		plan(item) {
			const { account } = item;
			const messageId = readMessageId(item, 'required');
			const path = ['transactional-messages', messageId];
			const summary = { message_id: messageId };
			const send = async () => await api(account, { path });
			return [planOf(item, { account, summary, send })];
		},
		output({ summary, account }: OutgoingRequest, response) {
			const { status, details, statuses } = historyOf(response, account);
			return {
				...summary,
				...contentOf(response, account),
				status,
				details,
				is_final: FINAL.has(status),
				is_delivered: status === DELIVERED,
				statuses,
			};
		},
	}),
};

export const validateMessage = (isChange: boolean) =>
	validateData('message', isChange, ({ statuses }) => Array.isArray(statuses));

/** The history of a message in an answer, the oldest status first. */
const statusesOf = (response: Response) => rowsIn(dataOf(response), 'statuses') as IDataObject[];

const statusOf = (response: Response): string => textOf(statusesOf(response).at(-1)?.status);

/** What an answer says of the state of a message, free of secrets. */
export function historyOf(response: Response, account: Account) {
	const statuses = statusesOf(response).map((entry) => ({
		...entry,
		...('details' in entry && { details: redact(textOf(entry.details), account) }),
	})) as IDataObject[];
	return {
		statuses,
		status: statusOf(response),
		details: textOf(statuses.at(-1)?.details),
	};
}

/** The header Date has whole seconds. */
const DATE_PRECISION_MS = 1000;

/** How old a message is at least, in milliseconds, by Bluecore's own clock; 0 if the answer does not say it. */
function ageOf(response: Response): number {
	const [{ timestamp = '' } = {}] = statusesOf(response);
	const age = Date.parse(String(response.headers.date)) - Date.parse(String(timestamp));
	return Number.isNaN(age) ? 0 : age - DATE_PRECISION_MS;
}

/** For whom a message is, as its answer says: names and values of identifiers. Bluecore's examples nest each once more. */
const recipientsIn = (response: Response): Array<[name: string, value: string]> =>
	rowsIn(dataOf(response), 'identifiers').flatMap((entry) => {
		const flat = [entry.email, entry.phone_number].find(isObject) ?? entry;
		return (['email', 'phone_number'] as const).flatMap((name): Array<[string, string]> => {
			const value = textOf(flat[name]);
			return value === '' ? [] : [[name, value]];
		});
	});

const campaignIn = (response: Response): string => textOf(dataOf(response)?.campaign_id);

/** What an answer says of a message besides its state. */
function contentOf(response: Response, { apiKey }: Account): IDataObject {
	const campaign = campaignIn(response);
	const body = textOf(dataOf(response)?.body);
	return {
		...Object.fromEntries(recipientsIn(response).reverse()),
		...(campaign !== '' && { campaign_id: campaign }),
		// The namespace is often the name of the shop, which texts contain.
		...(body !== '' && { body: redact(body, { apiKey, namespace: '' }) }),
	};
}

/** What is sent under a Message ID. */
interface Message {
	readonly id: string;
	readonly identifiers: readonly Identifier[];
	readonly campaignIds: readonly string[];
	readonly productIds: readonly string[];
	readonly useDraft: boolean;
}

/** What is wrong if the message that Bluecore has under an ID is another one. Only what its answer says is compared. */
function otherMessage(
	response: Response,
	{ id, identifiers, campaignIds, productIds, useDraft }: Message,
	account: Account,
): InvalidResponse | undefined {
	const recipients = recipientsIn(response).map(([, value]) => value);
	const own = identifiers.map(identifierKey).map(spelled);
	const campaign = campaignIn(response);
	const { product_ids: given, use_draft: isDraft } = dataOf(response) ?? {};
	const products = Array.isArray(given) ? given.map(String) : undefined;
	const differences = [
		...(recipients.length > 0 && !recipients.some((value) => own.includes(spelled(value)))
			? [`for ${joinList(recipients)}`]
			: []),
		...(campaign !== '' && !campaignIds.includes(campaign) ? [`of campaign ${campaign}`] : []),
		...(products && !isSameSet(products, productIds)
			? [products.length > 0 ? `with the products ${joinList(products)}` : 'without products']
			: []),
		...(isDraft === true && !useDraft ? ['from the draft of its campaign'] : []),
	];
	if (differences.length === 0) return undefined;
	const has = redact(differences.join(' '), account);
	return {
		message: `Bluecore has another message with the Message ID ${quoted(id)}, ${has}, so this one was not sent`,
		fix: 'Give each message an ID of its own, such as the order number and what the message is.',
		mayHaveArrived: false,
	};
}

/** An identifier in the spelling in which identifiers are compared. */
const spelled = (value: string): string => value.toLowerCase().replace(/^\+/, '');

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
	new Set(one).size === new Set(other).size && one.every((each) => other.includes(each));

/** An answer about a message; `isFromBefore`: this run has not sent it. */
type MessageResponse = Response & { readonly isFromBefore?: boolean };

export const isFromBefore = (response: MessageResponse): boolean => response.isFromBefore === true;

/** Bluecore takes each ID once, and knows what it has taken. `ask` also says how long ago the message was first sent. */
export function confirmationOf(
	{ account, options: { ifAlreadySent } }: Item,
	message: Message,
	ask: () => Promise<{ readonly response: Response; readonly runMs: number }>,
): Confirmation {
	return {
		// By 409, Bluecore says that the ID was used before.
		isNeeded: (outcome) =>
			leavesOpen(outcome) || (outcome.kind === 'refused' && outcome.response.statusCode === 409),
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
