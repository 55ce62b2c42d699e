import type { IHttpRequestOptions } from 'n8n-workflow';

/** Whether a request goes to an API: n8n lets any HTTP Request node use a credential, and what is secret must reach nobody else. */
export function isSentTo(baseUrl: string, requestOptions: IHttpRequestOptions): boolean {
	const { url, uri = '', baseURL = '' } = requestOptions as IHttpRequestOptions & { uri?: string };
	const address = url || uri;
	const target = URL.canParse(address) ? address : `${baseURL}${address}`;
	return target.startsWith(`${baseUrl}/`);
}
