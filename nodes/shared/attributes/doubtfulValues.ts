import type { JsonValue } from '../values/plainJson';
import type { Report } from '../values/report';
import { quoted } from '../values/text';

/** A date of numbers, in which the first two may be day and month or month and day, and maybe a time. */
const NUMERIC_DATE = /^(\d{1,2})([./-])(\d{1,2})\2(?:\d{4}|\d{2})(?:[ T,].*)?$/;

const CURRENCY = String.raw`(?:[$€£¥]|EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|kr|zł|Kč)`;
const GROUPED = String.raw`\d{1,3}(?<mark>[.,'’ \u00a0\u202f])\d{3}(?:\k<mark>\d{3})*`;
/** `1.234,50`, `1,234`, `12,50`, `1 234,5`, `€ 12.50`, `12,5 %`. */
const FOR_PEOPLE = new RegExp(
	String.raw`^[-+]?(?:${CURRENCY}\s?)?[-+]?(?:(?<grouped>${GROUPED})(?<decimals>(?!\k<mark>)[.,]\d+)?|(?<comma>\d+,\d+)|\d+(?:\.\d+)?)\s?(?:${CURRENCY}|%)?$`,
);
const HAS_CURRENCY = new RegExp(CURRENCY);

const MAX_VALUE = 30;

/** Warns of texts that Bluecore or a colleague may read as something else: dates that may be two days, and numbers written for people. */
export function warnOfDoubtfulValues(
	attributes: Readonly<Record<string, JsonValue>>,
	report: Report,
): void {
	const dates: Array<{ name: string; shown: string }> = [];
	const numbers: typeof dates = [];
	for (const [name, value] of Object.entries(attributes)) {
		if (typeof value !== 'string' || !/\d/.test(value)) continue;
		const attribute = { name, shown: `${name} ${quoted(value, MAX_VALUE)}` };
		if (couldBeTwoDays(value)) dates.push(attribute);
		else if (isWrittenForPeople(value)) numbers.push(attribute);
	}
	report.warnOfAttributes(
		'Dates in which day and month could be exchanged are stored as they are: ',
		dates,
		'. Write them as year-month-day, such as 1990-05-17',
	);
	report.warnOfAttributes(
		'Numbers that are written for people are stored as texts: ',
		numbers,
		'. If they are numbers, convert them before this node: decimal point, no thousands separators, no currency',
	);
}

function couldBeTwoDays(text: string): boolean {
	const [, first, , second] = NUMERIC_DATE.exec(text) ?? [];
	if (first === undefined) return false;
	const isMonth = (part: string) => Number(part) >= 1 && Number(part) <= 12;
	return isMonth(first) && isMonth(second) && Number(first) !== Number(second);
}

function isWrittenForPeople(text: string): boolean {
	const match = FOR_PEOPLE.exec(text);
	if (!match) return false;
	const { grouped, decimals, comma } = match.groups ?? {};
	if (HAS_CURRENCY.test(text) || comma !== undefined || decimals !== undefined) return true;
	// Telephone numbers have spaces too, 1.234 is a number with a decimal point, and 10.120.130.140 is an address.
	return grouped !== undefined && !/[\s\u202f]|^\d+(\.\d{3}|(\.\d{3}){3})$/.test(grouped);
}
