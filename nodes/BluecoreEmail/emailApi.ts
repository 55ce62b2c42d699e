import type { IDataObject, IExecuteFunctions, IHttpRequestMethods } from 'n8n-workflow';

import { CREDENTIAL_NAME, redact, type Account } from '../shared/account/account';
import type { Response } from '../shared/delivery/outcome';
import { requestOptions } from '../shared/run/requestOptions';

/** Bluecore's Transactional API, as the credential gives access to it. */
export interface EmailApi {
	readonly baseUrl: string;
	/** `tail` is the last, encoded part of the path, where the resource has one. */
	request(
		method: IHttpRequestMethods,
		resource: 'send' | 'status',
		tail: string,
		body: IDataObject | undefined,
		timeoutMs: number,
	): Promise<Response>;
	/** Removes the account's secrets from a text of an answer. */
	redact(text: string): string;
}

export function emailApi(context: IExecuteFunctions, account: Account): EmailApi {
	const { emailUrl, namespace } = account;
	return {
		redact: (text) => redact(text, account),
		baseUrl: emailUrl,
		async request(method, resource, tail, body, timeoutMs) {
			const path = [resource, 'v1', encodeURIComponent(namespace), encodeURIComponent(tail)];
			const url = [emailUrl, ...path].filter((part) => part !== '').join('/');
			// n8n's helper gives the request the execution's cancel signal by itself.
			return (await context.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL_NAME,
				requestOptions({ method, url, ...(body && { body }) }, timeoutMs),
			)) as Response;
		},
	};
}
