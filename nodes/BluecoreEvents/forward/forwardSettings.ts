import type { Item } from '../../shared/input/item';
import { isBlank, isObject, toText } from '../../shared/values/coerce';
import { refuseEmptyExpression, UNREADABLE } from '../../shared/values/field';
import { readChoice } from '../../shared/values/readField';
import { describeValue } from '../../shared/values/text';
import { CONSENT_PATH, EVENT_MAP, UNMAPPED_EVENTS } from './forwardParameters';
import type { ForwardSettings } from './eventMapping';

/** Reads the parameters that say how messages are mapped and when they are held back. Problems are reported. */
export function readSettings(item: Item): ForwardSettings {
	const { report } = item;
	const { value: map } = item.field(EVENT_MAP);
	const rows: unknown[] = isObject(map) && Array.isArray(map.mapping) ? map.mapping : [];
	const userRows = rows.filter(isObject).map((row, index) => {
		const [from, to] = [row.from, row.to].map((name) => toText(name) ?? '');
		if (from === '' || to === '') {
			report.problem(
				`${EVENT_MAP.displayName}: row ${index + 1} has no ${from === '' ? 'From' : 'To'}`,
				'Fill it in, or remove the row.',
			);
		}
		return { from, to };
	});
	const unmapped = item.field(UNMAPPED_EVENTS);
	return {
		userRows,
		unmapped: (of) => readChoice({ ...unmapped, report: of }, UNMAPPED_EVENTS),
		consentPath: readConsentPath(item),
	};
}

function readConsentPath({ field, report }: Item): string {
	const given = field(CONSENT_PATH);
	const { value: path, label } = given;
	const fix =
		'Enter the path as text, such as context.consent.marketing, not as an expression that returns the value.';
	refuseEmptyExpression(given, ', so consent would not be checked', isBlank(path), fix);
	if (path === UNREADABLE || isBlank(path)) return '';
	if (typeof path === 'string') return path.trim();
	report.problem(`${label} must be a path, but is ${describeValue(path)}`, fix);
	return '';
}
