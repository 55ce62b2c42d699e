import { getStatus } from '../../../nodes/BluecoreEmail/getStatus';
import { sendEmail } from '../../../nodes/BluecoreEmail/sendEmail';
import { answer } from '../../support/developerOperations';
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
	['application/json', { status: 7 }, "Bluecore's answer has no status"],
	['application/json', '<html></html>', `${OTHER} with a web page`],
	['text/plain', 'OK', OTHER],
	[undefined, '', OTHER],
])('an answer of %s with %j has a status, or not: %s', (type, body, ...[message]) => {
	const named = { url: 'https://api.example.com/email', urlLabel: 'Email URL' };
	const response = { ...answer(200, body, { 'content-type': type }), ...named };
	const problem = getStatus.create(api).validateResponse?.(response);
	expect(problem && [problem.message, problem.mayHaveArrived]).toEqual(message && [message, false]);
});
