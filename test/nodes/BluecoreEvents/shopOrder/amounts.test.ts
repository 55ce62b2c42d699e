import { moneyOf } from '../../../../nodes/BluecoreEvents/shopOrder/orderMoney';
import { woocommerce } from '../../../../nodes/BluecoreEvents/shopOrder/shops/woocommerce';
import { Report } from '../../../../nodes/shared/values/report';
import { pairsOf } from '../../../support/table';

/** Amounts of one order whose total is the first of them, as they are read. */
const amountsOf = (...given: readonly unknown[]): unknown[] => {
	const line_items = given.map((price) => ({ price }));
	const money = moneyOf({ total: given[0], line_items }, woocommerce, 'shop', new Report());
	return given.map((each) => money.amount(each));
};

test.each(
	pairsOf(`
		12.50 → 12.5 | 361.9500 → 361.95 | 1.234 → 1.234 | 10.649999999999999 → 10.65 | 49,90 → 49.9 | 1.234,50 → 1234.5
		1 234,50 → 1234.5 | 1\u202f234,50 € → 1234.5 | 1'234.50 → 1234.5 | 1,234.50 → 1234.5 | 1,234,567.8 → 1234567.8
		$49.90 → 49.9 | € 49,90 → 49.9 | EUR 49,90 → 49.9 | 49.90 USD → 49.9 | -3,30 → -3.3 | 0,00 → 0
		361,9500 → 361.95
	`),
)('%j is %s', (given, number) => expect(amountsOf(given)).toEqual([Number(number)]));

test.each<[given: unknown, number: number]>([
	[12.5, 12.5],
	[2.9899999999999998, 2.99],
	[' 49,90 ', 49.9],
	[{ centAmount: 3970, fractionDigits: 2 }, 39.7],
	[{ centAmount: 3970, fractionDigits: 0 }, 3970],
	[{ centAmount: 10200 }, 102],
	[{ centAmount: 10200, currencyCode: 'EUR' }, 102],
	[{ centAmount: 10200, currencyCode: 'JPY' }, 10200],
	[{ centAmount: 1, preciseAmount: 123450, fractionDigits: 7 }, 0.0123],
	[{ amount: 11250, divisor: 100 }, 112.5],
	[{ amount: '199.00', currencyCode: 'USD' }, 199],
])('%j is %d', (given, number) => expect(amountsOf(given)).toEqual([number]));

test.each<unknown>([
	...['1,234', 'free', '12.50.10', '1,2,3', '', null, undefined, true, NaN],
	...[{}, { amount: {} }, [1]],
])('%j is not an amount and comes back unchanged', (given) =>
	expect(amountsOf(given)).toEqual([given]),
);

describe('an amount that can be read in two ways', () => {
	test('is read as the clear amounts of the order are written', () => {
		expect(amountsOf('1.299,00', '1.299', '5', '12.5', 3, '1,500')).toEqual([
			1299, 1299, 5, 12.5, 3, 1.5,
		]);
	});

	test('has a decimal point if no amount says otherwise', () => {
		expect(amountsOf('1.299', '1,299', 5, null)).toEqual([1.299, '1,299', 5, null]);
	});
});
