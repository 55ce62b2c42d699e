import { isObject, toNumber } from '../../shared/values/coerce';

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
export type DecimalMark = '.' | ',';

/** The decimal mark of an order's amounts. The amounts of an API have a point; those of an export can have the shop's own mark. */
export function decimalMarkOf(amounts: readonly unknown[]): DecimalMark {
	const texts = amounts.map(amountIn).filter((amount) => typeof amount === 'string');
	return texts.some((text) => COMMA_IS_DECIMAL.test(bare(text))) ? ',' : '.';
}

/**
 * An amount as a number, from a number, from text (`"49.90"`, `"1.234,50"`, `"€ 49,90"`) or from money objects: `{ centAmount,
 * fractionDigits }`, whose digits are those of a `preciseAmount` if it has one, `{ amount, divisor }`, `{ amount }`, `{ value }`. What cannot be read comes back unchanged, so that a check reports it.
 */
export function toAmount(value: unknown, mark: DecimalMark): unknown {
	const amount = amountIn(value);
	const number = typeof amount === 'string' ? toNumber(withPoint(bare(amount), mark)) : amount;
	return typeof number === 'number' && Number.isFinite(number) ? withoutNoise(number) : value;
}

function amountIn(value: unknown): unknown {
	if (!isObject(value)) return value;
	const cents = toNumber(value.preciseAmount) ?? toNumber(value.centAmount);
	if (cents !== undefined) return cents / 10 ** (toNumber(value.fractionDigits) ?? 2);
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
export const withoutNoise = (number: number): number => Math.round(number * 1e4) / 1e4;

/** The decimals of currencies that do not have two, as Stripe lists them. */
const DECIMALS: ReadonlyMap<string, number> = new Map([
	...'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'
		.split(' ')
		.map((code) => [code, 0] as const),
	...'BHD JOD KWD OMR TND'.split(' ').map((code) => [code, 3] as const),
]);

/** How many of the smallest unit of a currency are one of it. */
export const smallestUnits = (currency: string): number => 10 ** (DECIMALS.get(currency) ?? 2);
