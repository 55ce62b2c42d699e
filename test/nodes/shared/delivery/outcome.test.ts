import {
	classifyFailure,
	classifyResponse,
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
		['ENOTFOUND', { kind: 'not sent', retryable: true }],
		['EAI_AGAIN', { kind: 'not sent', retryable: true }],
		['ECONNREFUSED', { kind: 'not sent', retryable: true }],
		['EHOSTUNREACH', { kind: 'not sent', retryable: true }],
		['EMFILE', { kind: 'not sent', retryable: true }],
		['DEPTH_ZERO_SELF_SIGNED_CERT', { kind: 'not sent', retryable: false }],
		['ERR_TLS_CERT_ALTNAME_INVALID', { kind: 'not sent', retryable: false }],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', { kind: 'not sent', retryable: false }],
		['ERR_INVALID_URL', { kind: 'not sent', retryable: false }],
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

	test('of a time-out while connecting is not sent', () => {
		expect(classifyFailure(wrapped('ETIMEDOUT', { syscall: 'connect' }))).toMatchObject({
			kind: 'not sent',
		});
		const early = Object.assign(
			new Error('Client network socket disconnected before secure TLS connection was established'),
			{
				code: 'ECONNRESET',
			},
		);
		expect(classifyFailure(early)).toMatchObject({ kind: 'not sent', retryable: true });
	});

	test.each([
		['ECONNREFUSED', ['connect ECONNREFUSED 127.0.0.1:9'], { kind: 'not sent', retryable: true }],
		['ENOTFOUND', [], { kind: 'not sent' }],
		['ETIMEDOUT', ['connect ETIMEDOUT 192.0.2.1:443'], { kind: 'not sent' }],
		['ECONNRESET', ['socket hang up'], { kind: 'unknown', code: 'ECONNRESET' }],
		['ERR_CANCELED', ['canceled'], { kind: 'cancelled' }],
	])('of %s is known as n8n 1.x wraps it, without a cause', (httpCode, messages, outcome) => {
		expect(classifyFailure({ message: 'The service …', httpCode, messages })).toMatchObject(
			outcome,
		);
	});

	test('is that of the outermost code, and found however the failure is wrapped', () => {
		const outer = { code: 'ECONNREFUSED', cause: { code: 'ECONNRESET', syscall: 'read' } };
		expect(classifyFailure(outer)).toMatchObject({ kind: 'not sent' });
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
			expect(classifyFailure(thrown)).toEqual({ kind: 'not sent', code: 'SSRF', retryable: false });
		}
	});

	test.each([undefined, null, 'text', new Error('odd')])('of %p is unknown', (thrown) => {
		expect(classifyFailure(thrown)).toEqual({ kind: 'unknown', code: 'no answer' });
	});
});
