import type { Field } from '../../shared/values/field';
import type { Report } from '../../shared/values/report';
import { isMissingId, joinList, quoted } from '../../shared/values/text';
import {
	firstValue,
	isBlank,
	isObject,
	textOf,
	valueAt,
	type Fields,
} from '../../shared/values/value';
import type { moneyOf } from './orderMoney';
import { fits, linesIn, type Paths, type Shop } from './shop';

type IdKind = keyof Shop['lines']['ids'];

interface LineRules {
	readonly idFrom: IdKind;
	readonly withoutId: string;
	readonly money: ReturnType<typeof moneyOf>;
}

const ID_LABELS: Readonly<Record<IdKind, string>> = {
	sku: 'SKU',
	product: 'product ID',
	variant: 'variant ID',
};

/** The lines of an order: which are no products, and the products for `checkProduct`. */
export function readLines(order: Fields, shop: Shop, rules: LineRules, report: Report) {
	const { lines } = shop;
	const found = linesIn(order, shop);
	const given = withoutParts(found?.list ?? [], shop, rules);
	const notProducts = given.flatMap((line) => {
		const called = isObject(line.value) ? notProduct(line.value, shop, rules) : undefined;
		return called === undefined ? [] : [{ line, text: `${nameOf(line, lines.name)} is ${called}` }];
	});
	const left = given.filter((line) => notProducts.every((other) => other.line !== line));
	const texts = notProducts.map(({ text }) => text);

	function products(): Field[] {
		const label = `Products (${lines.in.join(', ')})`;
		if (!found || given.length === 0) {
			report.problem(
				found ? `${label}: the order has none` : `${label}: the order has no list of them`,
				lines.advice ?? `Map the whole order as ${shop.label} sends it.`,
			);
			return [];
		}
		const hasId = (line: Line) =>
			!isObject(line.value) || lineId(line.value, shop, rules.idFrom) !== undefined;
		const nameless = left.filter((line) => !hasId(line));
		const kept = left.filter(hasId);
		reportMissingIds(nameless, kept.length, shop, rules, report);
		report.warnOfEach('Left out because they are not products: ', texts);
		warnOfMorePages(order, found.path, report);
		return kept.map((line) => productField(line, found.path, shop, rules, report));
	}
	return {
		/** Whether the order has a list of lines, and none of them is a product. */
		areNoProducts: given.length > 0 && left.length === 0,
		/** The lines that are left out because they are no products, for a message. */
		notProducts: texts,
		/** Problems and warnings are reported. */
		products,
	};
}

/** GraphQL gives the lines in pages, and the order is in the answer with the first one only. */
function warnOfMorePages(order: Fields, path: string, report: Report): void {
	const name = path.replace(/\.(?:nodes|edges\.node)$/, '');
	if (valueAt(order, `${name}.pageInfo.hasNextPage`) !== true) return;
	report.warn(
		`The order has more lines than those that are here: ${name}.pageInfo.hasNextPage is true. Ask for all of them at once, such as with ${name}(first: 250)`,
	);
}

/** A line and its number, which counts from 1. */
interface Line {
	readonly number: number;
	readonly value: unknown;
}

function productField(
	{ number, value }: Line,
	path: string,
	shop: Shop,
	rules: LineRules,
	report: Report,
): Field {
	const label = `Line ${number} of ${path}`;
	if (!isObject(value)) return { value, label, report };
	const { name, quantity } = shop.lines;
	const { money } = rules;
	const id = lineId(value, shop, rules.idFrom);
	const nameText = lineText(firstValue(value, name)?.value);
	const priceValue = firstValue(value, money.paths.price)?.value;
	const quantityValue = firstValue(value, quantity)?.value;
	const product = {
		id,
		...(nameText !== '' && { name: nameText }),
		...(priceValue !== undefined && { price: money.amount(priceValue) }),
		...(quantityValue !== undefined && { quantity: money.number(quantityValue) }),
	};
	return { value: product, label, report };
}

/** A text, or the first one of a text in several languages. */
const lineText = (value: unknown): string =>
	textOf(isObject(value) ? Object.values(value).find((each) => !isBlank(each)) : value);

/** The ID of this kind that a line has; undefined if it has none, or one that stands for none such as 0. */
function lineId(line: Fields, { lines, idInside }: Shop, kind: IdKind): unknown {
	const id = lines.ids[kind]
		.map((path) => firstValue(line, [path])?.value)
		.find((value) => !isBlank(value) && !isMissingId(textOf(value)));
	return typeof id === 'string' ? (idInside?.exec(id)?.[1] ?? id) : id;
}

function notProduct(line: Fields, { lines }: Shop, { money }: LineRules): string | undefined {
	const rule = lines.notProducts?.find((each) => fits(line, each));
	if (rule) return rule.called;
	const quantity = firstValue(line, lines.quantity)?.value;
	return quantity !== undefined && money.number(quantity) === 0
		? 'not bought (quantity 0)'
		: undefined;
}

function reportMissingIds(
	missing: readonly Line[],
	kept: number,
	shop: Shop,
	{ idFrom, withoutId }: LineRules,
	report: Report,
): void {
	if (missing.length === 0) return;
	const { ids, name } = shop.lines;
	const what = `${ID_LABELS[idFrom]} (${ids[idFrom].join(', ')})`;
	const names = joinList(missing.map((line) => nameOf(line, name)));
	if (withoutId !== 'refuse' && kept > 0) {
		report.warn(`Left out because they have no ${what}: ${names}`);
		return;
	}
	const others = (Object.keys(ids) as IdKind[]).filter(
		(kind) =>
			kind !== idFrom &&
			missing.some(({ value }) => isObject(value) && lineId(value, shop, kind) !== undefined),
	);
	const advice =
		others.length === 0
			? ''
			: ` They have a ${others.map((kind) => ID_LABELS[kind]).join(' and a ')}: if your Bluecore catalog has these IDs, change Product ID From.`;
	report.problem(
		kept > 0
			? `These products have no ${what}: ${names}`
			: `No product of the order has a ${what}: ${names}`,
		`Give the products a ${ID_LABELS[idFrom]} in the shop.${advice}`,
	);
}

const nameOf = ({ number, value }: Line, paths: Paths): string => {
	const name = isObject(value) ? lineText(firstValue(value, paths)?.value) : '';
	return name === '' ? `line ${number}` : `line ${number} ${quoted(name, 40)}`;
};

/**
 * The lines without those that are in another line already. Of a whole and its parts, those that have a price are products: the
 * whole of a configurable product, the parts of a bundle that is priced by them.
 */
function withoutParts(list: readonly unknown[], { lines }: Shop, { money }: LineRules): Line[] {
	const all = list.map((value, index) => ({ number: index + 1, value }));
	const { parts } = lines;
	if (!parts) return all;
	const textAt = (line: unknown, paths: Paths) =>
		(isObject(line) && textOf(firstValue(line, paths)?.value)) || undefined;
	const idOfLine = (line: unknown) => textAt(line, [parts.id]);
	const parentIdOf = (line: unknown) => textAt(line, parts.parentId);
	const isFree = (line: unknown) =>
		isObject(line) && Number(money.amount(firstValue(line, money.paths.price)?.value ?? 0)) === 0;

	const ids = new Set(list.map(idOfLine));
	const children = new Map<string, unknown[]>();
	for (const line of list) {
		const parent = parentIdOf(line);
		if (parent !== undefined && ids.has(parent)) {
			children.set(parent, [...(children.get(parent) ?? []), line]);
		}
	}
	const isPartOf = (line: unknown, before: unknown) =>
		children.has(parentIdOf(line) ?? '') ||
		(parts.haveSkuOfWhole === true &&
			idOfLine(line) === undefined &&
			textAt(line, lines.ids.sku) !== undefined &&
			textAt(line, lines.ids.sku) === textAt(before, lines.ids.sku));
	return all.flatMap(({ number, value }, index) => {
		if (isFree(value) && isPartOf(value, list[index - 1])) return [];
		const own = children.get(idOfLine(value) ?? '') ?? [];
		const arePriced = own.some((child) => !isFree(child));
		if (arePriced && (parts.wholeIsSum ?? isFree(value))) return [];
		const child = own.length === 1 ? own[0] : undefined;
		return [{ number, value: child && isObject(value) ? { ...value, child } : value }];
	});
}
