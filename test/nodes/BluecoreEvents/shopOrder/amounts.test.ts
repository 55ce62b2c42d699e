import { decimalMarkOf, toAmount } from '../../../../nodes/BluecoreEvents/shopOrder/amounts';

test.each<[given: unknown, number: number]>([
	[12.5, 12.5],
	['12.50', 12.5],
	['361.9500', 361.95],
	['1.234', 1.234],
	[2.9899999999999998, 2.99],
	['10.649999999999999', 10.65],
	[' 49,90 ', 49.9],
	['1.234,50', 1234.5],
	['1 234,50', 1234.5],
	['1\u202f234,50 €', 1234.5],
	["1'234.50", 1234.5],
	['1,234.50', 1234.5],
	['1,234,567.8', 1234567.8],
	['$49.90', 49.9],
	['€ 49,90', 49.9],
	['EUR 49,90', 49.9],
	['49.90 USD', 49.9],
	['-3,30', -3.3],
	['0,00', 0],
	['361,9500', 361.95],
	[{ centAmount: 3970, fractionDigits: 2 }, 39.7],
	[{ centAmount: 3970, fractionDigits: 0 }, 3970],
	[{ centAmount: 10200 }, 102],
	[{ centAmount: 1, preciseAmount: 123450, fractionDigits: 7 }, 0.0123],
	[{ amount: 11250, divisor: 100 }, 112.5],
	[{ amount: '199.00', currencyCode: 'USD' }, 199],
])('%j is %d', (given, number) => expect(toAmount(given, decimalMarkOf([given]))).toBe(number));

test.each<[given: unknown]>([
	['1,234'],
	['free'],
	['12.50.10'],
	['1,2,3'],
	[''],
	[null],
	[undefined],
	[true],
	[{}],
	[{ amount: {} }],
	[[1]],
	[NaN],
])('%j is not an amount and comes back unchanged', (given) =>
	expect(toAmount(given, decimalMarkOf([given]))).toBe(given),
);

describe('an amount that can be read in two ways', () => {
	test('is read as the clear amounts of the order are written', () => {
		const mark = decimalMarkOf([undefined, '5', '1.299,00', '1.299', 3]);
		expect(
			['1.299,00', '1.299', '5', '12.5', 3, '1,500'].map((each) => toAmount(each, mark)),
		).toEqual([1299, 1299, 5, 12.5, 3, 1.5]);
	});

	test('has a decimal point if no amount says otherwise', () => {
		expect(decimalMarkOf(['1.299', '1,299', 5, null])).toBe('.');
	});
});
