import { classifyFailure, classifyResponse } from '../../../../nodes/shared/delivery/outcome';
import { readApiMessage } from '../../../../nodes/shared/messages/answers';
import { describeFailure, type FailureFacts } from '../../../../nodes/shared/messages/failures';

type Endpoint = FailureFacts['endpoint'];

const FACTS: FailureFacts = {
	endpoint: 'send',
	host: 'api.example.com',
	attempts: 1,
	mayHaveArrived: false,
	timeoutMs: 30_000,
	secrets: { apiKey: 'key-1', namespace: 'bluestore' },
};

const answered = (endpoint: Endpoint, statusCode: number, body: unknown = {}, attempts = 1) =>
	describeFailure(classifyResponse({ statusCode, body, headers: {} }), {
		...FACTS,
		endpoint,
		attempts,
	});

const broken = (endpoint: Endpoint, code: string, attempts = 1) =>
	describeFailure(classifyFailure({ code }), { ...FACTS, endpoint, attempts });

/** Words that n8n's guidelines keep out of messages. */
const UNWANTED = /\b(errors?|problems?|failures?|mistakes?)\b/i;

const TABLE: Array<[Endpoint, number, unknown, RegExp, RegExp]> = [
	[
		'event',
		400,
		{ message: 'no distinct_id' },
		/refused the event: no distinct_id/,
		/Validate Only/,
	],
	[
		'event',
		401,
		{},
		/did not accept the Namespace \(401\)/,
		/Check Namespace in the Bluecore credential/,
	],
	['event', 403, {}, /did not accept the Namespace \(403\)/, /Check Namespace/],
	[
		'send',
		401,
		{ message: 'Not authenticated or authorized.' },
		/did not accept the API Key for this Namespace \(401\)/,
		/wrong, was revoked.*answered 401: "Not authenticated/s,
	],
	['status', 403, {}, /did not accept the API Key for this Namespace \(403\)/, /API Key/],
	[
		'send',
		404,
		{ message: 'Could not find campaign with id: 7 for bluestore.' },
		/campaign does not exist in this namespace/,
		/Copy Campaign ID.*id: 7 for \*\*\*/s,
	],
	['status', 404, {}, /conversation does not exist/, /conversation_id that Send returned/],
	[
		'event',
		404,
		{},
		/URL is not the address of Bluecore's API: api\.example\.com answered 404/,
		/Check the URL/,
	],
	['send', 301, '', /api\.example\.com answered 301/, /Redirects are not followed/],
	['send', 405, '', /api\.example\.com answered 405/, /Check the URL/],
	[
		'send',
		406,
		{ message: 'Requested media type is not supported.' },
		/media type/,
		/defect of this node/,
	],
	[
		'send',
		422,
		{ message: "The request is missing the attribute 'first_name' in the body." },
		/refused the email: .*'first_name'/,
		/Template Attributes/,
	],
	[
		'send',
		422,
		{
			message: Array.from(
				{ length: 20 },
				(_, index) => `The request is missing the attribute 'variable_${index}' in the body.`,
			).join(' '),
		},
		/^Bluecore refused the email: the template needs 20 values that it was not given: variable_0, .*, variable_19$/,
		/Template Attributes.*Bluecore answered 422: "The request is missing/,
	],
	['send', 422, '', /something is missing in it/, /The status was 422/],
	[
		'event',
		429,
		{},
		/too many requests and did not accept the event/,
		/^Run it again later\..*Requests per Second/,
	],
	[
		'send',
		500,
		{ message: 'Unhandled exception.', request_id: 'r-9' },
		/could not process the email: Unhandled exception\./,
		/support@bluecore\.com and quote the request ID r-9/,
	],
	['send', 503, {}, /status 503/, /Try again later/],
	[
		'status',
		504,
		{ error: { message: 'Gateway timeout.' } },
		/could not process the status request: Gateway timeout/,
		/support@/,
	],
	['send', 418, {}, /refused the email: status 418/, /Validate Only/],
	['event', 413, '', /api\.example\.com does not accept so much data at once/, /proxy or gateway/],
	[
		'event',
		407,
		'',
		/^The proxy that n8n uses wants a user name and password before it connects to api\.example\.com \(407\), so the event was not accepted/,
		/HTTPS_PROXY/,
	],
	[
		'send',
		502,
		'',
		/^The proxy or gateway between n8n and api\.example\.com answered 502, so the email was not accepted/,
		/^Ask whoever runs the network of n8n/,
	],
	['send', 502, {}, /could not process the email: status 502/, /support@/],
];

test.each(TABLE)(
	'%s, status %d: what happened and what to do',
	(endpoint, status, body, message, fix) => {
		const failure = answered(endpoint, status, body);
		expect(failure.message).toMatch(message);
		expect(failure.fix).toMatch(fix);
		expect(failure.httpCode).toBe(String(status));
		expect(failure.message.replace(/Unhandled exception/, '')).not.toMatch(UNWANTED);
		expect(JSON.stringify(failure)).not.toMatch(/bluestore|key-1/);
	},
);

test("the API's own message and request ID are kept", () => {
	expect(
		answered('send', 500, { message: 'Function execution timed out.', request_id: 12 }),
	).toMatchObject({
		apiMessage: 'Function execution timed out.',
		requestId: '12',
		fix: 'Try again later. If this continues, write to support@bluecore.com and quote the request ID 12. Bluecore answered 500: "Function execution timed out."',
	});
});

test('customer attributes that are not wanted are to be left out, not added', () => {
	const message = 'Customer attributes are not accepted for transactional campaigns.';
	expect(answered('send', 422, { message }).fix).toMatch(/^Leave Customer Attributes empty/);
});

test('a template that is too large is to be made smaller', () => {
	const message = 'Template attribute size exceeds the maximum allowed (819,200 bytes).';
	expect(answered('send', 422, { message }).fix).toMatch(/^Pass less in Template Attributes/);
});

test('a request ID that holds a secret is cleaned', () => {
	expect(
		JSON.stringify(answered('send', 500, { request_id: 'for bluestore with key-1' })),
	).not.toMatch(/bluestore|key-1/);
});

test('a wait that is too long is said', () => {
	const wait = (seconds: string) =>
		describeFailure(
			classifyResponse({ statusCode: 429, body: {}, headers: { 'retry-after': seconds } }),
			FACTS,
		).fix;
	expect(wait('3600')).toContain(
		'Bluecore asks to wait 60 minutes, and this node waits for 10 at most',
	);
	expect(wait('600')).not.toContain('asks to wait');
});

test('a wait that is too long says when to run the item again', () => {
	jest.useFakeTimers({ now: Date.parse('2026-03-01T14:00:30Z') });
	const headers = { 'retry-after': '3600' };
	const { fix } = describeFailure(classifyResponse({ statusCode: 503, body: {}, headers }), FACTS);
	jest.useRealTimers();
	expect(fix).toContain('Run the item again after 15:01 UTC.');
});

describe('while nothing is sent to an account', () => {
	const limited = classifyResponse({
		statusCode: 429,
		body: { message: 'Slow down.' },
		headers: {},
	});
	const circuit = (until: string, cause = limited, facts: Partial<FailureFacts> = {}) =>
		describeFailure(
			{ kind: 'circuitOpen', until: Date.parse(until), cause },
			{ ...FACTS, ...facts },
		);

	beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-03-01T14:00:00Z') }));
	afterEach(() => jest.useRealTimers());

	test('a message says until when, and why', () => {
		expect(circuit('2026-03-01T14:04:10Z', limited, { attempts: 0 })).toMatchObject({
			message:
				'Nothing is sent to this account until 14:05 UTC, because Bluecore is receiving too many requests; the email was not sent',
			fix: expect.stringMatching(
				/^Run the item again after that time\. If this happens often, .* Bluecore answered 429: "Slow down\."$/,
			),
			httpCode: '429',
			apiMessage: 'Slow down.',
		});
		expect(circuit('2026-03-02T14:00:00Z').message).toContain('until 2026-03-02 14:00 UTC');
	});

	test('a message says what was tried before, and what may have arrived', () => {
		expect(circuit('2026-03-01T14:05:00Z', limited, { attempts: 3 }).message).toMatch(
			/; the email was not sent \(tried 3 times\)$/,
		);
		const unknown = circuit('2026-03-01T14:05:00Z', limited, { mayHaveArrived: true });
		expect(unknown.message).toMatch(/; it is unknown whether the email arrived$/);
		expect(unknown.fix).toMatch(/^The email may have been sent\. Before you send it again/);
		expect(unknown.fix).not.toContain('Run the item again');
	});

	test.each([
		[classifyFailure({ code: 'ECONNREFUSED' }), 'because api.example.com refused the connection;'],
		[
			classifyFailure({ code: 'ETIMEDOUT' }),
			'because api.example.com did not answer within 30 seconds;',
		],
		[classifyResponse({ statusCode: 503, body: {}, headers: {} }), 'because Bluecore answers 503;'],
	])('%j is the reason', (cause, reason) => {
		const { message, fix } = circuit('2026-03-01T14:05:00Z', cause);
		expect(message).toContain(reason);
		expect(message).not.toMatch(UNWANTED);
		expect(fix).toMatch(/^Run the item again after that time\./);
	});
});

test.each<Endpoint>(['send', 'status'])(
	'an address that a server does not know is not taken for a campaign or conversation (%s)',
	(endpoint) => {
		const unknown = answered(endpoint, 404, {
			message: 'There is no POST /send/v1/bluestore here.',
		});
		expect(unknown.message).toBe(
			"The URL is not the address of Bluecore's API: api.example.com answered 404",
		);
		const known = answered(endpoint, 404, { message: 'Could not find campaign with id: 1' });
		expect(known.message).toMatch(/does not exist in this namespace$/);
	},
);

test('tries are counted in the message', () => {
	expect(answered('event', 503, {}, 4).message).toContain('(tried 4 times)');
	expect(answered('event', 429, {}, 4).message).toContain('(tried 4 times)');
});

test.each([
	['ENOTFOUND', 'The host api.example.com was not found'],
	['EAI_AGAIN', 'The host api.example.com could not be looked up'],
	['ECONNREFUSED', 'api.example.com refused the connection'],
	['EMFILE', 'No connection to api.example.com could be made (EMFILE)'],
	[
		'SELF_SIGNED_CERT_IN_CHAIN',
		'The certificate of api.example.com was not accepted (SELF_SIGNED_CERT_IN_CHAIN)',
	],
])('%s names the host and says that nothing was sent', (code, message) => {
	const failure = broken('send', code, 3);
	expect(failure.message).toBe(`${message}, so the email was not sent (tried 3 times)`);
	expect(failure.fix).toMatch(/\.$/);
	expect(failure.httpCode).toBeNull();
});

test.each([
	[true, true, 'Check the URL.'],
	[false, false, 'Check the URL.'],
	[
		false,
		true,
		'Check the URL. An earlier attempt got no answer, so the email may have arrived anyway.',
	],
])(
	'an answer that is not of the API (may have arrived: %p, with earlier tries: %p) says what is wrong with it',
	(mayHaveArrived, isUnknown, fix) => {
		const response = { statusCode: 200, headers: {}, body: '<html></html>' };
		const problem = { message: 'That is not Bluecore', fix: 'Check the URL.', mayHaveArrived };
		expect(
			describeFailure(
				{ kind: 'invalid', response, problem },
				{ ...FACTS, mayHaveArrived: isUnknown },
			),
		).toEqual({ httpCode: null, message: 'That is not Bluecore', fix });
	},
);

test.each<[Endpoint, string, string, RegExp]>([
	[
		'event',
		'ECONNABORTED',
		'api.example.com did not answer within 30 seconds, so it is unknown whether the event arrived',
		/Run the item again/,
	],
	[
		'send',
		'ECONNABORTED',
		'api.example.com did not answer within 30 seconds, so it is unknown whether the email arrived',
		/may have been sent.*Before you send it again, look for it/,
	],
	[
		'send',
		'ECONNRESET',
		'The connection to api.example.com was closed before the answer was complete (ECONNRESET), so it is unknown whether the email arrived',
		/may have been sent/,
	],
	[
		'status',
		'ECONNRESET',
		'The connection to api.example.com was closed before the answer was complete (ECONNRESET), so it is unknown whether the status request arrived',
		/changes nothing/,
	],
])(
	'%s without an answer (%s) says what is unknown and how to find out',
	(endpoint, code, message, fix) => {
		const failure = broken(endpoint, code);
		expect(failure.message).toBe(message);
		expect(failure.fix).toMatch(fix);
	},
);

test('a cancelled request says so', () => {
	expect(broken('send', 'ERR_CANCELED')).toMatchObject({ message: 'The execution was canceled' });
});

test.each([
	['plain text', { apiMessage: 'plain text' }],
	['<html><body>Bad Gateway</body></html>', {}],
	['upstream said <b>no</b>', {}],
	[{ message: '<!DOCTYPE html>', request_id: 'r' }, { requestId: 'r' }],
	[{ error: { message: 'm', request_id: 'r' } }, { apiMessage: 'm', requestId: 'r' }],
	['', {}],
	[null, {}],
	[{ error: 'e' }, { apiMessage: 'e' }],
	[
		{
			message: 'Bad.',
			details: [{ field_violations: [{ field: 'zip', description: 'too long' }] }],
		},
		{ apiMessage: 'Bad. zip: too long' },
	],
	[{ code: 3, message: 'Bad.', details: [null, 5] }, { apiMessage: 'Bad.' }],
	[{ code: 3 }, {}],
	[{ message: 'm', errors: ['m', { message: 'n' }, 5] }, { apiMessage: 'm n' }],
	[
		{ detail: 'd', requestId: 'r' },
		{ apiMessage: 'd', requestId: 'r' },
	],
])('of the body %j the message is %j', (body, expected) =>
	expect(readApiMessage(body)).toEqual(expected),
);

test('a long message is cut', () => {
	expect(answered('send', 422, { message: 'x'.repeat(5000) }).apiMessage).toHaveLength(500);
});

test.each([
	['event', 504, { via: '1.1 proxy' }, '<html>denied</html>', true],
	['event', 403, { 'x-squid-error': 'ERR_ACCESS_DENIED 0' }, '<html>denied</html>', true],
	['event', 503, { 'proxy-agent': 'x' }, '', true],
	['event', 502, { date: 'Mon, 01 Jan 2024 00:00:00 GMT' }, '', false],
	['event', 503, {}, '', false],
	['event', 403, { via: '1.1 google' }, { message: 'no' }, false],
] as const)(
	'%s, %d with %j %j is the answer of a proxy: %s',
	(endpoint, statusCode, headers, body, is) => {
		const { message, fix } = describeFailure(classifyResponse({ statusCode, body, headers }), {
			...FACTS,
			endpoint,
		});
		expect(message.startsWith('The proxy or gateway')).toBe(is);
		expect(/Bluecore (refused|could|did)|support@/.test(`${message} ${fix}`)).toBe(!is);
	},
);

test.each(['send', 'event', 'change'] as const)(
	'the request ID of %s is named once',
	(endpoint) => {
		for (const status of [400, 422, 500, 503]) {
			const { fix } = answered(endpoint, status, { message: 'No.', request_id: 'r-17' });
			expect(fix.split('r-17')).toHaveLength(2);
		}
	},
);

test('a 404 or 405 has no advice about redirects', () => {
	expect(answered('event', 405, '').fix).not.toContain('Redirects');
	expect(answered('event', 404, '').fix).not.toContain('Redirects');
	expect(answered('event', 301, '').fix).toContain('Redirects');
});

test('a proxy that ends the connection before it has made one is named', () => {
	const thrown = { message: 'Proxy connection ended before receiving CONNECT response' };
	expect(describeFailure(classifyFailure(thrown), { ...FACTS, endpoint: 'event' })).toMatchObject({
		message:
			'The proxy that n8n uses did not connect to api.example.com, so the event was not sent',
	});
});
