import {
	classifyFailure,
	classifyResponse,
	serviceHealth,
	type Outcome,
} from '../../../../nodes/shared/delivery/outcome';
import { outcomeOf } from '../../../support/attempts';
import { answer } from '../../../support/developerOperations';

test.each<[Outcome['kind'], number[]]>([
	['accepted', [200, 202, 204]],
	['temporary', [429, 500, 502, 503, 504]],
	['refused', [199, 300, 301, 400, 401, 404, 408, 422, 501]],
	['unknown', [520, 522, 524, 598]],
])('%s is what an answer is of the statuses %j', (kind, statuses) => {
	expect(statuses.filter((status) => outcomeOf(status).kind !== kind)).toEqual([]);
});

test('an answer of 2xx can be invalid', () => {
	const problem = { message: 'Not the API', fix: 'Check the URL.', mayHaveArrived: true };
	const [good, bad] = [answer(200, 'good'), answer(200, 'bad')];
	const outcomeWith = (response: typeof good) =>
		classifyResponse(response, ({ body }) => (body === 'good' ? undefined : problem));
	expect(outcomeWith(good)).toEqual({ kind: 'accepted', response: good });
	expect(outcomeWith(bad)).toEqual({ kind: 'invalid', response: bad, problem });
	expect(outcomeWith(answer(400, 'bad')).kind).toBe('refused');
});

const wrapped = (code: string, more: object = {}) =>
	Object.assign(new Error('n8n'), { cause: Object.assign(new Error('axios'), { code, ...more }) });

test.each<[string[], object]>([
	[
		['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE'],
		{ kind: 'notSent', retryable: true },
	],
	[
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_INVALID_URL'],
		{ kind: 'notSent', retryable: false },
	],
	[['UNABLE_TO_VERIFY_LEAF_SIGNATURE'], { kind: 'notSent', retryable: false }],
	[['ERR_SOCKET_CONNECTION_TIMEOUT'], { kind: 'notSent', retryable: true }],
	[['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ERR_BAD_RESPONSE'], { kind: 'unknown' }],
	// TLS can end a connection in use.
	[['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', 'ERR_SSL_WRONG_VERSION_NUMBER'], { kind: 'unknown' }],
])('a failure with %j is %j, wrapped by n8n or not', (codes, outcome) => {
	for (const code of codes) {
		expect(classifyFailure(wrapped(code))).toEqual({ ...outcome, code });
		expect(classifyFailure({ code })).toEqual({ ...outcome, code });
	}
});

test('a request that was cancelled says so', () => {
	expect(classifyFailure(wrapped('ERR_CANCELED'))).toEqual({ kind: 'cancelled' });
	expect(classifyFailure({ code: 'ERR_CANCELED' })).toEqual({ kind: 'cancelled' });
});

test.each(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EPROTO', 'ETIMEDOUT'])(
	'after %s nothing was sent only where it is that of connecting',
	(code) => {
		const notSent = { kind: 'notSent', code, retryable: true };
		const unknown = { kind: 'unknown', code };
		for (const [syscall, expected] of [
			['connect', notSent],
			['read', unknown],
			['write', unknown],
		] as const) {
			expect(classifyFailure(wrapped(code, { syscall }))).toEqual(expected);
			const messages = [`${syscall} ${code} 192.0.2.1:443`];
			expect(classifyFailure({ httpCode: code, messages })).toEqual(expected);
		}
		expect(classifyFailure({ code })).toEqual(unknown);
	},
);

test('of several addresses that were all tried, the last one counts', () => {
	const last = { code: 'EHOSTUNREACH', syscall: 'connect' };
	expect(classifyFailure({ errors: [{ code: 'ETIMEDOUT' }, last] })).toMatchObject({
		kind: 'notSent',
		code: 'EHOSTUNREACH',
	});
});

test('a connection that ends before it is secure has sent nothing', () => {
	const message = 'Client network socket disconnected before secure TLS connection was established';
	expect(classifyFailure(Object.assign(new Error(message), { code: 'ECONNRESET' }))).toEqual({
		...{ kind: 'notSent', code: 'ECONNRESET', retryable: true },
	});
});

test.each([
	['ECONNREFUSED', ['connect ECONNREFUSED 127.0.0.1:9'], { kind: 'notSent', retryable: true }],
	['ENOTFOUND', [], { kind: 'notSent' }],
	['ECONNRESET', ['socket hang up'], { kind: 'unknown', code: 'ECONNRESET' }],
	// An answer of this status broke off.
	['202', ['stream has been aborted'], { kind: 'unknown', code: 'no answer' }],
	['ERR_CANCELED', ['canceled'], { kind: 'cancelled' }],
])('%s is known as n8n 1.x wraps it, without a cause', (httpCode, messages, outcome) => {
	const thrown = { message: 'The service …', httpCode, messages };
	expect(classifyFailure(thrown)).toMatchObject(outcome);
});

test('the outermost code counts, and is found however the failure is wrapped', () => {
	const outer = { code: 'ECONNREFUSED', cause: { code: 'ECONNRESET', syscall: 'read' } };
	expect(classifyFailure(outer)).toMatchObject({ kind: 'notSent' });
	const inner = { syscall: 'read', cause: { code: 'ECONNRESET', syscall: 'connect' } };
	expect(classifyFailure(inner)).toMatchObject({ kind: 'unknown' });
	const brokenOff = { httpCode: '202', cause: { code: 'ERR_BAD_RESPONSE' } };
	expect(classifyFailure(brokenOff)).toMatchObject({ kind: 'unknown', code: 'ERR_BAD_RESPONSE' });
	const circle: { cause?: unknown } = {};
	circle.cause = circle;
	expect(classifyFailure(circle)).toEqual({ kind: 'unknown', code: 'no answer' });
	const named = { name: 'Error', cause: { name: 'AxiosError', code: 'ECONNRESET' } };
	expect(classifyFailure(named)).toMatchObject({ kind: 'unknown' });
});

test('to an address that n8n does not let workflows reach nothing is sent, and not tried again', () => {
	const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
	for (const thrown of [blocked, Object.assign(new Error('n8n'), { cause: blocked })]) {
		expect(classifyFailure(thrown)).toEqual({ kind: 'notSent', code: 'SSRF', retryable: false });
	}
});

test.each([undefined, null, 'text', new Error('odd')])('%p says nothing', (thrown) => {
	expect(classifyFailure(thrown)).toEqual({ kind: 'unknown', code: 'no answer' });
});

test.each<[ReturnType<typeof serviceHealth>, Array<number | string>]>([
	['up', [202, 301, 400, 404, 422]],
	['overloaded', [429]],
	['down', [500, 501, 503, 'ECONNRESET', 'ECONNREFUSED']],
	[undefined, ['CERT_HAS_EXPIRED', 'ERR_CANCELED']],
])('a service is %p that answers with, or is not reached because of, one of %j', (health, ends) => {
	expect(ends.filter((end) => serviceHealth(outcomeOf(end)) !== health)).toEqual([]);
});
