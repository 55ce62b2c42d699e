import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { requestOptions, requestWith, type Account } from '../shared/account/account';
import { apiResponse, type ApiResponse } from '../shared/messages/answers';

/**
 * Sends requests to Bluecore's Transactional API; the path is the resource, and what comes after the namespace. n8n's helper passes
 * on the execution's cancel signal.
 */
export const emailApi =
	(context: IExecuteFunctions, timeoutMs: number) =>
	async (
		account: Account,
		[resource, ...rest]: readonly string[],
		body?: IDataObject,
	): Promise<ApiResponse> => {
		const { baseUrl, urlLabel, namespace, credential } = account;
		const path = [resource, 'v1', namespace, ...rest];
		const url = [baseUrl, ...path.map(encodeURIComponent)].join('/');
		const options = requestOptions({ url, body }, timeoutMs);
		const response = await requestWith(context, 'email', { ...credential }, options);
		return apiResponse(response, url, urlLabel);
	};
