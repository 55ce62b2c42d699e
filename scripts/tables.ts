import * as catalogue from './catalogueTables';
import chaos from '../bench/chaos.json';
import limits from '../bench/limits.json';
import million from '../bench/million.json';
import scale from '../bench/scale.json';
import * as measured from './measuredTables';

type WrittenTable = readonly [name: string, page: string, source: string, write: () => string];

const CATALOGUE = 'nodes/BluecoreEvents/catalogue.ts';
const SHOPS = 'nodes/BluecoreEvents/shopOrder/shops';
const MAPPING = 'nodes/BluecoreEvents/forward/eventMapping.ts';
const limitsTables = () =>
	[measured.limitsSummary(limits.limits), measured.limitsTable(limits.processes)].join('\n\n');
const OPERATORS = 'docs/operators.md';
const ORDERS = 'docs/shop-orders.md';
const TABLES: readonly WrittenTable[] = [
	['operations', 'docs/operations.md', CATALOGUE, catalogue.operationsTable],
	['reliability', OPERATORS, 'bench/chaos.json', () => measured.reliabilityTable(chaos)],
	['scale', OPERATORS, 'bench/scale.json', () => measured.scaleTable(scale.rows)],
	['limits', OPERATORS, 'bench/limits.json', limitsTables],
	['million', OPERATORS, 'bench/million.json', () => measured.millionTable(million.rows)],
	['tracking events', 'docs/tracking-events.md', MAPPING, catalogue.trackingTable],
	['fields of orders', ORDERS, SHOPS, catalogue.shopFieldsTable],
	['what is held back', ORDERS, SHOPS, catalogue.heldBackTable],
	['what is refused', ORDERS, SHOPS, catalogue.refusedOrdersTable],
];

/** The pages that have tables of this kind. */
export const PAGES_WITH_TABLES = [...new Set(TABLES.map(([, page]) => page))];

/** The text of a page with its tables put between their marks; throws when marks are missing. */
export function withTables(page: string, text: string): string {
	const ofPage = TABLES.filter(([, file]) => file === page);
	return ofPage.reduce((before, [name, , source, write]) => {
		const start = `<!-- ${name}: written by \`npm run docs\` from ${source} -->`;
		const end = `<!-- end of ${name} -->`;
		const [from, to] = [before.indexOf(start), before.indexOf(end)];
		if (from < 0 || to < from) throw new Error(`${page} needs the marks ${start} and ${end}`);
		return `${before.slice(0, from + start.length)}\n\n${write()}\n\n${before.slice(to)}`;
	}, text);
}
