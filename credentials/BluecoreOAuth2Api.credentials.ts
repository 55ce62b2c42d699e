import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { authenticateData, bearerOf } from '../nodes/shared/account/accessToken';
import { readClientAccount, type Http } from '../nodes/shared/account/account';
import { environmentProperties, withBearer } from '../nodes/shared/account/addresses';

/**
 * A client of Bluecore's Developer API. Not n8n's own `oAuth2Api`, because that sends the token to any host, asks for one token for
 * each request that starts without one, and has a Test button that asks nobody.
 */
export class BluecoreOAuth2Api implements ICredentialType {
	name = 'bluecoreOAuth2Api';

	displayName = 'Bluecore OAuth2 API';

	icon = {
		light: 'file:../icons/developer.svg',
		dark: 'file:../icons/developer.dark.svg',
	} as const;

	documentationUrl =
		'https://example.com/n8n-nodes-bluecore/blob/main/docs/credentials.md#bluecore-oauth2-api';

	properties: INodeProperties[] = [
		{
			displayName: 'Namespace',
			name: 'namespace',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. bluestore',
			description: 'The namespace of your Bluecore account',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			required: true,
			default: '',
			description: 'The ID of the client that Bluecore has created for your account',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			hint: 'The client needs the scopes of what you use. The test of this credential needs eligibility:read.',
			description:
				'The secret of the client. It is only sent to the server that gives access tokens. Scopes: customers:read and customers:write for customers, eligibility:read and eligibility:write for subscriptions, transactional:api for messages.',
		},
		...environmentProperties('Which servers are used', 'access tokens and the API', {
			developer: [
				'e.g. https://a.example.com/api',
				'The address of the API. The node adds /namespaces.',
			],
			token: [
				'e.g. https://auth.example.com',
				'The address of the server that gives access tokens. The node adds /oauth/token.',
			],
		}),
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
	];

	/** n8n calls it when there is no access token, or when the API has answered 401; it then keeps the new token in the credential. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const { account, problems } = readClientAccount(credentials);
		if (problems.length > 0) {
			throw new Error(problems.map(({ message, fix }) => `${message}. ${fix}`).join(' '));
		}
		return await authenticateData(this.helpers.httpRequest as Http, credentials, account);
	}

	/** Adds the access token to requests to the API only. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { account, problems } = readClientAccount(credentials);
		return problems.length > 0
			? requestOptions
			: withBearer(requestOptions, account.baseUrl, bearerOf(credentials.accessToken));
	}
}
