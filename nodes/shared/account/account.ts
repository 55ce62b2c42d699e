import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Problem } from '../values/report';
import { isMissingId, quoted } from '../values/text';
import { credentialText, readAddresses } from './addresses';

export const CREDENTIAL_NAME = 'bluecoreApi';
export const DEVELOPER_CREDENTIAL_NAME = 'bluecoreOAuth2Api';

/** Below the Events URL. */
export const EVENTS_PATH = '/api/track/mobile/v1';

export type ApiName = 'events' | 'email' | 'developer';

type ServerAddress = ReturnType<typeof readAddresses>[number];

/** A Bluecore account as the credential gives it, for one API. */
export interface Account extends ServerAddress {
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
	readonly tokenServer: ServerAddress;
}

export interface AccountReading<A extends Account = Account> {
	readonly account: A;
	/** What is wrong with the values that are needed. */
	readonly problems: readonly Problem[];
}

/** What a header can contain: visible ASCII. */
const HEADER_TEXT = /^[\x21-\x7e]*$/;

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

/** The same for all accounts of one namespace at one address. */
export const accountKey = ({
	baseUrl,
	namespace,
}: Pick<Account, 'baseUrl' | 'namespace'>): string => `${baseUrl} ${namespace}`;
