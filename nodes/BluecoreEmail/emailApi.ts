import type { IDataObject, IExecuteFunctions, IHttpRequestMethods } from 'n8n-workflow';

import { requestOptions, requestWith, type Account } from '../shared/account/account';
import { apiResponse, type ApiResponse } from '../shared/messages/answers';

/**
 * Sends requests to Bluecore's Transactional API; `tail` is the last part of the path, where the resource has one. n8n's helper
 * passes on the execution's cancel signal.
 */
export const emailApi =
	(context: IExecuteFunctions, timeoutMs: number) =>
	async (
		account: Account,
		method: IHttpRequestMethods,
		resource: 'send' | 'status',
		tail?: string,
		body?: IDataObject,
	): Promise<ApiResponse> => {
		const { baseUrl, urlLabel, namespace, credential } = account;
		const path = [resource, 'v1', namespace, ...(tail === undefined ? [] : [tail])];
		const url = [baseUrl, ...path.map(encodeURIComponent)].join('/');
		const options = requestOptions({ method, url, body }, timeoutMs);
		const response = await requestWith(context, 'email', { ...credential }, options);
		return apiResponse(response, url, urlLabel);
	};
