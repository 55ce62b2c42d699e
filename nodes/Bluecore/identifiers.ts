import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../shared/input/item';
import { readEmail, readText } from '../shared/values/readField';
import type { Field } from '../shared/values/field';
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
const SEPARATORS = /[\s\p{Pd}\p{Cf}.()[\]]/gu;
/** A number that a spreadsheet has saved as a decimal: without the point, it would have a digit too many. */
const DECIMAL = /^\+?\d+\.0+$/;
const E164 = /^\+?[1-9]\d{0,14}$/;

/** Reads who the customer is: one identifier or two, the email first. Problems are reported; then there may be none. */
export function readIdentifiers({ field, report }: Item): Identifier[] {
	const before = report.problems.length;
	const email = readEmail(field(EMAIL), 'optional');
	const phone = readPhone(field(PHONE));
	if (email === '' && phone === '' && report.problems.length === before) {
		report.problem(
			'Email or Phone is required',
			'Map the email address or the phone number of the customer, and check that it has a value in this item.',
		);
	}
	return [...(email === '' ? [] : [{ email }]), ...(phone === '' ? [] : [{ phone_number: phone }])];
}

/** Reads a phone number in E.164; `''` when it is not given or not usable (reported). */
export function readPhone(given: Field): string {
	const { label, report } = given;
	const text = readText(given, 'optional');
	const digits = text.replace(SEPARATORS, '');
	if (digits === '') return '';
	const isDecimal = DECIMAL.test(text) || (typeof given.value === 'number' && text.includes('.'));
	if (isDecimal) {
		report.problem(
			`${label} is a decimal number: ${quoted(text)}`,
			'Pass the phone number as text from where it is first read, such as +15556667777.',
		);
		return '';
	}
	if (!E164.test(digits)) {
		report.problem(
			`${label} is not a phone number with a country code: ${quoted(text)}`,
			'Use the international form, such as +15556667777: a plus sign, the country code without zeros before it, and the number, 15 digits at most.',
		);
		return '';
	}
	if (text.includes('(0)')) {
		report.warn(
			`${label} ${quoted(text)} has a zero in brackets, which is dialled only within the country, but was kept: ${digits}. Use the international form`,
		);
	}
	if (digits.startsWith('+')) return digits;
	report.warn(
		`${label} ${quoted(text)} has no plus sign, so its first digits are taken for the country code: +${digits}. Use the international form`,
	);
	return `+${digits}`;
}

/** The text of an identifier; the same for all spellings of an address. */
export const keyOf = (identifier: Identifier): string =>
	'email' in identifier ? identifier.email.toLowerCase() : identifier.phone_number;
