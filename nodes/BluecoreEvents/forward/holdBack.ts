import type { Report } from '../../shared/values/report';
import { isBlank, shown, toNumber } from '../../shared/values/values';
import { valueAt, type TrackingMessage } from './trackingMessage';

const HOUR_MS = 3_600_000;

/** Why a message must not go out for want of consent; undefined where it may. Only `true` and `granted` are consent. */
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
			`${path} is ${shown(value)}, which is neither true, false, granted nor denied, and counts as no consent`,
		);
		return `No consent: ${path} is ${shown(value)}`;
	}
	warnOfWhatIsInTheWay(message, path, report);
	return `No consent: the message has no ${path}`;
}

/** Warns where a path ends early, at a value that is no object: that one is no consent, whatever it says. */
function warnOfWhatIsInTheWay(message: TrackingMessage, path: string, report: Report): void {
	const names = path.split('.');
	for (let length = 1; length < names.length; length++) {
		const parent = names.slice(0, length).join('.');
		const value = valueAt(message, parent);
		if (typeof value === 'object' || isBlank(value)) continue;
		report.warn(
			`${parent} is ${shown(value)}, so there is no ${path}, and it counts as no consent`,
		);
		return;
	}
}

/** Why a message must not go out for its age; undefined where it may. One without a time may. */
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
			report.warn(`${given[0]} is not a time, so the age of the message is not known`);
		}
		return undefined;
	}
	const hours = (now - timeOf(message[name])) / HOUR_MS;
	if (hours <= maxAgeHours) return undefined;
	return `Too old: its ${name} was ${ageInWords(hours)} ago, and Max Age (Hours) is ${maxAgeHours}`;
}

/** From which count on a number is meant as seconds, milliseconds, microseconds; from the last on it is no time. */
const COUNTS = [1e9, 1e11, 1e14, 1e17];
const ISO_DATE = /^\d{4}-\d\d-\d\d/;

/** Milliseconds since the epoch of an ISO text or of a count of seconds, milliseconds or microseconds; NaN for anything else. */
function timeOf(value: unknown): number {
	const text = typeof value === 'string' ? value.trim() : '';
	if (ISO_DATE.test(text)) return Date.parse(text);
	const count = toNumber(value) ?? NaN;
	const unit = COUNTS.findLastIndex((least) => count >= least);
	return [count * 1000, count, count / 1000][unit] ?? NaN;
}

const ageInWords = (hours: number): string =>
	hours < 48
		? `${(Math.ceil(hours * 10) / 10).toFixed(1)} hours`
		: `${Math.floor(hours / 24)} days`;
