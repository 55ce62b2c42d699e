import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { readAccount } from '../nodes/shared/account/account';
import { environmentProperties, withBearer } from '../nodes/shared/account/addresses';

/** A Bluecore account: the namespace for events, and the API key for emails. Tested by `nodes/shared/account/credentialTest.ts`. */
export class BluecoreApi implements ICredentialType {
	name = 'bluecoreApi';

	displayName = 'Bluecore API';

	icon = { light: 'file:../icons/events.svg', dark: 'file:../icons/events.dark.svg' } as const;

	documentationUrl =
		'https://example.com/n8n-nodes-bluecore/blob/main/docs/credentials.md#bluecore-api';

	properties: INodeProperties[] = [
		{
			displayName: 'Namespace',
			name: 'namespace',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. bluestore',
			hint: 'Compare it letter by letter with Bluecore’s: without an API Key, the test of this credential cannot check it',
			description:
				'The namespace of your Bluecore account, also called its token. Anyone who has it can write to the account, so do not use it in a browser.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			hint: 'Only Bluecore Email needs it. Without a key, the test checks only that the address for events answers.',
			description: 'The key for the Transactional API. To get one, write to support@bluecore.com.',
		},
		...environmentProperties('Which servers receive events and emails', 'events and emails', {
			events: [
				'e.g. http://127.0.0.1:4010',
				'The address for events. The node adds /api/track/mobile/v1.',
			],
			email: [
				'e.g. http://127.0.0.1:4010/email',
				'The address for emails. The node adds /send/v1 and /status/v1.',
			],
		}),
	];

	/** Adds the API key to requests to the email API only. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { account, problems } = readAccount(credentials, 'email');
		return problems.length > 0
			? requestOptions
			: withBearer(requestOptions, account.baseUrl, account.apiKey);
	}
}
