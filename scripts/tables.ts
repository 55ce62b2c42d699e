import {
	heldBackTable,
	operationsTable,
	refusedOrdersTable,
	shopFieldsTable,
	trackingTable,
} from './catalogueTables';
import chaos from '../bench/chaos.json';
import limits from '../bench/limits.json';
import million from '../bench/million.json';
import scale from '../bench/scale.json';
import {
	limitsSummary,
	limitsTable,
	millionTable,
	reliabilityTable,
	scaleTable,
} from './measuredTables';

type WrittenTable = readonly [name: string, page: string, source: string, write: () => string];

const SHOPS = 'nodes/BluecoreEvents/shopOrder/shops';
const MAPPING = 'nodes/BluecoreEvents/forward/eventMapping.ts';
const limitsTables = () => [limitsSummary(limits.limits), limitsTable(limits.processes)];
const TABLES: readonly WrittenTable[] = [
	['operations', 'docs/operations.md', 'nodes/BluecoreEvents/catalogue.ts', operationsTable],
	['reliability', 'docs/operators.md', 'bench/chaos.json', () => reliabilityTable(chaos)],
	['scale', 'docs/operators.md', 'bench/scale.json', () => scaleTable(scale.rows)],
	['limits', 'docs/operators.md', 'bench/limits.json', () => limitsTables().join('\n\n')],
	['million', 'docs/operators.md', 'bench/million.json', () => millionTable(million.rows)],
	['tracking events', 'docs/tracking-events.md', MAPPING, trackingTable],
	['fields of orders', 'docs/shop-orders.md', SHOPS, shopFieldsTable],
	['what is held back', 'docs/shop-orders.md', SHOPS, heldBackTable],
	['what is refused', 'docs/shop-orders.md', SHOPS, refusedOrdersTable],
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
