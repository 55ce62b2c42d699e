import type { IDataObject, IExecuteFunctions, IHttpRequestMethods } from 'n8n-workflow';

import { CREDENTIAL_NAME, type Account } from '../shared/account/account';
import { requestOptions } from '../shared/account/http';
import type { Response } from '../shared/delivery/outcome';
import { apiResponse, type ApiResponse } from '../shared/messages/answers';

/**
 * Sends a request to Bluecore's Transactional API; `tail` is the last part of the path, where the resource has one. n8n's helper
 * passes on the execution's cancel signal.
 */
export type EmailApi = (
	account: Account,
	method: IHttpRequestMethods,
	resource: 'send' | 'status',
	tail?: string,
	body?: IDataObject,
) => Promise<ApiResponse>;

export const emailApi =
	(context: IExecuteFunctions, timeoutMs: number): EmailApi =>
	async (account, method, resource, tail, body) => {
		const { baseUrl, urlLabel, namespace, credential } = account;
		const path = [resource, 'v1', namespace, ...(tail === undefined ? [] : [tail])];
		const url = [baseUrl, ...path.map(encodeURIComponent)].join('/');
		// Given the credential, n8n does not read it again for each request: a read that fails would look like a lost request.
		const credentialsDecrypted = {
			id: '',
			name: '',
			type: CREDENTIAL_NAME,
			data: { ...credential },
		};
		const response = (await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL_NAME,
			requestOptions({ method, url, ...(body && { body }) }, timeoutMs),
			{ credentialsDecrypted },
		)) as Response;
		return apiResponse(response, url, urlLabel);
	};
