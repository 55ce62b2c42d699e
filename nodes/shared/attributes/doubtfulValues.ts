import type { Report } from '../values/report';
import { isBrokenLater, quoted, UNFILLED } from '../values/text';
import { hasLostDigits, isBlank, textOf, toNumber, type Fields } from '../values/value';

/** Excel and Shopify put an apostrophe before digits, so that they stay a text: before numbers and dates, and before each ZIP. */
const APOSTROPHE = /^['\u2019](?=\s*[-+(.]*\d[\d\s().,:/+%eETZ-]*$)/;
export const withoutApostrophe = (name: string, value: unknown): unknown =>
	typeof value === 'string'
		? value.replace(isName('zip', name) ? /^['\u2019](?=\S[^'\u2019]*$)/ : APOSTROPHE, '')
		: value;

/** Other names of usual attributes, by their letters. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
	...{ first_name: ['firstname', 'givenname', 'forename', 'fname', 'vorname', 'prenom'] },
	...{ last_name: ['lastname', 'familyname', 'surname', 'lname', 'nachname', 'apellido'] },
	phone: [
		...['phonenumber', 'phoneno', 'telephone', 'telephonenumber', 'telefon', 'telefono', 'tel'],
		...['mobile', 'mobilephone', 'mobilenumber', 'mobilephonenumber', 'cellphone', 'cell', 'handy'],
		'contactnumber',
	],
	zip: ['zipcode', 'postcode', 'postalcode', 'postalzip', 'plz', 'postleitzahl', 'codepostal'],
	city: ['town', 'cityname', 'ort', 'stadt', 'ville', 'ciudad'],
	state: [
		...['province', 'region', 'stateregion', 'statename', 'statecode', 'provincecode'],
		'bundesland',
	],
	country: ['countrycode', 'countryname', 'countryregion', 'land', 'pays', 'pais'],
	gender: ['sex', 'geschlecht'],
	birthday: ['birthdate', 'dateofbirth', 'dob', 'bday', 'birth', 'geburtstag', 'geburtsdatum'],
};
const USUAL_NAMES = new Map(
	Object.entries(OTHER_NAMES).flatMap(([usual, others]) => others.map((other) => [other, usual])),
);
/** Forwarded messages have the gender as sex, too. */
const usualNameOf = (name: string): string | undefined => USUAL_NAMES.get(name.replaceAll('_', ''));
const isName = (usual: string, name: string) => name === usual || usualNameOf(name) === usual;

/** A date of numbers, in which the first two may be day and month or month and day, and maybe a time. */
const NUMERIC_DATE = /^(\d{1,2})([./-])(\d{1,2})\2(?:\d{4}|\d{2})(?:[ T,].*)?$/;

const CURRENCY = String.raw`(?:[$€£¥]|EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|kr|zł|Kč)`;
const GROUPED = String.raw`\d{1,3}(?<mark>[.,'’ \u00a0\u202f])\d{3}(?:\k<mark>\d{3})*`;
/** `1.234,50`, `1,234`, `12,50`, `1 234,5`, `€ 12.50`, `12,5 %`. */
const FOR_PEOPLE = new RegExp(
	String.raw`^[-+]?(?:${CURRENCY}\s?)?[-+]?(?:(?<grouped>${GROUPED})(?<decimals>(?!\k<mark>)[.,]\d+)?|(?<comma>\d+,\d+)|\d+(?:\.\d+)?)\s?(?:${CURRENCY}|%)?$`,
);
const HAS_CURRENCY = new RegExp(CURRENCY);

/** `4.15556E+09`: what a spreadsheet shows of a long number, and saves. */
const ROUNDED = /^[-+]?\d(?:[.,]\d+)?E\+?\d+$/i;
/** `2139.0`: a phone number or ZIP that a program has read as a number, and saved as a decimal. */
const DECIMAL_CODE = /^\+?\d+\.0$/;
/** `="02139"`, `=A1&B1`, `=HYPERLINK(…)`. */
const FORMULA = /^=["\w(+-]/;
/** `05-17`, `17.5.`, `May 17`, `17. Mai`. */
const NO_YEAR =
	/^(?:-{2})?\d{1,2}[./-]\d{1,2}\.?$|^\p{L}{3,}\.?\s\d{1,2}(?:st|nd|rd|th)?$|^\d{1,2}(?:st|nd|rd|th|\.)?\s\p{L}{3,}\.?$/u;
/** Words that shop systems and mailing lists have for the state of an account. */
const ACCOUNT_STATE =
	/^(?:enabled|disabled|invited|declined|(?:in)?active|pending|(?:un|not[_ ])?subscribed|(?:un)?(?:confirmed|verified)|blocked|banned|locked|suspended|archived|deleted|cleaned|bounced|registered|guest|approved|rejected|opted[_ -](?:in|out))$/i;

const MAX_VALUE = 30;

/** A value and whether it was a number before a field made it a text. */
interface DoubtedValue {
	readonly value: unknown;
	readonly wasNumber: boolean;
}

/** What may be wrong with a value, each with how the warning about it begins and ends. */
const DOUBTS: ReadonlyArray<
	readonly [
		before: string,
		isDoubtful: (name: string, given: DoubtedValue, country: string) => boolean,
		after: string,
	]
> = [
	[
		'Numbers were rounded by a spreadsheet, and digits are lost: ',
		(_name, { value }) => typeof value === 'string' && ROUNDED.test(value),
		'. Format the column as text where it is first read',
	],
	[
		'Phones and ZIPs are numbers, so leading zeros and plus signs are lost: ',
		(name, { value, wasNumber }, country) =>
			((wasNumber || DECIMAL_CODE.test(String(value))) &&
				(isName('phone', name) || isName('zip', name))) ||
			(isName('zip', name) &&
				/^(?:US|USA|United States.*)$/i.test(country) &&
				/^\d{1,4}$/.test(String(value))),
		'. Pass them as text from where they are first read',
	],
	[
		'Birthdays are no dates: a serial number of a spreadsheet, a count of milliseconds, or a day without a year: ',
		(name, { value }) => isName('birthday', name) && isNoBirthday(textOf(value)),
		'. Write them as year-month-day, such as 1990-05-17',
	],
	[
		'The attribute state is usually that of an address, but this is the state of an account: ',
		(name, { value }) => isName('state', name) && ACCOUNT_STATE.test(textOf(value)),
		'. Give it another name, such as account_state, or leave it out',
	],
	[
		'Letters were broken when a file was read or converted: ',
		(_name, { value }) => isBrokenLater(value),
		'. Read the file as UTF-8, with the option Encoding where it is read',
	],
	[
		'Formulas of a spreadsheet are stored as texts: ',
		(_name, { value }) => typeof value === 'string' && FORMULA.test(value),
		'. Have their results in the file, or take the signs off before this node',
	],
	[
		'Variables were not filled in: ',
		(_name, { value }) => typeof value === 'string' && value.length < 200 && UNFILLED.test(value),
		'. If they are expressions of n8n, switch the field to Expression',
	],
	[
		'Dates in which day and month could be exchanged are stored as they are: ',
		(_name, { value }) => typeof value === 'string' && couldBeTwoDays(value),
		'. Write them as year-month-day, such as 1990-05-17',
	],
	[
		'Numbers that are written for people are stored as texts: ',
		(_name, { value }) =>
			typeof value === 'string' && !couldBeTwoDays(value) && isWrittenForPeople(value),
		'. If they are numbers, convert them before this node: decimal point, no thousands separators, no currency',
	],
];

/** Warns of names and values that Bluecore or a colleague may read as something else. */
export function warnOfDoubts(attributes: ReadonlyMap<string, DoubtedValue>, report: Report): void {
	const all = [...attributes];
	const others = [...attributes.keys()].filter((name) => {
		const usual = usualNameOf(name);
		return usual !== undefined && usual !== name && !attributes.has(usual);
	});
	const usual = [...new Set(others.map(usualNameOf))];
	report.warnOfAttributes(
		`Bluecore usually has ${usual.join(', ')} instead of `,
		others,
		'. Rename the fields if they are the same',
	);
	const numbers = all.map(
		([name, { value, wasNumber }]) => [name, wasNumber ? toNumber(value) : value] as const,
	);
	warnOfLostDigits(Object.fromEntries(numbers), report);
	const country = textOf(attributes.get('country')?.value);
	const given = all.filter(([, { value }]) => !isBlank(value));
	for (const [before, isDoubtful, after] of DOUBTS) {
		const doubtful = given
			.filter(([name, each]) => isDoubtful(name, each, country))
			.map(([name, { value }]) => ({ name, shown: `${name} ${quoted(value, MAX_VALUE)}` }));
		report.warnOfAttributes(before, doubtful, after);
	}
}

function isNoBirthday(text: string): boolean {
	if (NO_YEAR.test(text)) return true;
	return toNumber(text) !== undefined && !/^(?:19|20)\d{6}$/.test(text);
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

/** Warns of numbers that have lost digits, in data that may contain IDs. */
export function warnOfLostDigits(data: Fields, report: Report): void {
	report.warnOfEach(
		'Numbers have too many digits, and some of them are lost: ',
		Object.keys(data).filter((name) => holdsLostDigits(data[name])),
		'. Pass them as text from where they are first read',
	);
}

const holdsLostDigits = (value: unknown): boolean =>
	typeof value === 'object' && value !== null
		? Object.values(value).some(holdsLostDigits)
		: hasLostDigits(value);
