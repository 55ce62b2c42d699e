import { getStatus } from '../../../nodes/BluecoreEmail/getStatus';
import { sendEmail } from '../../../nodes/BluecoreEmail/sendEmail';
import { answer, requestsIn } from '../../support/developerOperations';
import { check, itemOf } from '../../support/items';

const api = async () => await Promise.reject(new Error('Nothing is sent here'));

test('a field of the input item that is undefined is no template attribute', () => {
	const given = { campaignId: '1', email: 'jane@example.com', templateAttributesInput: 'auto' };
	const json = { a: 1, b: undefined };
	const plan = () =>
		check((report) => [...sendEmail.create(api).plan(itemOf(given, report, { json }))]);
	expect(plan().problems).toEqual([]);
});

test('a template attribute that is a number with too many digits gets a warning, also as a text', () => {
	const assignments = [
		{ name: 'order', type: 'string', value: 12345678901234567000 },
		{ name: 'total', type: 'string', value: 12.5 },
	];
	const given = { campaignId: '1', email: 'jane@example.com', templateAttributes: { assignments } };
	const { warnings } = check((report) => [...sendEmail.create(api).plan(itemOf(given, report))]);
	expect(warnings).toEqual([
		'Numbers have too many digits, and some of them are lost: order. Pass them as text from where they are first read',
	]);
});

const OTHER = "The Email URL is not the address of Bluecore's API: api.example.com answered 200";
test.each<[type: string | undefined, body: unknown, message?: string]>([
	['application/json', { status: 'Delivered' }],
	['text/html', { status: 'Delivered' }],
	...[{}, [], 'x', { status: ' ' }, { status: 7 }].map((body): [string, unknown, string] => [
		...(['application/json', body, "Bluecore's answer has no status"] as const),
	]),
	['application/json', '<html></html>', `${OTHER} with a web page`],
	['text/plain', 'OK', OTHER],
	[undefined, '', OTHER],
])('an answer of %s with %j has a status, or not: %s', (type, body, ...[message]) => {
	const named = { url: 'https://api.example.com/email', urlLabel: 'Email URL' };
	const response = { ...answer(200, body, { 'content-type': type }), ...named };
	const problem = getStatus.create(api).validateResponse?.(response);
	expect(problem && [problem.message, problem.mayHaveArrived]).toEqual(message && [message, false]);
});

test.each([
	// A spreadsheet makes a number of it.
	[{ campaign_id: 34545238545, email: 'jane@example.com' }, true],
	[{ campaign_id: '', email: null }, false],
	[{ campaign_id: ['1'], email: { to: 'jane@example.com' } }, false],
])('the status of an item with %j names whom it is about: %s', (json, isNamed) => {
	const { value } = check((report) =>
		requestsIn(getStatus.create(api).plan(itemOf({ conversationId: '1' }, report, { json }))),
	);
	expect(value[0].summary).toEqual({ conversation_id: '1', ...(isNamed && json) });
});
