import { isTime, readTime } from '../../../../nodes/shared/values/times';
import { check, fieldOf } from '../../../support/items';
import { pairsOf } from '../../../support/table';

const read = (value: unknown, zone = 'America/New_York') =>
	check((report) => readTime(fieldOf(value, report), zone));

test.each<[unknown, string]>([
	...pairsOf(`
		2024-05-01T09:30:00Z → 2024-05-01T09:30:00.000Z      | 2024-05-01T09:30:00.125+02:00 → 2024-05-01T07:30:00.125Z
		2024-05-01T09:30:00+0200 → 2024-05-01T07:30:00.000Z  | 2024-05-01T09:30:00-05 → 2024-05-01T14:30:00.000Z
		2024-01-31T12:00:00+14:00 → 2024-01-30T22:00:00.000Z | 2024-05-01 09:30:00.5 UTC → 2024-05-01T09:30:00.500Z
		2024-05-01 09:30:00 gmt → 2024-05-01T09:30:00.000Z
	`),
	[' 2024-05-01 09:30Z ', '2024-05-01T09:30:00.000Z'],
	[new Date('2024-05-01T09:30:00Z'), '2024-05-01T09:30:00.000Z'],
	['', ''],
	[null, ''],
	// Without a zone, it is the workflow's: New York has UTC-5 in winter, UTC-4 in summer.
	...pairsOf(`
		2024-01-31T09:30:00 → 2024-01-31T14:30:00.000Z | 2024-07-31T09:30 → 2024-07-31T13:30:00.000Z
		2024-07-31 → 2024-07-31T04:00:00.000Z          | 2024-02-29 → 2024-02-29T05:00:00.000Z
		2024-12-31T23:59:59.999 → 2025-01-01T04:59:59.999Z
	`),
	// The clocks change at 2:00 on these days.
	...pairsOf(`
		2024-03-10T01:59 → 2024-03-10T06:59:00.000Z | 2024-03-10T03:00 → 2024-03-10T07:00:00.000Z
		2024-11-03T03:00 → 2024-11-03T08:00:00.000Z
	`),
])('%j is %s', (value, time) => expect(read(value)).toMatchObject({ value: time, problems: [] }));

const IN_FUTURE = /^Field is in the future: \d{4}-.*Z\. Check its year and its zone$/;
test.each([
	[4, 0],
	[6, 1],
])('a time in %i minutes gets %i warnings, as clocks differ', (minutes, count) => {
	const { value, problems, warnings } = read(new Date(Date.now() + minutes * 60_000));
	expect([value, problems]).toEqual([expect.stringMatching(/Z$/), []]);
	expect(warnings).toEqual(Array(count).fill(expect.stringMatching(IN_FUTURE)));
});

test('in a zone east of Greenwich', () => {
	expect(read('2024-01-01T00:30', 'Asia/Kolkata').value).toBe('2023-12-31T19:00:00.000Z');
});

test.each([
	...['yesterday', '2024', '2024-13-01', '2024-02-30T10:00:00Z', '2023-02-29', '2024-04-31'],
	// What databases write for a missing time, and one that has five digits for the year in UTC.
	...['0001-01-01', '0001-01-01T00:00:00Z', '9999-12-31T23:59', '2024-05-01T25:00Z'],
	...['01/05/2024', 1_700_000_000, true, {}],
])('%j is refused', (value) => {
	expect(read(value)).toMatchObject({
		value: '',
		problems: [expect.stringContaining('Field is not a date and time')],
		fixes: [expect.stringContaining('2024-05-01T09:30:00Z')],
	});
});

test.each(['2024-05-01T09:30:00Z', '2024-05-01T09:30:00.0+02:00'])(
	'%j is a time for Bluecore',
	(text) => expect(isTime(text)).toBe(true),
);
test.each(['2024-05-01', '2024-05-01T09:30:00', '2024-99-01T09:30:00Z', '1001'])(
	'%j is none for Bluecore',
	(text) => expect(isTime(text)).toBe(false),
);

test.each([
	[1_700_000_000, 'DateTime.fromSeconds'],
	['01/05/2024', "DateTime.fromFormat($json.time, 'MM/dd/yyyy')"],
	[45_291, "DateTime.fromISO('1899-12-30').plus"],
	['45291.5', "DateTime.fromISO('1899-12-30').plus"],
	[1_700_000_000_000, 'DateTime.fromMillis'],
	['1700000000000', 'DateTime.fromMillis'],
	['+055745-04-08T10:40:00.000Z', 'DateTime.fromMillis'],
])('the advice for %j names %s', (value, method) =>
	expect(read(value).fixes).toEqual([expect.stringContaining(method)]),
);
