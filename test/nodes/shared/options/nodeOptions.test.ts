import { EVENTS_OPTIONS } from '../../../../nodes/BluecoreEvents/BluecoreEvents.node';
import { UNREADABLE } from '../../../../nodes/shared/values/field';
import { check, fieldOf } from '../../../support/items';

const run = (options: unknown) =>
	check((report) => EVENTS_OPTIONS.readRun(fieldOf(options, report)));
const item = (options: unknown) =>
	check((report) => EVENTS_OPTIONS.readItem(fieldOf(options, report)));

test('what is not given has its default, whatever the shape of nothing', () => {
	for (const options of [
		{},
		'',
		undefined,
		UNREADABLE,
		{ maxRetries: '', validateOnly: null, attributeNames: '' },
	]) {
		expect(run(options)).toMatchObject({
			value: {
				maxConcurrency: 0,
				maxRetries: 3,
				retryBaseSeconds: 1,
				retryMaxSeconds: 30,
				timeoutSeconds: 30,
			},
			problems: [],
		});
		expect(item(options)).toMatchObject({
			value: { attributeNames: 'fix', includePayload: false, validateOnly: false },
			problems: [],
		});
	}
});

test('given values are taken, texts from expressions and fractions of seconds too', () => {
	expect(
		run({
			maxConcurrency: '5',
			retryBaseSeconds: 0.25,
			pollSeconds: 0.1,
			maxWaitMinutes: 1,
			waitUntilFinal: 'true',
		}).value,
	).toMatchObject({
		maxConcurrency: 5,
		retryBaseSeconds: 0.25,
		pollSeconds: 0.1,
		maxWaitMinutes: 1,
		waitUntilFinal: true,
	});
	expect(item({ attributeNames: 'reject', useDraft: true }).value).toMatchObject({
		attributeNames: 'reject',
		useDraft: true,
	});
});

test.each([
	[
		{ maxConcurrency: -1 },
		'The option Max Concurrency must be a whole number from 0 to 1000, but is "-1"',
	],
	[
		{ maxConcurrency: 1.5 },
		'The option Max Concurrency must be a whole number from 0 to 1000, but is "1.5"',
	],
	[
		{ requestsPerSecond: -1 },
		'The option Requests per Second must be a number from 0 to 100000, but is "-1"',
	],
	[
		{ timeoutSeconds: 'soon' },
		'The option Timeout (Seconds) must be a number from 0.01 to 3600, but is "soon"',
	],
	[
		{ retryUnknownOutcome: 'maybe' },
		'The option Retry on Unknown Outcome must be true or false, but is "maybe"',
	],
])('%j is refused', (options, message) => expect(run(options).problems).toEqual([message]));

test.each([
	['attributeNames', 'The option Attribute Names must be one of fix, reject, but is '],
	['ifAlreadySent', 'The option If Already Sent must be one of fail, return, but is '],
	['ifNotFound', 'The option If Not Found must be one of fail, return, but is '],
	['nestedTraits', 'The option Nested Traits must be one of leaveOut, send, but is '],
])('%s must be one of its choices, also if it is an expression', (name, problem) => {
	expect(item({ [name]: 'drop' }).problems).toEqual([`${problem}"drop"`]);
	const { problems } = check((report) =>
		EVENTS_OPTIONS.readItem({
			...fieldOf({ [name]: undefined }, report),
			entered: { [name]: '={{ $json.none }}' },
		}),
	);
	expect(problems).toEqual([`${problem}empty`]);
});

test.each([
	...['validateOnly', 'useDraft', 'sendEmptyValues', 'convertBooleans', 'includePayload'],
	...['attributeNames', 'traitsToSend', 'maxAgeHours', 'linkIdentity', 'nestedTraits'],
	...['ifAlreadySent', 'ifNotFound', 'orderAttributes', 'attributesToSend'],
	...['currency', 'moneyFrom', 'unpaidOrders'],
])(
	'an expression without a result is refused, because nothing means something else: %s',
	(name) => {
		for (const value of ['', ' ', null, undefined]) {
			const { problems } = check((report) =>
				EVENTS_OPTIONS.readItem({
					...fieldOf({ [name]: value }, report),
					entered: { [name]: '={{ $json.option }}' },
				}),
			);
			expect(problems).toHaveLength(1);
			expect(problems[0]).toMatch(/^The option .* (is an expression whose result is|but is) empty/);
		}
	},
);

test.each([
	...['maxConcurrency', 'requestsPerSecond', 'maxRetries', 'retryBaseSeconds', 'retryMaxSeconds'],
	...['retryUnknownOutcome', 'timeoutSeconds', 'waitUntilFinal', 'pollSeconds', 'maxWaitMinutes'],
])('the same of an option of the run: %s', (name) => {
	const { problems } = check((report) =>
		EVENTS_OPTIONS.readRun({
			...fieldOf({ [name]: '' }, report),
			entered: { [name]: '={{ $json.option }}' },
		}),
	);
	expect(problems).toEqual([
		expect.stringContaining('is an expression whose result is empty, so it would be'),
	]);
});
