import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Response } from '../delivery/outcome';

/** What all requests have in common: every answer is returned whole, whatever its status, and redirects are not followed. */
export function requestOptions(
	{ method, url, body, headers }: Pick<IHttpRequestOptions, 'method' | 'url' | 'body' | 'headers'>,
	timeoutMs: number,
	abortSignal?: AbortSignal,
): IHttpRequestOptions {
	return {
		method,
		url,
		body,
		headers,
		json: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: timeoutMs,
		abortSignal,
	};
}

/** Whether a request goes to an API: n8n lets any HTTP Request node use a credential, and what is secret must reach nobody else. */
export function isSentTo(baseUrl: string, requestOptions: IHttpRequestOptions): boolean {
	const { url, uri = '', baseURL = '' } = requestOptions as IHttpRequestOptions & { uri?: string };
	const address = url || uri;
	const target = URL.canParse(address) ? address : `${baseURL}${address}`;
	return target.startsWith(`${baseUrl}/`);
}

/** Sends a request, and returns the answer whatever its status. */
export type Http = (options: IHttpRequestOptions) => Promise<Response>;
