import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { eventsApi } from '../../../nodes/BluecoreEvents/eventsApi';
import { ACCOUNT } from '../../support/items';

const event = { event: 'search', properties: { distinct_id: 'd-1', search_term: 'rain' } };

async function requestTo(eventsUrl: string): Promise<IHttpRequestOptions> {
	const requests: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions) => {
		requests.push(options);
		return { statusCode: 202, headers: {}, body: {} };
	};
	const api = eventsApi({ helpers: { httpRequest } } as unknown as IExecuteFunctions, 7000);
	await api.request({ ...ACCOUNT, eventsUrl }, event).send(new AbortController().signal);
	return requests[0];
}

test('an event goes out with the namespace as its token, and the API key goes nowhere', async () => {
	const request = await requestTo('https://api.bluecore.app');
	expect(request).toMatchObject({
		method: 'POST',
		url: 'https://api.bluecore.app/api/track/mobile/v1',
		timeout: 7000,
		body: {
			event: 'search',
			properties: { token: 'bluestore', distinct_id: 'd-1', search_term: 'rain' },
		},
	});
	expect(request.headers).toBeUndefined();
	expect(JSON.stringify(request)).not.toContain('secret');
});
