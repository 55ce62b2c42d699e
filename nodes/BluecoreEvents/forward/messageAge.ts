import type { Report } from '../../shared/values/report';
import { describeValue } from '../../shared/values/text';
import { isBlank, textOf, toNumber, valueAt } from '../../shared/values/value';
import type { TrackingMessage } from './trackingMessage';

const HOUR_MS = 3_600_000;

/**
 * Why a message or an order with these times is held back for its age; undefined if it can be sent. Without a time it can be sent;
 * with one that cannot be read, it cannot.
 */
export function tooOld(
	kind: 'message' | 'order',
	found: ReturnType<typeof timeIn>,
	maxAgeHours: number,
	report: Report,
): string | undefined {
	if (found === undefined || maxAgeHours === 0) return undefined;
	const { name, value, time } = found;
	if (Number.isNaN(time)) {
		report.warn(
			`${name} is not a time, so the age of the ${kind} is not known and it was not sent`,
		);
		return `Age unknown: its ${name} is ${describeValue(value)}, which is not a time`;
	}
	const hours = (Date.now() - time) / HOUR_MS;
	if (hours <= maxAgeHours) return undefined;
	return `Too old: its ${name} was ${describeAge(hours)} ago, and Max Age (Hours) is ${maxAgeHours}`;
}

/** The first of some times that can be read, in milliseconds since the epoch, else the first one that is given; undefined without any. */
export function timeIn(message: TrackingMessage, names: readonly string[]) {
	const given = names.flatMap((name) => {
		const value = valueAt(message, name);
		return isBlank(value) ? [] : [{ name, value, time: timeOf(value) }];
	});
	return given.find(({ time }) => !Number.isNaN(time)) ?? given.at(0);
}

/** The smallest numbers that are read as seconds, milliseconds and microseconds since 1970; from the last one on, none is a time. */
const LEAST_COUNTS = [1e9, 1e11, 1e14, 1e17];
/** ISO's basic form, such as `20210105T100000Z`. `Date.parse` reads only the extended form. */
const ISO_BASIC = /^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(?:(\d\d)(?:(\d\d)([.,]\d+)?)?)?(.*))?$/;
/** A date with points has its day first, if its second number can be a month; `Date.parse` takes the first one for the month. */
const DAY_FIRST = /^\s*(\d{1,2})\.(0?[1-9]|1[0-2])\.(\d{4})/;
/** A date and time of digits only. As a count of milliseconds, it would be centuries ahead. */
const COMPACT = /^\d{14}$/;
/** `Date.parse` finds a date in any text that contains a number, so a year or a second number is required. */
const LIKE_A_DATE = /\d{4}|\d\D+\d/;

/** Milliseconds since the epoch of a count of seconds, milliseconds or microseconds, or of a text that is a date; NaN for anything else. */
function timeOf(value: unknown): number {
	const text = typeof value === 'number' ? '' : textOf(value);
	const count = COMPACT.test(text) ? NaN : (toNumber(value) ?? NaN);
	const unit = LEAST_COUNTS.findLastIndex((least) => count >= least);
	if (unit >= 0) return [count * 1000, count, count / 1000][unit] ?? NaN;
	return LIKE_A_DATE.test(text)
		? Date.parse(inUtc(extended(text.replace(DAY_FIRST, '$2/$1/$3'))))
		: NaN;
}

/** A text that ends with a time of day gets UTC as its zone: else it would be read in the zone of this machine. */
const inUtc = (text: string): string =>
	/[T\s]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text) ? `${text}Z` : text;

/** ISO's basic form rewritten to the extended form; other texts unchanged. */
function extended(text: string): string {
	const [, year, month, day, hour, minute = '00', second = '00', fraction = '', zone = ''] =
		ISO_BASIC.exec(text) ?? [];
	if (year === undefined) return text;
	const date = `${year}-${month}-${day}`;
	if (hour === undefined) return date;
	return `${date}T${hour}:${minute}:${second}${fraction.replace(',', '.')}${zone}`;
}

const describeAge = (hours: number): string =>
	hours < 48
		? `${(Math.ceil(hours * 10) / 10).toFixed(1)} hours`
		: `${Math.floor(hours / 24)} days`;
