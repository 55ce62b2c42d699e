// Calls to send from the page, and calls as commands for a terminal.
import { send } from './client.js';

const EMAIL = 'jane@example.com';

const event = (name, properties) => ({
	path: '/api/track/mobile/v1',
	body: ({ credential }) => ({
		event: name,
		properties: { token: credential.namespace, distinct_id: EMAIL, ...properties },
	}),
});

export const SAMPLES = [
	{
		label: 'Send a sample event',
		view: 'profiles',
		...event('purchase', {
			order_id: `SAMPLE-${Date.now()}`,
			total: 59.9,
			products: [{ id: 'SHIRT-M', name: 'Linen Shirt', price: 59.9, quantity: 1 }],
			customer: { email: EMAIL, first_name: 'Jane' },
		}),
	},
	{
		label: 'Send a sample email',
		view: 'emails',
		path: ({ credential }) => `/email/send/v1/${encodeURIComponent(credential.namespace)}`,
		token: async ({ credential }) => credential.apiKey,
		body: () => ({
			campaign_id: '34545238545',
			email: EMAIL,
			template_attributes: {
				order_number: 'SAMPLE-1',
				first_name: 'Jane',
				total: '59.90',
				items: [{ name: 'Linen Shirt', quantity: 1 }],
			},
		}),
	},
	{
		label: 'Send a sample message',
		view: 'calls?api=messages',
		path: ({ oauth2_credential: client }) =>
			`/api/namespaces/${encodeURIComponent(client.namespace)}/transactional-messages/sample-${Date.now()}`,
		token: async ({ oauth2_credential: client }) => {
			const answer = await send('POST', '/oauth/token', {
				grant_type: 'client_credentials',
				audience: 'https://a.bluecore.com',
				client_id: client.clientId,
				client_secret: client.clientSecret,
			});
			return answer.access_token;
		},
		body: () => ({
			message: {
				identifiers: [{ email: EMAIL }],
				campaign_ids: ['34545238546'],
				customer_attributes: { first_name: { string_value: 'Jane' } },
			},
		}),
	},
	{
		label: 'Send an event that Bluecore would drop',
		view: 'calls?show=dropped',
		...event('purchase', { order_id: 'SAMPLE-2', total: '59,90', customer: { email: EMAIL } }),
	},
];

/** Sends a sample; returns the status of the answer. */
export async function sendSample({ path, token, body }, summary) {
	const key = await token?.(summary);
	const response = await fetch(typeof path === 'string' ? path : path(summary), {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			...(key !== undefined && { authorization: `Bearer ${key}` }),
		},
		body: JSON.stringify(body(summary)),
	});
	return response.status;
}

/** Text as one word of a shell. */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A call as a command for a terminal. Keys and tokens are not kept, so their place is to be filled in. */
export function curlOf({ method, path, headers, body }) {
	const sent = Object.entries(headers).filter(([name]) => name !== 'user-agent');
	const text =
		body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
	return [
		`curl -X ${method} ${quoted(location.origin + path)}`,
		...sent.map(
			([name, value]) =>
				`-H ${quoted(`${name}: ${name === 'authorization' ? value.replace(/\S+$/, 'YOUR_KEY') : value}`)}`,
		),
		...(text === undefined ? [] : [`--data-raw ${quoted(text)}`]),
	].join(' \\\n  ');
}

/** An event as a command for a terminal. */
export const sampleCurl = (credential) =>
	curlOf({
		method: 'POST',
		path: SAMPLES[0].path,
		headers: { 'content-type': 'application/json' },
		body: SAMPLES[0].body({ credential }),
	});
