import type { ItemRequest, PlannedState } from './itemRequest';
import { isBlank, isObject } from '../values/coerce';
import { joinList, quoted } from '../values/text';

/** What files write for yes and no, each with its opposite. */
const PAIRS: ReadonlyArray<readonly string[]> = [
	...[
		['true', 'false'],
		['yes', 'no'],
		['y', 'n'],
		['on', 'off'],
		['1', '0'],
		['t', 'f'],
	],
	...[
		['ja', 'nein'],
		['j', 'n'],
		['wahr', 'falsch'],
		['oui', 'non'],
		['o', 'n'],
		['vrai', 'faux'],
	],
	...[
		['sí', 'no'],
		['si', 'no'],
		['s', 'n'],
		['sim', 'não'],
		['ja', 'nee'],
		['ja', 'nej'],
	],
];
const BOOLEAN_WORDS: ReadonlySet<string> = new Set(PAIRS.flat());

/** One attribute in all items: each spelling with the number of the first item that has it. */
interface Column {
	readonly request: ItemRequest<PlannedState>;
	readonly spellings: Map<string, number>;
	hasOtherValues: boolean;
}

/**
 * Warns, once for an attribute, that its yes and no are written in different ways, such as `ja`, `TRUE` and `0`. `attributesOf`
 * finds the attributes in the payload of a request.
 */
export function warnOfMixedBooleans(
	planned: ReadonlyArray<ItemRequest<PlannedState>>,
	attributesOf: (payload: Readonly<Record<string, unknown>>) => unknown,
): void {
	for (const [name, { request, spellings, hasOtherValues }] of columnsOf(planned, attributesOf)) {
		if (hasOtherValues || !isMixed([...spellings.keys()])) continue;
		const texts = [...spellings].map(([spelling, item]) => `${quoted(spelling)} [item ${item}]`);
		request.report.warn(
			`The attribute ${quoted(name)} says yes and no in different ways, which Bluecore stores as they are: ${joinList(texts)}. Convert the column to true and false before this node`,
		);
	}
}

function columnsOf(
	planned: ReadonlyArray<ItemRequest<PlannedState>>,
	attributesOf: (payload: Readonly<Record<string, unknown>>) => unknown,
): Map<string, Column> {
	const columns = new Map<string, Column>();
	for (const request of planned) {
		if (request.state.kind !== 'ready') continue;
		const attributes = attributesOf(request.state.request.payload ?? {});
		if (!isObject(attributes)) continue;
		for (const [name, value] of Object.entries(attributes)) {
			if (isBlank(value)) continue;
			const column = columns.get(name) ?? { request, spellings: new Map(), hasOtherValues: false };
			columns.set(name, column);
			if (column.hasOtherValues) continue;
			const spelling = typeof value === 'object' ? '' : String(value);
			if (!BOOLEAN_WORDS.has(spelling.toLowerCase())) column.hasOtherValues = true;
			else if (!column.spellings.has(spelling)) column.spellings.set(spelling, request.itemIndex);
		}
	}
	return columns;
}

function isMixed(spellings: readonly string[]): boolean {
	const words = spellings.map((spelling) => spelling.toLowerCase());
	return !PAIRS.some((pair) => words.every((word) => pair.includes(word)));
}
