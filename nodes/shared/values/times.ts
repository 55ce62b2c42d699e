import { refuseEmptyExpression, UNREADABLE, type Field } from './field';
import { describeValue } from './text';
import { isBlank, textOf, toNumber } from './value';

/** ISO 8601: a date, a time of day, and a zone; the last two may be missing. BigQuery and Rails write UTC for Z. */
const ISO =
	/^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Databases write earlier times, such as the year 1, for a missing one. */
const EARLIEST = '1900';

/** Clocks of other systems may be ahead by so much. */
const CLOCK_DIFFERENCE_MS = 300_000;

/** Whether a text is a time with its zone, as the API has times. */
export const isTime = (text: string): boolean =>
	RFC_3339.test(text) && !Number.isNaN(Date.parse(text));

/**
 * Reads a time, given as ISO text, a date or n8n's DateTime, as RFC 3339 in UTC; `''` when it is not given or not usable (reported).
 * A time without a zone is one of the workflow's zone. `so` says what no time would mean, for an expression without a result.
 */
export function readTime(
	field: Field,
	timeZone: string,
	so = ', so the time would be now',
): string {
	const { value, label, report } = field;
	if (refuseEmptyExpression(field, so)) return '';
	if (value === UNREADABLE || isBlank(value)) return '';
	const text = textOf(value);
	const time = timeInUtc(text, timeZone);
	if (!isTime(time) || time < EARLIEST) {
		report.problem(
			`${label} is not a date and time: ${describeValue(value)}`,
			`Use a date and time such as 2024-05-01T09:30:00Z, or an expression that returns one. ${conversionOf(text)}`,
		);
		return '';
	}
	if (Date.parse(time) > Date.now() + CLOCK_DIFFERENCE_MS) {
		report.warn(`${label} is in the future: ${time}. Check its year and its zone`);
	}
	return time;
}

/** A time of ISO 8601 in UTC; `''` for anything else. */
function timeInUtc(text: string, timeZone: string): string {
	const [, day, clock = '00:00', zone] = ISO.exec(text) ?? [];
	const ms = isDay(day) ? Date.parse(`${day}T${clock}${toOffset(zone)}`) : NaN;
	if (Number.isNaN(ms)) return '';
	return new Date(zone === undefined ? toUtc(ms, timeZone) : ms).toISOString();
}

/** A serial number of a spreadsheet, of a day from 1927 to 2173, maybe with a time: as seconds, it would be a day of 1970. */
const SERIAL_NUMBER = /^\d{5}(\.\d+)?$/;
/** One that was taken for seconds is a year of six digits. */
const MILLISECONDS = /^-?\d{11,}|^[+-]\d{6}-/;

/** How to convert a number, or a date in another form. */
function conversionOf(text: string): string {
	if (SERIAL_NUMBER.test(text)) {
		return "A serial number of a spreadsheet can be converted: {{ DateTime.fromISO('1899-12-30').plus({ days: Number($json.time) }) }}.";
	}
	if (MILLISECONDS.test(text)) {
		return 'A number of milliseconds can be converted: {{ DateTime.fromMillis(Number($json.time)) }}.';
	}
	return toNumber(text) === undefined
		? "A date in another form can be converted: {{ DateTime.fromFormat($json.time, 'MM/dd/yyyy') }}."
		: 'A number of seconds can be converted: {{ DateTime.fromSeconds(Number($json.time)) }}.';
}

/** Whether a date is in the calendar: JavaScript takes the 30th of February for the 1st of March. */
const isDay = (day: string | undefined): day is string =>
	day !== undefined && new Date(Date.parse(`${day}T00:00Z`) || 0).toISOString().startsWith(day);

function toOffset(zone: string | undefined): string {
	if (zone === undefined || /^[a-z]/i.test(zone)) return 'Z';
	const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
	return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** The moment at which the clocks of a time zone show a time, given as if it were UTC. */
function toUtc(shown: number, timeZone: string): number {
	// The offset may change between the two moments, so it is looked up at the second, too.
	const guess = shown - offsetAt(shown, timeZone);
	return shown - offsetAt(guess, timeZone);
}

/** How far the clocks of a time zone are ahead of UTC, in milliseconds. */
function offsetAt(ms: number, timeZone: string): number {
	const zone = { timeZone, timeZoneName: 'longOffset' } as const;
	// It ends with the offset, such as GMT-05:00, or GMT for none; those before 1940 can have seconds.
	const shown = new Intl.DateTimeFormat('en-US', zone).format(ms);
	const [, sign = '', ...parts] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(shown) ?? [];
	const [hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part || 0));
	return Number(`${sign}1`) * ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
