import { describeType, isBlank } from '../../shared/values';
import { quote, type Report } from '../../shared/report';
import { firstValue, valueAt, type TrackingMessage } from './trackingMessage';

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
	if (value === undefined || value === null) return `No consent: the message has no ${path}`;
	if (word === false || word === 'denied' || word === '') {
		return `No consent: ${path} is ${word === '' ? 'empty' : String(value)}`;
	}
	const shown = typeof value === 'object' ? describeType(value) : quote(value);
	report.warn(
		`${path} is ${shown}, which is neither true, false, granted nor denied, and counts as no consent`,
	);
	return `No consent: ${path} is ${shown}`;
}

/** Why a message must not go out for its age; undefined where it may. One without a time may. */
export function tooOld(
	message: TrackingMessage,
	maxAgeHours: number,
	now: number,
	report: Report,
): string | undefined {
	if (maxAgeHours === 0) return undefined;
	const found = firstValue(message, ['timestamp', 'originalTimestamp']);
	if (found === undefined) return undefined;
	const time = timeOf(found.value);
	if (Number.isNaN(time)) {
		report.warn(`${found.path} is not a time, so the age of the message is not known`);
		return undefined;
	}
	const hours = (now - time) / HOUR_MS;
	if (hours <= maxAgeHours) return undefined;
	return `Too old: its ${found.path} was ${ageInWords(hours)} ago, and Max Age (Hours) is ${maxAgeHours}`;
}

/** Milliseconds since the epoch of an ISO text or of a count of seconds, milliseconds or microseconds; NaN for anything else. */
function timeOf(value: unknown): number {
	const count =
		typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
	if (typeof count === 'number') {
		if (count < 1e11) return count * 1000;
		return count < 1e14 ? count : count / 1000;
	}
	return typeof count === 'string' && !isBlank(count) ? Date.parse(count) : NaN;
}

const ageInWords = (hours: number): string =>
	hours < 48
		? `${(Math.ceil(hours * 10) / 10).toFixed(1)} hours`
		: `${Math.floor(hours / 24)} days`;
