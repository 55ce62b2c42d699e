import {
	heldBackTable,
	operationsTable,
	refusedOrdersTable,
	shopFieldsTable,
	trackingTable,
} from './catalogueTables';
import chaos from '../bench/chaos.json';
import million from '../bench/million.json';
import scale from '../bench/scale.json';
import { millionTable, reliabilityTable, scaleTable } from './measuredTables';

interface WrittenTable {
	readonly name: string;
	readonly file: string;
	readonly source: string;
	readonly write: () => string;
}

const TABLES: readonly WrittenTable[] = [
	{
		name: 'operations',
		file: 'docs/operations.md',
		source: 'nodes/BluecoreEvents/catalogue.ts',
		write: operationsTable,
	},
	{
		name: 'reliability',
		file: 'docs/operators.md',
		source: 'bench/chaos.json',
		write: () => reliabilityTable(chaos),
	},
	{
		name: 'scale',
		file: 'docs/operators.md',
		source: 'bench/scale.json',
		write: () => scaleTable(scale),
	},
	{
		name: 'million',
		file: 'docs/operators.md',
		source: 'bench/million.json',
		write: () => millionTable(million),
	},
	{
		name: 'tracking events',
		file: 'docs/tracking-events.md',
		source: 'nodes/BluecoreEvents/forward/eventMapping.ts',
		write: trackingTable,
	},
	{
		name: 'fields of orders',
		file: 'docs/shop-orders.md',
		source: 'nodes/BluecoreEvents/shopOrder/shops',
		write: shopFieldsTable,
	},
	{
		name: 'what is held back',
		file: 'docs/shop-orders.md',
		source: 'nodes/BluecoreEvents/shopOrder/shops',
		write: heldBackTable,
	},
	{
		name: 'what is refused',
		file: 'docs/shop-orders.md',
		source: 'nodes/BluecoreEvents/shopOrder/shops',
		write: refusedOrdersTable,
	},
];

/** The pages that have tables of this kind. */
export const PAGES_WITH_TABLES = [...new Set(TABLES.map(({ file }) => file))];

/** The text of a page with its tables put between their marks; throws when marks are missing. */
export function withTables(page: string, text: string): string {
	return TABLES.filter(({ file }) => file === page).reduce((before, { name, source, write }) => {
		const start = `<!-- ${name}: written by \`npm run docs\` from ${source} -->`;
		const end = `<!-- end of ${name} -->`;
		const [from, to] = [before.indexOf(start), before.indexOf(end)];
		if (from < 0 || to < from) throw new Error(`${page} needs the marks ${start} and ${end}`);
		return `${before.slice(0, from + start.length)}\n\n${write()}\n\n${before.slice(to)}`;
	}, text);
}
