import axios from 'axios';

import type { Sandbox } from '../../sandbox/bluecoreSandbox';
import { API_KEY, NAMESPACE } from './sandbox';

/** Throws for no status. */
export const http = axios.create({ validateStatus: () => true });

/** An email of a campaign without variables. */
export const EMAIL = {
	...{ campaign_id: '34545238546', email: 'jane@example.com', template_attributes: {} },
};

/** Sends events and emails to the sandbox, and reads its own API below `/sandbox`. */
export function clientOf(sandbox: Sandbox) {
	const track = async (event: string, properties: object) =>
		await http.post<unknown>(`${sandbox.url}/api/track/mobile/v1`, {
			event,
			properties: { token: NAMESPACE, ...properties },
		});
	return {
		track,
		search: async (distinct_id: string, search_term = 'x') =>
			await track('search', { distinct_id, search_term }),
		send: async (body: object, headers: Record<string, string> = {}) =>
			await http.post<{ conversation_id: string; message: string }>(
				`${sandbox.url}/email/send/v1/${NAMESPACE}`,
				body,
				{ headers: { authorization: `Bearer ${API_KEY}`, ...headers } },
			),
		get: async <T = Array<Record<string, unknown>>>(path: string) =>
			(await http.get<T>(`${sandbox.url}/sandbox/${path}`)).data,
	};
}
