import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { eventsApi } from '../../../nodes/BluecoreEvents/eventsApi';
import { ACCOUNT } from '../../support/items';

const event = { event: 'search', properties: { distinct_id: 'd-1', search_term: 'rain' } };

/** Sends an event; gives the request, and what is wrong with the answer, if anything is. */
async function sent(answer: { statusCode: number; headers?: object; body: unknown }) {
	const requests: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions) => {
		requests.push(options);
		return await Promise.resolve({ headers: {}, ...answer });
	};
	const api = eventsApi({ helpers: { httpRequest } } as unknown as IExecuteFunctions, 7000);
	const response = await api.request(ACCOUNT, event).send(new AbortController().signal);
	return { request: requests[0], invalid: api.operation.validateResponse?.(response) };
}

test('an event goes out with the namespace as its token, and the API key goes nowhere', async () => {
	const { request } = await sent({ statusCode: 202, body: {} });
	const properties = { token: 'bluestore', ...event.properties };
	expect(request).toMatchObject({
		...{ method: 'POST', url: 'https://api.bluecore.app/api/track/mobile/v1', timeout: 7000 },
		body: { event: 'search', properties },
	});
	expect(request.headers).toBeUndefined();
	expect(JSON.stringify(request)).not.toContain('secret');
});

test.each<[number, unknown, string | undefined]>([
	[202, '', undefined],
	[202, 'Accepted', undefined],
	[200, {}, undefined],
	[200, { status: 'ok', error: null, errors: [], code: 0, success: true }, undefined],
	[202, { message: 'queued' }, undefined],
	[200, { error: 'invalid token' }, 'invalid token'],
	[200, { error: { message: 'no' } }, 'no'],
	[200, { errors: [{ message: 'no' }] }, 'no'],
	[200, { success: false, message: 'no' }, 'no'],
	[200, { ok: false }, 'it gives no reason'],
	[200, { status: 'error', message: 'no' }, 'no'],
	[200, { code: 401, message: 'no bluestore' }, 'no ***'],
	[202, { statusCode: 400, error: 'Bad Request' }, 'Bad Request'],
])('an answer %d of %j is no accepted event if it says %s', async (statusCode, body, says) => {
	const { invalid } = await sent({ statusCode, body });
	const text = `The answer has the status ${statusCode}, but says that the event was not accepted: ${says}`;
	expect([invalid?.message, invalid?.mayHaveArrived]).toEqual(
		says === undefined ? [undefined, undefined] : [text, false],
	);
});

const PAGE = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>';
const HTML = 'text/html; charset=utf-8';
test.each<[number, string, string, mayHaveArrived: boolean]>([
	[200, HTML, PAGE, false],
	[202, HTML, PAGE, false],
	[202, 'text/plain', `\n ${PAGE}`, false],
	[200, 'application/json', PAGE, false],
	[202, HTML, `Sign in: ${PAGE}`, false],
	[200, 'text/xml', '<?xml version="1.0"?><ok/>', false],
	[302, HTML, PAGE, false],
	[303, HTML, '', true],
	[204, 'text/plain', '', true],
	[200, 'text/plain', '', true],
	// A proxy that answers with its own words may have passed the event on.
	[200, 'text/plain', 'OK', true],
])('an answer %d of %s %j is one of another server', async (status, type, body, mayHaveArrived) => {
	const headers = { 'content-type': type };
	const { invalid } = await sent({ statusCode: status, headers, body });
	expect(invalid).toMatchObject({
		message: expect.stringMatching(/^The Events URL is not the address of Bluecore's API: /),
		mayHaveArrived,
	});
});
