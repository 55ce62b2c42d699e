import { EVENTS_OPTIONS } from '../../../../nodes/BluecoreEvents/BluecoreEvents.node';
import { UNREADABLE } from '../../../../nodes/shared/values/field';
import { check, fieldOf } from '../../../support/items';
import { casesOf } from '../../../support/table';

const run = (options: unknown) =>
	check((report) => EVENTS_OPTIONS.readRun(fieldOf(options, report)));
const item = (options: unknown) =>
	check((report) => EVENTS_OPTIONS.readItem(fieldOf(options, report)));

const RUN = {
	...{ maxConcurrency: 0, requestsPerSecond: 0, timeoutSeconds: 30, retryUnknownOutcome: true },
	...{ maxRetries: 3, retryBaseSeconds: 1, retryMaxSeconds: 30 },
	...{ waitUntilFinal: false, pollSeconds: 10, maxWaitMinutes: 5 },
};
const ITEM = {
	...{
		attributeNames: 'fix',
		convertBooleans: false,
		sendEmptyValues: false,
		attributesToSend: [],
	},
	...{ includePayload: false, validateOnly: false, useDraft: false },
	...{ ifAlreadySent: 'return', ifNotFound: 'fail', maxAgeHours: 24, linkIdentity: true },
	...{ nestedTraits: 'leaveOut', traitsToSend: [], orderAttributes: true },
	...{ currency: [], moneyFrom: 'shop', unpaidOrders: 'record' },
};
const good = (value: object) => ({ value, problems: [], fixes: [], warnings: [] });

const BLANKS = { maxRetries: '', validateOnly: null, attributeNames: '' };
test.each([[{}], [''], [undefined], [UNREADABLE], [BLANKS]])(
	'what is not given has its default, whatever the shape of nothing: %j',
	(options) => {
		expect(run(options)).toEqual(good(RUN));
		expect(item(options)).toEqual(good(ITEM));
	},
);

test('given values are taken, texts from expressions and fractions of seconds too', () => {
	const seconds = { retryBaseSeconds: 0.25, pollSeconds: 0.1, maxWaitMinutes: 1 };
	const given = { ...seconds, maxConcurrency: '5', waitUntilFinal: 'true' };
	const taken = { ...RUN, ...seconds, maxConcurrency: 5, waitUntilFinal: true };
	expect(run(given)).toEqual(good(taken));
	const choices = { attributeNames: 'reject', useDraft: true };
	expect(item({ ...choices, attributesToSend: 'a, b' })).toEqual(
		good({ ...ITEM, ...choices, attributesToSend: ['a', 'b'] }),
	);
});

test('each part of a run reads its own options, so that what is wrong is said once', () => {
	expect(item({ maxRetries: -1 })).toEqual(good(ITEM));
	expect(run({ maxAgeHours: -1 })).toEqual(good(RUN));
});

test.each([0, 1, 1000])('%d is a number from 0 to 1000', (maxConcurrency) => {
	expect(run({ maxConcurrency })).toEqual(good({ ...RUN, maxConcurrency }));
});

test.each(
	casesOf<[name: string, value: unknown, problem: string]>(`
		maxConcurrency      | -1    | Max Concurrency must be a whole number from 0 to 1000, but is "-1"
		maxConcurrency      | 1001  | Max Concurrency must be a whole number from 0 to 1000, but is "1001"
		maxConcurrency      | 1.5   | Max Concurrency must be a whole number from 0 to 1000, but is "1.5"
		requestsPerSecond   | -1    | Requests per Second must be a number from 0 to 100000, but is "-1"
		timeoutSeconds      | soon  | Timeout (Seconds) must be a number from 0.01 to 3600, but is "soon"
		retryUnknownOutcome | maybe | Retry on Unknown Outcome must be true or false, but is "maybe"
	`),
)('%s of %j is refused', (name, value, problem) =>
	expect(run({ [name]: value }).problems).toEqual([`The option ${problem}`]),
);

/** What is found in an option whose expression gave this. */
const checkMapped = (read: 'readItem' | 'readRun', name: string, value: unknown) =>
	check((report) =>
		EVENTS_OPTIONS[read]({
			...fieldOf({ [name]: value }, report),
			entered: { [name]: '={{ $json.option }}' },
		}),
	);
const problemsOf = (...given: Parameters<typeof checkMapped>) => checkMapped(...given).problems;

test('the advice for an option whose expression has no result names it within its sentence', () =>
	expect(checkMapped('readRun', 'maxRetries', '').fixes).toEqual([
		'Check what the option Max Retries is mapped to: the expression must have a result for every item. Otherwise clear the option Max Retries.',
	]));

test.each([
	['attributeNames', 'The option Attribute Names must be one of fix, reject, but is '],
	['ifAlreadySent', 'The option If Already Sent must be one of fail, return, but is '],
	['ifNotFound', 'The option If Not Found must be one of fail, return, but is '],
	['nestedTraits', 'The option Nested Traits must be one of leaveOut, send, but is '],
])('%s must be one of its choices, also if it is an expression', (name, problem) => {
	expect(item({ [name]: 'drop' }).problems).toEqual([`${problem}"drop"`]);
	expect(problemsOf('readItem', name, undefined)).toEqual([`${problem}empty`]);
});

test.each([
	...['validateOnly', 'useDraft', 'sendEmptyValues', 'convertBooleans', 'includePayload'],
	...['attributeNames', 'traitsToSend', 'maxAgeHours', 'linkIdentity', 'nestedTraits'],
	...['ifAlreadySent', 'ifNotFound', 'orderAttributes', 'attributesToSend'],
	...['currency', 'moneyFrom', 'unpaidOrders'],
	...['maxConcurrency', 'requestsPerSecond', 'maxRetries', 'retryBaseSeconds', 'retryMaxSeconds'],
	...['retryUnknownOutcome', 'timeoutSeconds', 'waitUntilFinal', 'pollSeconds', 'maxWaitMinutes'],
])('%s from an expression without a result is refused, as nothing means something else', (name) => {
	const read = Object.hasOwn(run({}).value, name) ? 'readRun' : 'readItem';
	for (const value of ['', ' ', null, undefined]) {
		expect(problemsOf(read, name, value)).toEqual([
			expect.stringMatching(/^The option .* (is an expression whose result is|but is) empty/),
		]);
	}
});
