import { readPhone } from '../../../nodes/Bluecore/identifiers';
import { check, fieldOf } from '../../support/items';

const read = (value: unknown) => check((report) => readPhone(fieldOf(value, report)));

test.each<[unknown, string]>([
	['+15556667777', '+15556667777'],
	['+1 (555) 666-7777', '+15556667777'],
	['+49.30.123\u00a0456', '+4930123456'],
	['+44 [0]20', '+44020'],
	['', ''],
	[null, ''],
	[' - ', ''],
	['\u202a+1\u2011555\u00ad666 7777\u202c', '+15556667777'],
	['\u200e', ''],
])('%j is the number %s', (value, number) => {
	expect(read(value)).toEqual({ value: number, problems: [], fixes: [], warnings: [] });
});

test.each([['15556667777'], [15556667777]])('%j has no plus sign, which is said', (value) => {
	expect(read(value)).toMatchObject({
		value: '+15556667777',
		problems: [],
		warnings: [expect.stringContaining('taken for the country code: +15556667777')],
	});
});

test.each(['+49 (0)30 1234', '49(0)301234'])('the zero in brackets of %j is told', (value) => {
	expect(read(value)).toMatchObject({
		value: '+490301234',
		warnings: expect.arrayContaining([expect.stringContaining('has a zero in brackets')]),
	});
});

test.each(['15556667777.0', '+15556667777.00', 1.5])('%j is a decimal number', (value) => {
	expect(read(value)).toMatchObject({
		value: '',
		problems: [expect.stringContaining('Field is a decimal number')],
	});
});

test.each(['0049 30 123', '030/123', '+0151', 'ext. 5', '+1234567890123456', '++1', {}, true])(
	'%j is refused',
	(value) => {
		const { value: number, problems } = read(value);
		expect(number).toBe('');
		expect(problems).toHaveLength(1);
	},
);
