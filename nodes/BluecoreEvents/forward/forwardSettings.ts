import { UNREADABLE, type ItemSource } from '../../shared/input/item';
import type { Report } from '../../shared/values/report';
import { isBlank, isObject, shown, toText } from '../../shared/values/values';
import { CONSENT_PATH, EVENT_MAP, UNMAPPED_EVENTS } from './forwardParameters';
import type { UserRow } from './eventMapping';

/** What the fields of the node say for one item. */
export interface ForwardSettings {
	readonly userRows: readonly UserRow[];
	readonly unmapped: string;
	readonly consentPath: string;
}

/** Reads the fields that say how messages are mapped and held; what is wrong is reported. */
export function readSettings(source: ItemSource, report: Report): ForwardSettings {
	const map = source.read(EVENT_MAP);
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
	const unmapped = source.read(UNMAPPED_EVENTS);
	return {
		userRows,
		unmapped: typeof unmapped === 'string' ? unmapped : 'drop',
		consentPath: readConsentPath(source, report),
	};
}

function readConsentPath(source: ItemSource, report: Report): string {
	const path = source.read(CONSENT_PATH);
	if (path === UNREADABLE || isBlank(path)) return '';
	if (typeof path === 'string') return path.trim();
	report.problem(
		`${CONSENT_PATH.displayName} must be a path, but is ${shown(path)}`,
		'Enter the path as text, such as context.consent.marketing, not as an expression that has its value.',
	);
	return '';
}
