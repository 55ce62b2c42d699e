import {
	classifyFailure,
	classifyResponse,
	NotSentError,
} from '../../../../nodes/shared/delivery/outcome';
import { readApiMessage } from '../../../../nodes/shared/messages/answers';
import { describeFailure, type FailureFacts } from '../../../../nodes/shared/messages/failures';
import { casesOf } from '../../../support/table';

type Endpoint = FailureFacts['endpoint'];

const FACTS: FailureFacts = {
	endpoint: 'send',
	host: 'api.example.com',
	attempts: 1,
	mayHaveArrived: false,
	timeoutMs: 30_000,
	secrets: { apiKey: 'key-1', namespace: 'bluestore' },
};

const response = (statusCode: number, body: unknown = {}, headers: Record<string, unknown> = {}) =>
	classifyResponse({ statusCode, body, headers });

const answered = (endpoint: Endpoint, statusCode: number, body?: unknown, attempts = 1) =>
	describeFailure(response(statusCode, body), { ...FACTS, endpoint, attempts });

const broken = (endpoint: Endpoint, code: string, attempts = 1) =>
	describeFailure(classifyFailure({ code }), { ...FACTS, endpoint, attempts });

/** Words that n8n's guidelines keep out of messages. */
const UNWANTED = /\b(errors?|problems?|failures?|mistakes?)\b/i;

test.each(
	casesOf<[Endpoint, status: number, body: unknown, message: string, ...fix: string[]]>(`
		event  | 400 | {"message": "no distinct_id"} | Bluecore refused the event: no distinct_id | Validate Only
		event  | 401 | {} | did not accept the Namespace (401) | Check Namespace in the Bluecore credential
		event  | 403 | {} | did not accept the Namespace (403) | Check Namespace
		send   | 401 | {"message": "Not authenticated."} | did not accept the API Key for this Namespace (401) | wrong, was revoked | answered 401: "Not authenticated
		status | 403 | {} | did not accept the API Key for this Namespace (403) | API Key
		send   | 404 | {"message": "Could not find campaign with id: 7 for bluestore."} | campaign does not exist in this namespace | Copy Campaign ID | id: 7 for ***
		status | 404 | {} | conversation does not exist in this namespace | conversation_id that Send returned
		send   | 404 | {"message": "Could not find campaign: Cannot get enough"} | campaign does not exist in this namespace
		event  | 404 | {} | URL is not the address of Bluecore's API: api.example.com answered 404 | Check the URL
		send   | 404 | {"message": "There is no POST /send/v1/bluestore here."} | URL is not the address of Bluecore's API: api.example.com answered 404
		status | 404 | {"message": "There is no POST /send/v1/bluestore here."} | URL is not the address of Bluecore's API: api.example.com answered 404
		send   | 301 | "" | api.example.com answered 301 | Redirects are not followed
		send   | 405 | "" | api.example.com answered 405 | Check the URL
		send   | 406 | {"message": "Requested media type is not supported."} | media type | defect of this node
		send   | 418 | {} | refused the email: status 418 | Validate Only
		status | 418 | {} | refused the status request: status 418 | conversation_id that Send returned
		send   | 422 | "" | something is missing in it | The status was 422
		send   | 422 | {"message": "The request is missing the attribute 'first_name' in the body."} | refused the email: | 'first_name' | Template Attributes
		send   | 422 | {"message": "Customer attributes are not accepted for transactional campaigns."} | refused the email: | Leave Customer Attributes empty
		send   | 422 | {"message": "Template attribute size exceeds the maximum allowed (819,200 bytes)."} | refused the email: | Pass less in Template Attributes
		event  | 429 | {} | too many requests and did not accept the event | Run it again later. | Requests per Second
		send   | 500 | {"message": "Unhandled exception.", "request_id": "r-9"} | could not process the email: Unhandled exception. | support@bluecore.com and quote the request ID r-9.
		send   | 500 | {"request_id": "for bluestore with key-1"} | could not process the email: status 500 | quote the request ID for *** with ***.
		send   | 503 | {} | status 503 | Try again later
		status | 504 | {"error": {"message": "Gateway timeout."}} | could not process the status request: Gateway timeout | support@
		event  | 413 | "" | api.example.com does not accept so much data at once | proxy or gateway
		event  | 407 | "" | The proxy that n8n uses wants a user name and password before it connects to api.example.com (407), so the event was not accepted | HTTPS_PROXY
		send   | 502 | "" | The proxy or gateway between n8n and api.example.com answered 502, so the email was not accepted | Ask whoever runs the network of n8n
		send   | 502 | {} | could not process the email: status 502 | support@
		send   | 401 | <html>sign in</html> | URL is not the address of Bluecore's API: The server answered 401 with a web page | sign-in page
		event  | 403 | <html>blocked</html> | URL is not the address of Bluecore's API: The server answered 403 with a web page | proxy
		change | 404 | <html>none</html> | URL is not the address of Bluecore's API: The server answered 404 with a web page | Check the URL
		send   | 500 | <html>down</html> | could not process the email: status 500 | support@
	`),
)(
	'%s, status %d with %j: what happened and what to do',
	(endpoint, status, body, message, ...fix) => {
		const failure = answered(endpoint, status, body);
		expect(failure.message).toContain(message);
		for (const part of fix) expect(`${failure.message}\n${failure.fix}`).toContain(part);
		expect(failure.httpCode).toBe(String(status));
		expect(failure.message.replace(/Unhandled exception/, '')).not.toMatch(UNWANTED);
		expect(JSON.stringify(failure)).not.toMatch(/bluestore|key-1/);
		expect(failure.fix.includes('Redirects')).toBe(status === 301);
	},
);

test('many values that a template misses are named together', () => {
	const missing = Array.from(
		{ length: 20 },
		(_, index) => `The request is missing the attribute 'variable_${index}' in the body.`,
	);
	const { message, fix } = answered('send', 422, { message: missing.join(' ') });
	expect(message).toMatch(
		/^Bluecore refused the email: the template needs 20 values that it was not given: variable_0, .*, variable_19$/,
	);
	expect(fix).toMatch(/Template Attributes.*Bluecore answered 422: "The request is missing/);
});

test("the API's own message and request ID are kept, and the ID is named once", () => {
	const body = { message: 'Function execution timed out.', request_id: 12 };
	expect(answered('send', 500, body)).toMatchObject({
		apiMessage: 'Function execution timed out.',
		requestId: '12',
		fix: 'Try again later. If this continues, write to support@bluecore.com and quote the request ID 12. Bluecore answered 500: "Function execution timed out."',
	});
	for (const endpoint of ['send', 'event', 'change'] as const) {
		for (const status of [400, 422, 500, 503]) {
			const { fix } = answered(endpoint, status, { message: 'No.', request_id: 'r-17' });
			expect(fix.split('r-17')).toHaveLength(2);
		}
	}
});

test('a wait that is too long is said, and when to run the item again', () => {
	jest.useFakeTimers({ now: Date.parse('2026-03-01T14:00:30Z') });
	const fixes = [429, 503].flatMap((status) =>
		['3600', '600'].map(
			(wait) => describeFailure(response(status, {}, { 'retry-after': wait }), FACTS).fix,
		),
	);
	jest.useRealTimers();
	const said = [
		'Bluecore asks to wait 60 minutes, and this node waits for 10 at most',
		'15:01 UTC.',
	];
	expect(fixes.map((fix) => said.map((part) => fix.includes(part)))).toEqual([
		...[429, 503].flatMap(() => [
			[true, true],
			[false, false],
		]),
	]);
});

describe('while nothing is sent to an account', () => {
	const NO_TOKEN = { message: 'auth.example.com gave no access token', fix: 'Try again later.' };
	const limited = response(429, { message: 'Slow down.' });
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
		['api.example.com refused the connection', classifyFailure({ code: 'ECONNREFUSED' })],
		['the host api.example.com was not found', classifyFailure({ code: 'ENOTFOUND' })],
		['api.example.com did not answer within 30 seconds', classifyFailure({ code: 'ETIMEDOUT' })],
		[
			'no connection to api.example.com could be made (EMFILE)',
			classifyFailure({ code: 'EMFILE' }),
		],
		['a server on the way to api.example.com answered 522 in its place', response(522)],
		['Bluecore answers 503', response(503)],
		['Bluecore answers 505', response(505)],
		['it has used up the requests that Bluecore takes in that time', response(200)],
		['it has used up the requests that Bluecore takes in that time', response(404)],
		['auth.example.com gave no access token', classifyFailure(new NotSentError(NO_TOKEN, true))],
	])('a message says the reason: %s', (reason, cause) => {
		const { message, fix } = circuit('2026-03-01T14:05:00Z', cause);
		expect(message).toContain(`because ${reason};`);
		expect(message).not.toMatch(UNWANTED);
		expect(fix).toMatch(/^Run the item again after that time\.(?!.*(?:200|404))/);
	});
});

test('a time-out of one second is one second', () => {
	const late = classifyFailure({ code: 'ECONNABORTED' });
	const { message } = describeFailure(late, { ...FACTS, timeoutMs: 1000 });
	expect(message).toMatch(/^api\.example\.com did not answer within 1 second, so/);
});

test('tries are counted in the message', () => {
	expect(answered('event', 503, {}, 4).message).toContain('(tried 4 times)');
	expect(answered('event', 429, {}, 4).message).toContain('(tried 4 times)');
});

test.each([301, 404, 405])('a wrong address is named by its field: %d', (statusCode) => {
	const answer = { statusCode, body: '', headers: {}, urlLabel: 'Sandbox URL' };
	const { message, fix } = describeFailure(classifyResponse(answer), {
		...FACTS,
		endpoint: 'event',
	});
	expect(message).toMatch(/^The Sandbox URL is not the address of Bluecore's API/);
	expect(fix).toMatch(/^Check the Sandbox URL in the Bluecore credential/);
});

test('a status that only other servers give is said to be an answer in the place of Bluecore', () => {
	const { message, fix, httpCode } = answered('send', 524);
	expect(httpCode).toBe('524');
	expect(message).toBe(
		'A server on the way to api.example.com answered 524 in its place, so it is unknown whether the email arrived',
	);
	expect(fix).toContain('may have been sent');
});

const LATE = 'api.example.com did not answer within 30 seconds, so it is unknown whether';
const CLOSED =
	'The connection to api.example.com was closed before the answer was complete (ECONNRESET), so it is unknown whether';
const BROKE = 'The connection to api.example.com broke';
const BY_HTTPS = 'as it does if only one side uses https, so it is unknown whether';
const CERTIFICATE = 'The certificate of api.example.com was not accepted (CERT_HAS_EXPIRED)';
test.each(
	casesOf<[Endpoint, code: string, message: string, fix: string]>(`
		send   | ENOTFOUND    | The host api.example.com was not found, so the email was not sent           | look up names (DNS).
		send   | EAI_AGAIN    | The host api.example.com could not be looked up, so the email was not sent  | has a network connection
		send   | ECONNREFUSED | api.example.com refused the connection, so the email was not sent           | URL
		send   | EMFILE       | No connection to api.example.com could be made (EMFILE), so the email was not sent | n8n
		send   | CERT_HAS_EXPIRED | ${CERTIFICATE}, so the email was not sent                               | certificate
		event  | ECONNABORTED | ${LATE} the event arrived           | Run the item again
		send   | ECONNABORTED | ${LATE} the email arrived           | may have been sent. Before you send it again, look
		send   | ECONNRESET   | ${CLOSED} the email arrived         | may have been sent
		send   | EPROTO       | ${BROKE} (EPROTO), ${BY_HTTPS} the email arrived | may have been sent
		event  | ERR_SSL_WRONG_VERSION_NUMBER | ${BROKE} (ERR_SSL_WRONG_VERSION_NUMBER), ${BY_HTTPS} the event arrived | Run the item again
		send   | HPE_HEADER_OVERFLOW | ${CLOSED.replace('ECONNRESET', 'HPE_HEADER_OVERFLOW')} the email arrived | may have been sent
		event  | HPE_INVALID_CONSTANT | ${BROKE} (HPE_INVALID_CONSTANT), ${BY_HTTPS} the event arrived | Run the item again
		status | ECONNRESET   | ${CLOSED} the status request arrived | changes nothing
		send   | ERR_CANCELED | The execution was canceled          | .
	`),
)('%s without an answer (%s): %s', (endpoint, code, message, fix) => {
	expect(broken(endpoint, code)).toMatchObject({
		...{ message, fix: expect.stringContaining(fix), httpCode: null },
	});
	const tried = message.endsWith('not sent') ? `${message} (tried 3 times)` : message;
	expect(broken(endpoint, code, 3).message).toBe(tried);
});

test.each([
	...['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CRL_HAS_EXPIRED'],
	...['INVALID_CA', 'INVALID_PURPOSE', 'HOSTNAME_MISMATCH', 'PATH_LENGTH_EXCEEDED'],
])('%s is said to be about the certificate', (code) =>
	expect(broken('send', code).message).toBe(
		`The certificate of api.example.com was not accepted (${code}), so the email was not sent`,
	),
);

test.each([
	[true, true, ''],
	[false, false, ''],
	[
		false,
		true,
		' An earlier attempt got no answer from Bluecore, so the email may have arrived anyway.',
	],
])(
	'an answer that is not of the API (may have arrived: %p, with earlier tries: %p) says what is wrong with it',
	(mayHaveArrived, isUnknown, more) => {
		const page = { statusCode: 200, headers: {}, body: '<html></html>' };
		const problem = { message: 'That is not Bluecore', fix: 'Check the URL.', mayHaveArrived };
		const facts = { ...FACTS, mayHaveArrived: isUnknown };
		expect(describeFailure({ kind: 'invalid', response: page, problem }, facts)).toEqual({
			...{ httpCode: null, message: 'That is not Bluecore', fix: `Check the URL.${more}` },
		});
	},
);

test.each([
	['That is odd', ' The answer was 200: "Paused for ***"'],
	['That is odd: Paused for ***', ''],
])('what an answer of 2xx says stands in the message or in the advice: %s', (message, more) => {
	const answer = { statusCode: 200, headers: {}, body: { error: 'Paused for bluestore' } };
	const problem = { message, fix: 'Check it.', mayHaveArrived: true };
	expect(describeFailure({ kind: 'invalid', response: answer, problem }, FACTS)).toEqual({
		...{ httpCode: null, message, fix: `Check it.${more}`, apiMessage: 'Paused for ***' },
	});
});

test('a request that must not be repeated has an advice of its own when it is unknown whether it arrived', () => {
	const fixOf = (attempts: number) =>
		describeFailure(classifyFailure({ code: 'ECONNRESET' }), {
			...{ ...FACTS, endpoint: 'change', unknownFix: 'Ask first.', attempts },
		}).fix;
	expect([1, 3].map(fixOf)).toEqual(['Ask first.', 'Ask first (tried 3 times).']);
});

test.each(
	casesOf<[body: unknown, read: object]>(`
		plain text                             | {"apiMessage": "plain text"}
		<html><body>Bad Gateway</body></html>  | {}
		upstream said <b>no</b>                | {}
		""                                     | {}
		null                                   | {}
		{"message": "<!DOCTYPE html>", "request_id": "r"}      | {"requestId": "r"}
		{"error": {"message": "m", "request_id": "r"}}         | {"apiMessage": "m", "requestId": "r"}
		{"detail": "d", "requestId": "r"}                      | {"apiMessage": "d", "requestId": "r"}
		{"error": "e"}                                         | {"apiMessage": "e"}
		{"code": 3}                                            | {}
		{"code": 3, "message": "Bad.", "details": [null, 5]}   | {"apiMessage": "Bad."}
		{"message": "m", "errors": ["m", {"message": "n"}, 5]} | {"apiMessage": "m n"}
		{"message": "Bad.", "details": [{"field_violations": [{"field": "zip", "description": "too long"}]}]} | {"apiMessage": "Bad. zip: too long"}
	`),
)('of the body %j the message is %j', (body, read) => expect(readApiMessage(body)).toEqual(read));

test('a long message is cut', () => {
	expect(answered('send', 422, { message: 'x'.repeat(5000) }).apiMessage).toHaveLength(500);
});

test.each<[status: number, headers: Record<string, unknown>, body: unknown, is: boolean]>([
	[504, { via: '1.1 proxy' }, '<html>denied</html>', true],
	[403, { 'x-squid-error': 'ERR_ACCESS_DENIED 0' }, '<html>denied</html>', true],
	[503, { 'proxy-agent': 'x' }, '', true],
	[502, { date: 'Mon, 01 Jan 2024 00:00:00 GMT' }, '', false],
	[503, {}, '', false],
	[403, { via: '1.1 google' }, { message: 'no' }, false],
])('%d with %j %j is the answer of a proxy: %s', (status, headers, body, is) => {
	const facts = { ...FACTS, endpoint: 'event' as const };
	const { message, fix } = describeFailure(response(status, body, headers), facts);
	expect(message.startsWith('The proxy or gateway')).toBe(is);
	expect(/Bluecore (refused|could|did)|support@/.test(`${message} ${fix}`)).toBe(!is);
});

test('a proxy that ends the connection before it has made one is named', () => {
	const thrown = { message: 'Proxy connection ended before receiving CONNECT response' };
	expect(describeFailure(classifyFailure(thrown), { ...FACTS, endpoint: 'event' })).toMatchObject({
		message:
			'The proxy that n8n uses did not connect to api.example.com, so the event was not sent',
	});
});
