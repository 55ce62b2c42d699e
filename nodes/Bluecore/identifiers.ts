import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../shared/input/item';
import { butInput, readEmail, readText, type Field } from '../shared/values/field';
import { quoted } from '../shared/values/text';

export const EMAIL: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	default: '',
	placeholder: 'e.g. jane@example.com',
	description: 'The email address of the customer. Email or Phone is required.',
};
export const PHONE: INodeProperties = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	default: '',
	placeholder: 'e.g. +15556667777',
	description:
		'The phone number of the customer with its country code. Email or Phone is required.',
};

/** An identifier as the API has it; exactly one of the two. */
export type Identifier = { readonly email: string } | { readonly phone_number: string };

/** Besides what people write between digits, invisible characters, which phones and web pages add when a number is copied. */
const SEPARATORS = /[\s\p{Pd}\p{Cf}.()[\]/]/gu;
/** A number that a spreadsheet has saved as a decimal: without the point, it would have a digit too many. */
const DECIMAL_PHONE = /^\+?\d+\.0+$/;
/** What files and links put before a number, and the prefix of a country code, which is also dialled as 00. */
const PREFIX = /^(?:['\u2019]|tel:)*\s*(?:\+|\(\+\)|00(?=[1-9 ]))\s*/i;
/** A zero that is dialled only within the country: `+49 (0)171`. */
const TRUNK_ZERO = /(?<=\d[\s\p{Pd}\p{Cf}.]*)[([]0[)\]]/u;
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
