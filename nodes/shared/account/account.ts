import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { isBlank } from '../values/coerce';
import type { Problem } from '../values/report';
import { isMissingId, quoted } from '../values/text';
import { checkUrl, DEFAULT_SANDBOX_URL } from './baseUrl';

export const CREDENTIAL_NAME = 'bluecoreApi';
export const DEVELOPER_CREDENTIAL_NAME = 'bluecoreOAuth2Api';

/** Below the Events URL. */
export const EVENTS_PATH = '/api/track/mobile/v1';

/** Where each API is: the credential's field with its address, the default of that, and its path below the URL of a sandbox. */
export const ADDRESSES = {
	events: {
		field: 'eventsUrl',
		label: 'Events URL',
		production: 'https://api.bluecore.app',
		sandboxPath: '',
	},
	email: {
		field: 'emailUrl',
		label: 'Email URL',
		production: 'https://api.bluecore.com/email',
		sandboxPath: '/email',
	},
	developer: {
		field: 'apiUrl',
		label: 'API URL',
		production: 'https://a.bluecore.com/api',
		sandboxPath: '/api',
	},
	/** The server that gives access tokens for the Developer API. */
	token: {
		field: 'authUrl',
		label: 'Auth URL',
		production: 'https://auth.bluecore.com',
		sandboxPath: '',
	},
} as const;

export type ApiName = 'events' | 'email' | 'developer';

export type UrlLabel = (typeof ADDRESSES)[keyof typeof ADDRESSES]['label'] | 'Sandbox URL';

/** A URL of a credential, without a slash at the end, and the name of its field. */
interface Address {
	readonly baseUrl: string;
	readonly urlLabel: UrlLabel;
}

/** A Bluecore account as the credential gives it, for one API. */
export interface Account extends Address {
	/** The Events API's write credential. */
	readonly namespace: string;
	/** The secret: the key of the Transactional API, or the client's secret of the Developer API. */
	readonly apiKey: string;
	/** Whether the credential has expressions that differ between items. */
	readonly variesByItem?: boolean;
	/** The credential's data, by which n8n authenticates a request. */
	readonly credential: ICredentialDataDecryptedObject;
}

/** An account of the Developer API. */
export interface ClientAccount extends Account {
	readonly clientId: string;
	/** Where its access tokens come from. */
	readonly tokenServer: Address;
}

export interface AccountReading<A extends Account = Account> {
	readonly account: A;
	/** What is wrong with the values that are needed. */
	readonly problems: readonly Problem[];
}

/** What a header can contain: visible ASCII. */
const HEADER_TEXT = /^[\x21-\x7e]*$/;

const credentialText = (credential: ICredentialDataDecryptedObject, name: string) =>
	String(credential[name] ?? '').trim();

/** Reads the data of the credential of events and emails; texts are trimmed. */
export function readAccount(
	credential: ICredentialDataDecryptedObject,
	api: 'events' | 'email',
): AccountReading {
	const problems: Problem[] = [];
	const namespace = readNamespace(credential, problems);
	const apiKey = credentialText(credential, 'apiKey');
	if (api === 'email' && !HEADER_TEXT.test(apiKey)) {
		problems.push({
			message: 'The API Key in the Bluecore credential contains characters that a key cannot have',
			fix: 'Open the credential and paste the API Key again, without spaces or line breaks.',
		});
	}
	const [address] = readAddresses(credential, [api], problems);
	return { account: { namespace, apiKey, credential, ...address }, problems };
}

/** Reads the data of the credential of the Developer API; texts are trimmed. */
export function readClientAccount(
	credential: ICredentialDataDecryptedObject,
): AccountReading<ClientAccount> {
	const problems: Problem[] = [];
	const namespace = readNamespace(credential, problems);
	const [clientId, apiKey] = [
		['clientId', 'Client ID'],
		['clientSecret', 'Client Secret'],
	].map(([name, label]) => {
		const text = credentialText(credential, name);
		if (text === '') {
			problems.push({
				message: `The Bluecore credential has no ${label}`,
				fix: `Open the credential and fill in ${label} as Bluecore shows it for your client.`,
			});
		}
		return text;
	});
	const [address, tokenServer] = readAddresses(credential, ['developer', 'token'], problems);
	return {
		account: { namespace, apiKey, credential, ...address, clientId, tokenServer },
		problems,
	};
}

function readNamespace(credential: ICredentialDataDecryptedObject, problems: Problem[]): string {
	const namespace = credentialText(credential, 'namespace');
	if (namespace === '') {
		problems.push({
			message: 'The Bluecore credential has no Namespace',
			fix: 'Open the credential and fill in Namespace as Bluecore gave it to you.',
		});
	}
	if (isMissingId(namespace)) {
		problems.push({
			message: `Namespace in the Bluecore credential is ${quoted(namespace)}, which stands for a missing value`,
			fix: 'Open the credential and check the expression in Namespace.',
		});
	}
	return namespace;
}

const ENVIRONMENTS = ['production', 'sandbox', 'custom'] as const;

/** Where requests go. Only a credential that does not say it is for production: an expression without a result must not be. */
function readEnvironment(
	credential: ICredentialDataDecryptedObject,
	problems: Problem[],
): (typeof ENVIRONMENTS)[number] {
	if (!Object.hasOwn(credential, 'environment')) return 'production';
	const known = ENVIRONMENTS.find((name) => name === credential.environment);
	if (known) return known;
	problems.push({
		message: `Environment in the Bluecore credential must be one of ${ENVIRONMENTS.join(', ')}, but is ${isBlank(credential.environment) ? 'empty' : quoted(credential.environment)}`,
		fix: 'Open the credential and choose an environment. An expression must return one of these values.',
	});
	return 'sandbox';
}

/** The addresses of servers in the credential's environment. */
function readAddresses(
	credential: ICredentialDataDecryptedObject,
	names: ReadonlyArray<keyof typeof ADDRESSES>,
	problems: Problem[],
): Address[] {
	const environment = readEnvironment(credential, problems);
	if (environment === 'sandbox') {
		const urlLabel = 'Sandbox URL';
		const entered = credentialText(credential, 'sandboxUrl') || DEFAULT_SANDBOX_URL;
		const url = checkUrl(entered, urlLabel, problems, 'private');
		return names.map((name) => ({ baseUrl: `${url}${ADDRESSES[name].sandboxPath}`, urlLabel }));
	}
	return names.map((name) => {
		const { field, label: urlLabel, production } = ADDRESSES[name];
		if (environment === 'production') return { baseUrl: production, urlLabel };
		const entered = credentialText(credential, field) || production;
		return { baseUrl: checkUrl(entered, urlLabel, problems), urlLabel };
	});
}
