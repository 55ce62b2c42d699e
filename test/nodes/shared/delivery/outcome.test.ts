import {
	classifyFailure,
	classifyResponse,
	serviceHealth,
	type Response,
} from '../../../../nodes/shared/delivery/outcome';

const response = (statusCode: number, body: unknown = {}, headers = {}): Response => ({
	statusCode,
	headers,
	body,
});

describe('the outcome of a try', () => {
	test.each([
		[199, 'refused'],
		[200, 'accepted'],
		[202, 'accepted'],
		[204, 'accepted'],
		[300, 'refused'],
		[301, 'refused'],
		[400, 'refused'],
		[401, 'refused'],
		[404, 'refused'],
		[408, 'refused'],
		[422, 'refused'],
		[429, 'temporary'],
		[500, 'temporary'],
		[501, 'refused'],
		[502, 'temporary'],
		[503, 'temporary'],
		[504, 'temporary'],
	])('of status %d is %s', (status, kind) =>
		expect(classifyResponse(response(status)).kind).toBe(kind),
	);

	const wrapped = (code: string, more: object = {}) =>
		Object.assign(new Error('n8n'), {
			cause: Object.assign(new Error('axios'), { code, ...more }),
		});

	test.each([
		['ENOTFOUND', { kind: 'notSent', retryable: true }],
		['EAI_AGAIN', { kind: 'notSent', retryable: true }],
		['ECONNREFUSED', { kind: 'notSent', retryable: true }],
		['EMFILE', { kind: 'notSent', retryable: true }],
		['DEPTH_ZERO_SELF_SIGNED_CERT', { kind: 'notSent', retryable: false }],
		['ERR_TLS_CERT_ALTNAME_INVALID', { kind: 'notSent', retryable: false }],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', { kind: 'notSent', retryable: false }],
		['ERR_INVALID_URL', { kind: 'notSent', retryable: false }],
		['ECONNRESET', { kind: 'unknown' }],
		['ECONNABORTED', { kind: 'unknown' }],
		['ETIMEDOUT', { kind: 'unknown' }],
		['EPIPE', { kind: 'unknown' }],
		['ERR_BAD_RESPONSE', { kind: 'unknown' }],
		['ERR_CANCELED', { kind: 'cancelled' }],
	])('of %s is known, wrapped by n8n or not', (code, outcome) => {
		expect(classifyFailure(wrapped(code))).toMatchObject(outcome);
		expect(classifyFailure({ code })).toMatchObject(outcome);
	});

	test.each(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EPROTO', 'ETIMEDOUT'])(
		'of %s is not sent only where it is that of connecting',
		(code) => {
			const notSent = { kind: 'notSent', code, retryable: true };
			const unknown = { kind: 'unknown', code };
			expect(classifyFailure(wrapped(code, { syscall: 'connect' }))).toEqual(notSent);
			expect(
				classifyFailure({ httpCode: code, messages: [`connect ${code} 192.0.2.1:443`] }),
			).toEqual(notSent);
			for (const syscall of ['read', 'write']) {
				expect(classifyFailure(wrapped(code, { syscall }))).toEqual(unknown);
				expect(classifyFailure({ httpCode: code, messages: [`${syscall} ${code}`] })).toEqual(
					unknown,
				);
			}
			expect(classifyFailure({ code })).toEqual(unknown);
		},
	);

	test.each(['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
		'of %s is unknown: TLS can end a connection in use',
		(code) => expect(classifyFailure(wrapped(code))).toEqual({ kind: 'unknown', code }),
	);

	test('of several addresses that were all tried is that of the last', () => {
		const last = { code: 'EHOSTUNREACH', syscall: 'connect' };
		expect(classifyFailure({ errors: [{ code: 'ETIMEDOUT' }, last] })).toMatchObject({
			kind: 'notSent',
			code: 'EHOSTUNREACH',
		});
	});

	test('of a time-out while connecting is not sent', () => {
		expect(classifyFailure(wrapped('ETIMEDOUT', { syscall: 'connect' }))).toMatchObject({
			kind: 'notSent',
		});
		const early = Object.assign(
			new Error('Client network socket disconnected before secure TLS connection was established'),
			{
				code: 'ECONNRESET',
			},
		);
		expect(classifyFailure(early)).toMatchObject({ kind: 'notSent', retryable: true });
	});

	test.each([
		['ECONNREFUSED', ['connect ECONNREFUSED 127.0.0.1:9'], { kind: 'notSent', retryable: true }],
		['ENOTFOUND', [], { kind: 'notSent' }],
		['ETIMEDOUT', ['connect ETIMEDOUT 192.0.2.1:443'], { kind: 'notSent' }],
		['ECONNRESET', ['socket hang up'], { kind: 'unknown', code: 'ECONNRESET' }],
		['ERR_CANCELED', ['canceled'], { kind: 'cancelled' }],
	])('of %s is known as n8n 1.x wraps it, without a cause', (httpCode, messages, outcome) => {
		expect(classifyFailure({ message: 'The service …', httpCode, messages })).toMatchObject(
			outcome,
		);
	});

	test('is that of the outermost code, and found however the failure is wrapped', () => {
		const outer = { code: 'ECONNREFUSED', cause: { code: 'ECONNRESET', syscall: 'read' } };
		expect(classifyFailure(outer)).toMatchObject({ kind: 'notSent' });
		const inner = { syscall: 'read', cause: { code: 'ECONNRESET', syscall: 'connect' } };
		expect(classifyFailure(inner)).toMatchObject({ kind: 'unknown' });
		const circle: { cause?: unknown } = {};
		circle.cause = circle;
		expect(classifyFailure(circle)).toEqual({ kind: 'unknown', code: 'no answer' });
		const named = { name: 'Error', cause: { name: 'AxiosError', code: 'ECONNRESET' } };
		expect(classifyFailure(named)).toMatchObject({ kind: 'unknown' });
	});

	test('of an address that n8n does not let workflows reach is not sent, and not tried again', () => {
		const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
		for (const thrown of [blocked, Object.assign(new Error('n8n'), { cause: blocked })]) {
			expect(classifyFailure(thrown)).toEqual({ kind: 'notSent', code: 'SSRF', retryable: false });
		}
	});

	test.each([undefined, null, 'text', new Error('odd')])('of %p is unknown', (thrown) => {
		expect(classifyFailure(thrown)).toEqual({ kind: 'unknown', code: 'no answer' });
	});
});

test.each<[number | string, ReturnType<typeof serviceHealth>]>([
	[202, 'up'],
	[301, 'up'],
	[400, 'up'],
	[404, 'up'],
	[422, 'up'],
	[429, 'overloaded'],
	[500, 'down'],
	[501, 'down'],
	[503, 'down'],
	['ECONNRESET', 'down'],
	['ECONNREFUSED', 'down'],
	['CERT_HAS_EXPIRED', undefined],
	['ERR_CANCELED', undefined],
])('%p shows that the service is %p', (end, health) => {
	const outcome =
		typeof end === 'number' ? classifyResponse(response(end)) : classifyFailure({ code: end });
	expect(serviceHealth(outcome)).toBe(health);
});
