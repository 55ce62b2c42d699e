import type { IHttpRequestOptions } from 'n8n-workflow';

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
