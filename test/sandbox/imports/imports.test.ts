import { parseCsv } from '../../../sandbox/imports/csv';
import { clientOf, http } from '../../support/http';
import { useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { get } = clientOf(sandbox);
const upload = async (name: string, body: string | Buffer) => {
	const headers = { 'content-type': 'text/csv' };
	return (await http.post<object>(`${sandbox.url}/sandbox/imports/${name}`, body, { headers }))
		.data;
};
const CUSTOMERS = 'store_customerdata_2026-01-31.csv';
const PURCHASES = 'store_purchasedata_2026-01-31.csv';
const HEADER = 'email,order_id,created,total,products\n';

test('the customers of a file show in the profiles', async () => {
	const csv =
		'\ufeffemail,first_name,city\r\njane@example.com,"Jane ""J"", Ms",\r\njoe@example.com,Joe,Rome\r\nnobody,N,N\r\n';
	expect(await upload(CUSTOMERS, csv)).toEqual({
		rows: 3,
		accepted: 2,
		problems: [{ row: 3, column: 'email', message: 'nobody is not an email address.' }],
	});
	expect(await get('profiles')).toMatchObject([
		{ email: 'jane@example.com', attributes: { first_name: 'Jane "J", Ms' }, events: 0 },
		{ email: 'joe@example.com', attributes: { first_name: 'Joe', city: 'Rome' } },
	]);
	expect(await get('calls')).toMatchObject([
		{
			api: 'imports',
			what: 'Import customers',
			who: CUSTOMERS,
			verdict: 'accepted',
			remarks: ['Row 3, email: nobody is not an email address.'],
		},
	]);
	const session = await get<object>('session');
	expect((await http.put<unknown>(`${sandbox.url}/sandbox/session`, session)).data).toBe('');
	expect(await get('profiles')).toHaveLength(2);
	expect(await upload(CUSTOMERS, csv)).toMatchObject({
		accepted: 0,
		problems: [{ row: 0, message: expect.stringContaining('must not be uploaded twice') }, {}],
	});
	const corrected = csv.replace('nobody', 'ann@example.com');
	expect(await upload(CUSTOMERS, corrected)).toEqual({ rows: 3, accepted: 3, problems: [] });
});

test('the purchases of a file are orders at their own time', async () => {
	await upload(PURCHASES, `${HEADER}jane@example.com,A-1,2025-03-01T10:00:00,59.90,SHIRT|SOCKS\n`);
	expect(await get('profiles')).toMatchObject([
		{ orders: [{ order_id: 'A-1', total: 59.9, at: Date.UTC(2025, 2, 1, 10) }], revenue: 59.9 },
	]);
});

test.each(['optins', 'unsubscribes'])('a file of %s changes the consent', async (type) => {
	await upload(`store_${type}_2026-01-31.csv`, 'email\njane@example.com\n');
	const status = type === 'optins' ? 'SUBSCRIBED' : 'UNSUBSCRIBED';
	expect(await get('profiles')).toMatchObject([{ subscriptions: [{ status, source: 'upload' }] }]);
});

const TIME = '2025-03-01T10:00:00';
const products = (idOf: (n: number) => string) => Array.from({ length: 31 }, (_, n) => idOf(n));
test.each<[row: string, column: string, message: string]>([
	[`,${TIME},1,A`, 'order_id', 'It is empty.'],
	['A,2025-03-01 10:00,1,A', 'created', '2025-03-01 10:00 is not a time like 2026-01-31T23:59'],
	['A,2025-02-30T10:00:00,1,A', 'created', '2025-02-30T10:00:00 is not a time like 2026-01-31T'],
	[`A,${TIME},$1,A`, 'total', '$1 is not a number without thousands separators and currency sign'],
	[`A,${TIME},"1,000",A`, 'total', '1,000 is not a number without thousands separators and'],
	[`A,${TIME},${'9'.repeat(400)},A`, 'total', 'is not a number'],
	[`A,${TIME},1,A|B|A`, 'products', 'A product ID is there twice.'],
	[
		`A,${TIME},1,${products(String).join('|')}`,
		...(['products', 'There are 31 product IDs, but at most 30 are taken.'] as const),
	],
	[
		`A,${TIME},1,${products((n) => `${'P'.repeat(50)}${n % 30}`).join('|')}`,
		...(['products', 'A product ID is there twice.'] as const),
	],
	[`A,${TIME},1,A,B`, '', 'The row has 6 cells, but the header has 5.'],
])('the purchase %s is refused because of the column %p: %s', async (row, column, message) => {
	expect(await upload(PURCHASES, `${HEADER}jane@example.com,${row}\n`)).toEqual({
		rows: 1,
		accepted: 0,
		problems: [{ row: 1, column, message: expect.stringContaining(message) }],
	});
	expect(sandbox.state.calls[0]).toMatchObject({ verdict: 'refused' });
});

test.each<[string, string | Buffer, RegExp]>([
	['Store_customerdata_2026-01-31.csv', 'email\n', /^The file name must be/],
	['store_orders_2026-01-31.csv', 'email\n', /^The file name must be/],
	['store_optins_2026-02-30.csv', 'email\n', /^The file name/],
	[CUSTOMERS, 'city\nRome\n', /^The column email is missing/],
	[CUSTOMERS, 'email,City\na@example.com,Rome\n', /^The name of a column/],
	[CUSTOMERS, 'email,1st\n', /^The name of a column/],
	[CUSTOMERS, `email,${'a'.repeat(30)}\n`, /fewer than 30/],
	[CUSTOMERS, 'email,email\n', /^There are two columns/],
	[CUSTOMERS, 'email,email_hash_number\n', /is reserved/],
	[CUSTOMERS, Buffer.from('email,city\na@example.com,M\xfcnchen\n', 'latin1'), /UTF-8/],
	[CUSTOMERS, 'email,city\na@example.com,"Rome\n', /not closed/],
	['store_productdata_2026-01-31.csv', '', /^The file is empty/],
	[CUSTOMERS, 'email;city\na@example.com;Rome\n', /^The columns are separated by ";"/],
])('the file %s with %p is refused', async (name, body, message) => {
	expect(await upload(name, body)).toMatchObject({
		accepted: 0,
		problems: [{ row: 0, message: expect.stringMatching(message) }],
	});
	expect(await get('profiles')).toEqual([]);
});

test.each([
	['a,b\n1,2', '[["a","b"],["1","2"]]'],
	['a\r\n\r\n"x\ny"\r\n', '[["a"],["x\\ny"]]'],
	['a,\n,b,', '[["a",""],["","b",""]]'],
	['"a""b",c', '[["a\\"b","c"]]'],
	['', '[]'],
])('%j is read as the CSV %s', (text, rows) => {
	expect(parseCsv(text)).toEqual({ rows: JSON.parse(rows) as unknown, isCutOff: false });
});

test('a long file is judged in a time that grows with it', async () => {
	const rows = Array.from({ length: 100_000 }, (_, n) => `c${n % 5000}@example.com,${n}`);
	const before = process.cpuUsage();
	expect(await upload(CUSTOMERS, `email,city\n${rows.join('\n')}`)).toMatchObject({
		accepted: 100_000,
	});
	// Of the processor, so that a busy machine changes nothing.
	expect(process.cpuUsage(before).user / 1000).toBeLessThan(10_000);
});
