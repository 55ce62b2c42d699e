import type { Report } from '../../shared/values/report';
import { isBlank, toNumber } from '../../shared/values/coerce';
import { describeValue } from '../../shared/values/text';
import { valueAt, type TrackingMessage } from './trackingMessage';

const HOUR_MS = 3_600_000;

/** Why a message is held back for lack of consent; undefined if it can be sent. Only `true` and `granted` are consent. */
export function withheldConsent(
	message: TrackingMessage,
	path: string,
	report: Report,
): string | undefined {
	if (path === '') return undefined;
	const value = valueAt(message, path);
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === true || word === 'granted') return undefined;
	if (word === false || word === 'denied' || word === '') {
		return `No consent: ${path} is ${word === '' ? 'empty' : String(value)}`;
	}
	if (value !== undefined && value !== null) {
		report.warn(
			`${path} is ${describeValue(value)}, which is not true, false, granted or denied; it counts as no consent`,
		);
		return `No consent: ${path} is ${describeValue(value)}`;
	}
	warnOfEarlyEnd(message, path, report);
	return `No consent: the message has no ${path}`;
}

/** Warns if the path ends early, at a value that is not an object. That value is not consent, whatever it is. */
function warnOfEarlyEnd(message: TrackingMessage, path: string, report: Report): void {
	const names = path.split('.');
	for (let length = 1; length < names.length; length++) {
		const parent = names.slice(0, length).join('.');
		const value = valueAt(message, parent);
		if (typeof value === 'object' || isBlank(value)) continue;
		report.warn(
			`${parent} is ${describeValue(value)}, so the message has no ${path}; this counts as no consent`,
		);
		return;
	}
}

/** Why a message is held back for its age; undefined if it can be sent. A message without a time can be sent. */
export function tooOld(
	message: TrackingMessage,
	maxAgeHours: number,
	now: number,
	report: Report,
): string | undefined {
	if (maxAgeHours === 0) return undefined;
	const given = ['timestamp', 'originalTimestamp'].filter((name) => !isBlank(message[name]));
	const name = given.find((candidate) => !Number.isNaN(timeOf(message[candidate])));
	if (name === undefined) {
		if (given.length > 0) {
			report.warn(
				`${given[0]} is not a time, so the age of the message is not known and not checked`,
			);
		}
		return undefined;
	}
	const hours = (now - timeOf(message[name])) / HOUR_MS;
	if (hours <= maxAgeHours) return undefined;
	return `Too old: its ${name} was ${describeAge(hours)} ago, and Max Age (Hours) is ${maxAgeHours}`;
}

/** The smallest numbers that are read as seconds, milliseconds and microseconds since 1970. From the last one on, a number is not a time. */
const LEAST_COUNTS = [1e9, 1e11, 1e14, 1e17];
const ISO_DATE = /^\d{4}-\d\d-\d\d/;

/** Milliseconds since the epoch of an ISO text or of a count of seconds, milliseconds or microseconds; NaN for anything else. */
function timeOf(value: unknown): number {
	const text = typeof value === 'string' ? value.trim() : '';
	if (ISO_DATE.test(text)) return Date.parse(text);
	const count = toNumber(value) ?? NaN;
	const unit = LEAST_COUNTS.findLastIndex((least) => count >= least);
	return [count * 1000, count, count / 1000][unit] ?? NaN;
}

const describeAge = (hours: number): string =>
	hours < 48
		? `${(Math.ceil(hours * 10) / 10).toFixed(1)} hours`
		: `${Math.floor(hours / 24)} days`;
