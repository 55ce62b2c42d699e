import { isObject, toText } from '../../shared/values/coerce';
import type { Report } from '../../shared/values/report';
import { decimalMarkOf, smallestUnits, toAmount, withoutNoise } from './amounts';
import { firstValue, isLike, linesIn, valuesAt, type OrderFields } from './orderPaths';
import type { Money, Paths, Shop } from './shop';

/** Which amounts of an order are sent, as the choices of the option *Money From* name it. */
export type MoneyFrom = 'shop' | 'customer';

/** The amounts of an order, all in one currency: where they are, and how they are read. */
export interface OrderMoney {
	readonly paths: Money;
	/** Three capital letters; `''`: the order does not say it. */
	readonly currency: string;
	/** Reads an amount; what cannot be read comes back unchanged. */
	amount(value: unknown): unknown;
	/** Reads a number that is no amount, such as a quantity, in the same way. */
	number(value: unknown): unknown;
}

export function moneyOf(
	order: OrderFields,
	shop: Shop,
	from: MoneyFrom,
	report: Report,
): OrderMoney {
	const paths = pathsOf(order, shop, from, report);
	const currency = currencyIn(order, paths.currency);
	const mark = decimalMarkOf(amountsIn(order, shop, paths));
	const number = (value: unknown) => toAmount(value, mark);
	const units = unitsOf(order, shop, currency);
	return {
		paths,
		currency,
		number,
		amount(value) {
			const read = number(value);
			return units === 1 || typeof read !== 'number' ? read : withoutNoise(read / units);
		},
	};
}

/** The amounts that were chosen, or if the order has no total among them, the others. Amounts of two currencies are never mixed. */
function pathsOf(order: OrderFields, shop: Shop, from: MoneyFrom, report: Report): Money {
	const { money, customerMoney } = shop;
	if (!customerMoney) return money;
	const [chosen, other] = from === 'shop' ? [money, customerMoney] : [customerMoney, money];
	const [total, otherTotal] = [chosen, other].map((each) => firstValue(order, each.total)?.value);
	const [code, otherCode] = [chosen, other].map((each) => currencyIn(order, each.currency));
	const isSame = code === otherCode || (code === '' && total === undefined);
	const hasDiscount = ({ discounts }: Money) =>
		discounts.some((path) => valuesAt(order, path).length > 0);
	const both = (first: Money, second: Money): Money => ({
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

const currencyIn = (order: OrderFields, paths: Paths): string =>
	(toText(firstValue(order, paths)?.value) ?? '').toUpperCase();

/** How many of the units of an amount are one of the currency. */
function unitsOf(order: OrderFields, { minorUnits }: Shop, currency: string): number {
	if (!minorUnits || (minorUnits.form && !isLike(order, minorUnits.form))) return 1;
	return minorUnits.of === 'hundredths' ? 100 : smallestUnits(currency);
}

/** All amounts of an order, by which its decimal mark is known. */
function amountsIn(order: OrderFields, shop: Shop, { total, discounts, price }: Money): unknown[] {
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
