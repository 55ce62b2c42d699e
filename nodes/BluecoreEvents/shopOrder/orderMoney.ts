import type { ItemOptions } from '../../shared/options/nodeOptions';
import type { JsonValue } from '../../shared/values/json';
import type { Report } from '../../shared/values/report';
import { quoted } from '../../shared/values/text';
import { firstValue, isObject, textOf, toNumber, type Fields } from '../../shared/values/value';
import { hasMarks, linesIn, valuesAt, type Paths, type Shop } from './shop';

type ShopMoney = Shop['money'];

/** Which amounts of an order are sent. */
type MoneyFrom = ItemOptions['moneyFrom'];

/** The amounts of an order, all in one currency: where they are, and how they are read. */
export function moneyOf(order: Fields, shop: Shop, from: MoneyFrom, report: Report) {
	const paths = pathsOf(order, shop, from, report);
	/** Three capital letters; `''`: the order does not say it. */
	const currency = currencyIn(order, paths.currency);
	const mark = decimalMarkOf(amountsIn(order, shop, paths));
	/** Reads a number that is no amount, such as a quantity; what cannot be read comes back unchanged. */
	const number = (value: unknown) => toAmount(value, mark);
	const units = unitsOf(order, shop, currency);
	/** Reads an amount in the same way. */
	function amount(value: unknown): unknown {
		const read = number(value);
		return units === 1 || typeof read !== 'number' ? read : withoutNoise(read / units);
	}
	/** The properties `currency` and `discount`. What is not a number is reported. */
	function properties(): Record<string, JsonValue> {
		const discount = discountIn(order, paths.discounts, amount, report);
		return { ...(currency !== '' && { currency }), ...(discount !== undefined && { discount }) };
	}
	return { paths, currency, number, amount, properties };
}

/** The sum of the discounts; undefined if there is none. */
function discountIn(
	order: Fields,
	paths: Paths,
	amount: (value: unknown) => unknown,
	report: Report,
): number | undefined {
	const given = paths.flatMap((path) =>
		valuesAt(order, path).map((value) => ({ path, value, number: amount(value) })),
	);
	for (const { path, value, number } of given) {
		if (typeof number === 'number') continue;
		report.warn(`Discount (${path}) is ${quoted(value)}, which is not a number, and was left out`);
	}
	const numbers = given.flatMap(({ number }) => (typeof number === 'number' ? [number] : []));
	const sum = numbers.reduce((total, number) => total + Math.abs(number), 0);
	return numbers.length > 0 ? withoutNoise(sum) : undefined;
}

/** The amounts that were chosen, or if the order has no total among them, the others. Amounts of two currencies are never mixed. */
function pathsOf(order: Fields, shop: Shop, from: MoneyFrom, report: Report): ShopMoney {
	const { money, customerMoney } = shop;
	if (!customerMoney) return money;
	const [chosen, other] = from === 'shop' ? [money, customerMoney] : [customerMoney, money];
	const [total, otherTotal] = [chosen, other].map((each) => firstValue(order, each.total)?.value);
	const [code, otherCode] = [chosen, other].map((each) => currencyIn(order, each.currency));
	const isSame = code === otherCode || (code === '' && total === undefined);
	const hasDiscount = ({ discounts }: ShopMoney) =>
		discounts.some((path) => valuesAt(order, path).length > 0);
	const both = (first: ShopMoney, second: ShopMoney): ShopMoney => ({
		total: [...first.total, ...second.total],
		currency: [...first.currency, ...second.currency],
		discounts: hasDiscount(first) ? first.discounts : second.discounts,
		price: [...first.price, ...second.price],
	});
	if (total !== undefined) return isSame ? both(chosen, other) : chosen;
	if (otherTotal === undefined) return both(chosen, other);
	if (isSame) return both(other, chosen);
	const texts = ["the shop's own", 'in which the customer paid'];
	const [lacks, has] = from === 'shop' ? texts : texts.toReversed();
	report.warn(
		`The order has no total in the currency ${lacks} (${code}), so its amounts are those in the currency ${has}${otherCode && ` (${otherCode})`}`,
	);
	return other;
}

const currencyIn = (order: Fields, paths: Paths): string =>
	textOf(firstValue(order, paths)?.value).toUpperCase();

/** How many of the units of an amount are one of the currency. */
function unitsOf(order: Fields, { minorUnits }: Shop, currency: string): number {
	if (!minorUnits || !hasMarks(order, minorUnits)) return 1;
	return minorUnits.of === 'hundredths' ? 100 : 10 ** decimalsOf(currency);
}

/** All amounts of an order, by which its decimal mark is known. */
function amountsIn(order: Fields, shop: Shop, { total, discounts, price }: ShopMoney): unknown[] {
	const lines = linesIn(order, shop)?.list ?? [];
	return [
		firstValue(order, total)?.value,
		...discounts.flatMap((path) => valuesAt(order, path)),
		...lines
			.filter(isObject)
			.flatMap((line) =>
				[price, shop.lines.quantity].map((paths) => firstValue(line, paths)?.value),
			),
	];
}

const SPACES = /[\s\u00a0\u202f'’]/g;
/** A currency's symbol or code on either side. */
const CURRENCY_CODE = /^(?:\p{Sc}|[A-Z]{3})|(?:\p{Sc}|[A-Z]{3})$/gu;

/** `1.234,50` and `49,90`; not `1,234`, which can be either. */
const COMMA_IS_DECIMAL = /^[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+)$/;
/** `1.234` and `1.234,50`, where the comma is the decimal mark. */
const GROUPED_BY_POINTS = /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/;
/** `1,234.50` */
const COMMA_IS_GROUP = /^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/;

/** How an order writes its numbers, as its clearest number says. */
type DecimalMark = '.' | ',';

/** The decimal mark of an order's amounts. The amounts of an API have a point; those of an export can have the shop's own mark. */
function decimalMarkOf(amounts: readonly unknown[]): DecimalMark {
	const texts = amounts.map(amountIn).filter((amount) => typeof amount === 'string');
	return texts.some((text) => COMMA_IS_DECIMAL.test(bare(text))) ? ',' : '.';
}

/**
 * An amount as a number, from a number, from text (`"49.90"`, `"1.234,50"`, `"€ 49,90"`) or from money objects: `{ centAmount,
 * fractionDigits }`, whose digits are those of a `preciseAmount` if it has one, `{ centAmount, currencyCode }`,
 * `{ amount, divisor }`, `{ amount }`, `{ value }`. What cannot be read comes back unchanged, so that a check reports it.
 */
function toAmount(value: unknown, mark: DecimalMark): unknown {
	const amount = amountIn(value);
	const number = typeof amount === 'string' ? toNumber(withPoint(bare(amount), mark)) : amount;
	return typeof number === 'number' && Number.isFinite(number) ? withoutNoise(number) : value;
}

function amountIn(value: unknown): unknown {
	if (!isObject(value)) return value;
	const cents = toNumber(value.preciseAmount) ?? toNumber(value.centAmount);
	if (cents !== undefined) {
		return cents / 10 ** (toNumber(value.fractionDigits) ?? decimalsOf(value.currencyCode));
	}
	const amount = toNumber(value.amount);
	const divisor = toNumber(value.divisor);
	if (amount !== undefined && divisor) return amount / divisor;
	return value.amount ?? value.value;
}

const bare = (text: string): string => text.replace(SPACES, '').replace(CURRENCY_CODE, '');

function withPoint(text: string, mark: DecimalMark): string {
	if (COMMA_IS_GROUP.test(text)) return text.replaceAll(',', '');
	if (mark === '.') return text;
	return (GROUPED_BY_POINTS.test(text) ? text.replaceAll('.', '') : text).replace(',', '.');
}

/** Shops calculate with floating point numbers, so that 2.99 becomes 2.9899999999999998. No currency has more than four decimals. */
const withoutNoise = (number: number): number => Math.round(number * 1e4) / 1e4;

/** The decimals of currencies that do not have two, as Stripe lists them. */
const DECIMALS: ReadonlyMap<string, number> = new Map([
	...'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'
		.split(' ')
		.map((code) => [code, 0] as const),
	...'BHD JOD KWD OMR TND'.split(' ').map((code) => [code, 3] as const),
]);

const decimalsOf = (currency: unknown): number => DECIMALS.get(textOf(currency)) ?? 2;
