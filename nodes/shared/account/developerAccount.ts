import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Problem } from '../values/report';
import {
	readEnvironment,
	readNamespace,
	type Account,
	type AccountReading,
	type UrlLabel,
} from './account';
import { checkUrl, DEFAULT_SANDBOX_URL } from './baseUrl';

export const DEVELOPER_CREDENTIAL_NAME = 'bluecoreOAuth2Api';

export const DEFAULT_API_URL = 'https://a.bluecore.com/api';
export const DEFAULT_AUTH_URL = 'https://auth.bluecore.com';
/** Below the Auth URL. */
const TOKEN_PATH = '/oauth/token';

const LABELS = { apiUrlLabel: 'API URL', authUrlLabel: 'Auth URL' } as const;
const NO_OTHER_APIS = {
	eventsUrl: '',
	emailUrl: '',
	eventsUrlLabel: 'Events URL',
	emailUrlLabel: 'Email URL',
} as const;

/** An account of the Developer API: `apiKey` is the client secret, and the URLs of the other APIs are empty. */
export interface DeveloperAccount extends Account {
	readonly apiUrl: string;
	readonly apiUrlLabel: UrlLabel;
	/** Where access tokens come from. */
	readonly tokenUrl: string;
	readonly authUrlLabel: UrlLabel;
	readonly clientId: string;
}

/** Reads the data of the credential of the Developer API; texts are trimmed. */
export function readDeveloperAccount(
	credential: ICredentialDataDecryptedObject,
): AccountReading & { readonly account: DeveloperAccount } {
	const problems: Problem[] = [];
	const text = (name: string) => String(credential[name] ?? '').trim();
	const namespace = readNamespace(credential, problems);
	for (const [name, label] of [
		['clientId', 'Client ID'],
		['clientSecret', 'Client Secret'],
	] as const) {
		if (text(name) !== '') continue;
		problems.push({
			message: `The Bluecore credential has no ${label}`,
			fix: `Open the credential and fill in ${label} as Bluecore shows it for your client.`,
		});
	}
	const { apiUrl, authUrl, ...labels } = readUrls(credential, text, problems);
	const account = {
		namespace,
		apiKey: text('clientSecret'),
		credential,
		...NO_OTHER_APIS,
		apiUrl,
		...labels,
		tokenUrl: `${authUrl}${TOKEN_PATH}`,
		clientId: text('clientId'),
	};
	return { account, problems };
}

function readUrls(
	credential: ICredentialDataDecryptedObject,
	text: (name: string) => string,
	problems: Problem[],
) {
	switch (readEnvironment(credential, problems)) {
		case 'sandbox': {
			const label: UrlLabel = 'Sandbox URL';
			const url = checkUrl(text('sandboxUrl') || DEFAULT_SANDBOX_URL, label, problems, 'private');
			return { apiUrl: `${url}/api`, apiUrlLabel: label, authUrl: url, authUrlLabel: label };
		}
		case 'custom':
			return {
				apiUrl: checkUrl(text('apiUrl') || DEFAULT_API_URL, 'API URL', problems),
				authUrl: checkUrl(text('authUrl') || DEFAULT_AUTH_URL, 'Auth URL', problems),
				...LABELS,
			};
		default:
			return { apiUrl: DEFAULT_API_URL, authUrl: DEFAULT_AUTH_URL, ...LABELS };
	}
}
