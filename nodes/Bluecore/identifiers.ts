import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../shared/input/item';
import {
	butInput,
	readEmail,
	readId,
	readText,
	refuseEmptyExpression,
	type Field,
} from '../shared/values/field';
import { invisibleIn, quoted } from '../shared/values/text';

const EMAIL: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	default: '',
	placeholder: 'e.g. jane@example.com',
	description: 'The email address of the customer. Email or Phone is required.',
};
const PHONE: INodeProperties = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	default: '',
	placeholder: 'e.g. +15556667777',
	description:
		'The phone number of the customer with its country code. Email or Phone is required.',
};

/** The parameters for who the customer is: at least one has a value. */
export const IDENTIFIER_PARAMETERS: readonly INodeProperties[] = [EMAIL, PHONE];

/** An identifier as the API has it; exactly one of the two. */
export type Identifier = { readonly email: string } | { readonly phone_number: string };

/** Besides what people write between digits, invisible characters, which phones and web pages add when a number is copied. */
const SEPARATORS = /[\s\p{Pd}\p{Cf}.()[\]/]/gu;
/** A number that a spreadsheet has saved as a decimal: without the point, it would have a digit too many. */
const DECIMAL_PHONE = /^\+?\d+\.0+$/;
/** What files and links put before a number, and the prefix of a country code, which is also dialled as 00. */
const PREFIX = /^(?:['\u2019]|tel:)*\s*\(?(?:\+\)?|00(?=[1-9 ]))\s*/i;
/** A zero that is dialled only within the country: `+49 (0)171`, `(+49) (0)171`. */
const TRUNK_ZERO = /[([]0[)\]](?<=\d[\s\p{Pd}\p{Cf}.)\]]*...)/u;
/** The country code and the number: the shortest ones, of islands, have seven digits. */
const E164 = /^[1-9]\d{6,14}$/;

/** Reads who the customer is: one identifier or two, the email first. Problems are reported; then there may be none. */
export function readIdentifiers({ field, report }: Item): Identifier[] {
	const before = report.problems.length;
	const [emailField, phoneField] = [field(EMAIL), field(PHONE)];
	const email = readEmail(emailField, 'optional');
	const phone = readPhone(phoneField);
	if (email === '' && phone === '' && report.problems.length === before) {
		report.problem(
			`Email or Phone is required${butInput(emailField) || butInput(phoneField)}`,
			'Map the email address or the phone number of the customer, and check that it has a value in this item.',
		);
	}
	return [...(email === '' ? [] : [{ email }]), ...(phone === '' ? [] : [{ phone_number: phone }])];
}

/** Reads a phone number in E.164; `''` when it is not given or not usable (reported). */
function readPhone(given: Field): string {
	const { label, report } = given;
	const text = readText(given, 'optional')
		.normalize('NFKC')
		.replace(/^[\p{Cf}\s]+/u, '');
	if (text.replace(SEPARATORS, '') === '') return '';
	const isDecimal =
		DECIMAL_PHONE.test(text) || (typeof given.value === 'number' && text.includes('.'));
	if (isDecimal) {
		report.problem(
			`${label} is a decimal number: ${quoted(text)}`,
			'Pass the phone number as text from where it is first read, such as +15556667777.',
		);
		return '';
	}
	const [prefix] = PREFIX.exec(text) ?? [];
	const number = text
		.slice(prefix?.length ?? 0)
		.replace(TRUNK_ZERO, '')
		.replace(SEPARATORS, '');
	if (prefix !== undefined && E164.test(number)) return `+${number}`;
	report.problem(
		`${label} is not a phone number with a country code: ${quoted(text)}`,
		'Use the international form, such as +15556667777: a plus sign, the country code without zeros before it, and the number, 7 to 15 digits in all. To add the code of a country to all numbers: {{ "+1" + $json.phone }}.',
	);
	return '';
}

/** The text of an identifier; the same for all spellings of an address. */
export const identifierKey = (identifier: Identifier): string =>
	'email' in identifier ? identifier.email.toLowerCase() : identifier.phone_number;

const MESSAGE_ID: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-1001-confirmation',
	hint: 'One ID is one message: Bluecore sends it once. Use the order number and what the message is.',
	description:
		'1 to 128 letters without accents, digits, and : _ . -. If empty, the message is sent once in this execution, also when n8n runs the node again because of Retry On Fail. (As a tool of an AI agent, Retry On Fail needs an ID.)',
};

/** The parameter where a message can have an ID, and where it must. */
export const MESSAGE_ID_PARAMETERS = {
	optional: MESSAGE_ID,
	required: {
		...MESSAGE_ID,
		required: true,
		default: '={{ $json.message_id }}',
		hint: undefined,
		description: 'The message_id that the operation Send returned',
	},
} as const satisfies Record<string, INodeProperties>;

const MESSAGE_ID_SHAPE = /^[A-Za-z0-9:_.-]*$/;
const MAX_MESSAGE_ID = 128;

/** Reads the ID of a message; `''` when it is not given or not usable (the latter reported). */
export function readMessageId({ field }: Item, need: keyof typeof MESSAGE_ID_PARAMETERS): string {
	const given = field(MESSAGE_ID_PARAMETERS[need]);
	const isRefused =
		need === 'optional' &&
		refuseEmptyExpression(given, ', so each run would send the message again');
	const id = isRefused ? '' : readId(given, need);
	const isTooLong = id.length > MAX_MESSAGE_ID;
	if (!isTooLong && MESSAGE_ID_SHAPE.test(id)) return id;
	const invisible = invisibleIn(id);
	const what = invisible
		? `an invisible character (${invisible})`
		: 'characters that are not allowed';
	const problem = isTooLong
		? `has ${id.length} characters, but at most ${MAX_MESSAGE_ID} are allowed`
		: `contains ${what}: ${quoted(id)}`;
	given.report.problem(
		`${given.label} ${problem}`,
		'Use letters without accents, digits, and : _ . -, without spaces, 128 at most.',
	);
	return id;
}
