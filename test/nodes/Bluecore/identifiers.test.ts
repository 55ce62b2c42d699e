import { readIdentifiers, readMessageId } from '../../../nodes/Bluecore/identifiers';
import { check, itemOf } from '../../support/items';
import { pairsOf, rowsOf } from '../../support/table';

const read = (phone: unknown) =>
	check((report) => {
		const found = readIdentifiers(itemOf({ email: 'jane@example.com', phone }, report)).at(1);
		return found && 'phone_number' in found ? found.phone_number : '';
	});

test.each<[unknown, string]>([
	...pairsOf(`
		+15556667777 → +15556667777 | +1 (555) 666-7777 → +15556667777 | +49.30.123\u00a0456 → +4930123456
		+44 [0]20 7946 0000 → +442079460000 | +49 (0) 171 123456 → +49171123456 | +49 (0)30 1234 → +49301234
		+49(0)171-1234567 → +491711234567 | 0049 (0)171 1234567 → +491711234567 | 0049 30 123456 → +4930123456
		+49 30/123456 → +4930123456 | tel:+1-555-666-7777 → +15556667777 | '+31612345678 → +31612345678
		＋１５５５６６６７７７７ → +15556667777 | +683 4000 → +6834000 | (+1) 555-666-7777 → +15556667777
		(+44) (0)20 7946 0000 → +442079460000 | +(44)(0)20 7946 0000 → +442079460000 | (0049) 30 123456 → +4930123456
		\u202a+1\u2011555\u00ad666 7777\u202c → +15556667777
	`),
	['', ''],
	[null, ''],
	[' - ', ''],
	['\u200e', ''],
])('%j is the number %s', (value, number) => {
	expect(read(value)).toEqual({ value: number, problems: [], fixes: [], warnings: [] });
});

test.each(['15556667777.0', '+15556667777.00', 1.5])('%j is a decimal number', (value) => {
	expect(read(value)).toMatchObject({
		value: '',
		problems: [expect.stringContaining('Phone is a decimal number')],
	});
});

test.each([
	...rowsOf(`
	(212) 555-0123 | 15556667777 | 2125550123 | 0171 1234567 | 49(0)301234 | 2024-05-01 | 2024-05-01T09:30:00Z
	01.05.2024 | 7 | +42 | +123456 | 12345 | 030/123 | +0151 234567 | ext. 5 | +1 555 666 7777 ext. 5
	+1234567890123456 | ++15556667777 | 00 (0)171 1234567 | 000171234567 | +1-555-CALL-NOW | unknown
	jane@example.com
`).flat(),
	15556667777,
	42,
	{},
	true,
])('%j is refused', (value) => {
	const { value: number, problems } = read(value);
	expect(number).toBe('');
	expect(problems).toHaveLength(1);
});

test('who has no country code is told how to add it', () =>
	expect(read('(212) 555-0123')).toMatchObject({
		problems: ['Phone is not a phone number with a country code: "(212) 555-0123"'],
		fixes: [expect.stringContaining('{{ "+1" + $json.phone }}')],
	}));

test.each<[need: 'optional' | 'required', problem: string]>([
	['optional', 'an expression whose result is empty, so each run would send the message again'],
	['required', 'required'],
])('a Message ID that is %s says what an expression without a result means', (need, problem) => {
	const { problems } = check((report) => {
		const given = { value: '', entered: '={{ $json.id }}', label: 'Message ID', report };
		return readMessageId({ ...itemOf({}, report), field: () => given }, need);
	});
	expect(problems).toEqual([`Message ID is ${problem}`]);
});
