import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { isBlank } from '../values/coerce';
import type { Problem } from '../values/report';
import { isMissingId } from '../values/readId';
import { quoted } from '../values/text';
import { checkUrl, DEFAULT_SANDBOX_URL } from './baseUrl';

export const CREDENTIAL_NAME = 'bluecoreApi';

export const DEFAULT_EVENTS_URL = 'https://api.bluecore.app';
export const DEFAULT_EMAIL_URL = 'https://api.bluecore.com/email';
/** Below the Events URL. */
export const EVENTS_PATH = '/api/track/mobile/v1';

/** A Bluecore account as the credential gives it. `namespace` is the Events API's write credential, `apiKey` the secret: the email API's key. */
export interface Account {
	readonly namespace: string;
	readonly apiKey: string;
	/** Base URLs without a trailing slash. */
	readonly eventsUrl: string;
	readonly emailUrl: string;
	/** The credential's fields that have these URLs. */
	readonly eventsUrlLabel: UrlLabel;
	readonly emailUrlLabel: UrlLabel;
	/** Whether the credential has expressions that differ between items. */
	readonly variesByItem?: boolean;
	/** The credential's data, by which n8n authenticates a request. */
	readonly credential: ICredentialDataDecryptedObject;
}

export type UrlLabel = 'API URL' | 'Auth URL' | 'Events URL' | 'Email URL' | 'Sandbox URL';

/** What is needed of the credential: what one API needs, or both. */
export type ApiName = 'events' | 'email' | 'both';

export interface AccountReading {
	readonly account: Account;
	/** What is wrong with the values that are needed. */
	readonly problems: readonly Problem[];
}

/** What a header can contain: visible ASCII. */
const HEADER_TEXT = /^[\x21-\x7e]*$/;

/** Reads the credential's data; texts are trimmed. */
export function readAccount(
	credential: ICredentialDataDecryptedObject,
	api: ApiName,
): AccountReading {
	const problems: Problem[] = [];
	const text = (name: string) => String(credential[name] ?? '').trim();

	const namespace = readNamespace(credential, problems);
	const apiKey = text('apiKey');
	if (api !== 'events' && !HEADER_TEXT.test(apiKey)) {
		problems.push({
			message: 'The API Key in the Bluecore credential contains characters that a key cannot have',
			fix: 'Open the credential and paste the API Key again, without spaces or line breaks.',
		});
	}
	const urls = readUrls(credential, text, api, problems);
	return { account: { namespace, apiKey, credential, ...urls }, problems };
}

/** The namespace of a credential, trimmed. */
export function readNamespace(
	credential: ICredentialDataDecryptedObject,
	problems: Problem[],
): string {
	const namespace = String(credential.namespace ?? '').trim();
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
export function readEnvironment(
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

/** The base URLs of an environment, and the credential's fields that have them. */
function readUrls(
	credential: ICredentialDataDecryptedObject,
	text: (name: string) => string,
	api: ApiName,
	problems: Problem[],
): Pick<Account, 'eventsUrl' | 'emailUrl' | 'eventsUrlLabel' | 'emailUrlLabel'> {
	const environment = readEnvironment(credential, problems);
	if (environment === 'sandbox') {
		const label = 'Sandbox URL';
		const url = checkUrl(text('sandboxUrl') || DEFAULT_SANDBOX_URL, label, problems, 'private');
		const labels = { eventsUrlLabel: label, emailUrlLabel: label } as const;
		return { eventsUrl: url, emailUrl: `${url}/email`, ...labels };
	}
	const url = (name: string, label: UrlLabel, fallback: string, isUsed: boolean) =>
		environment === 'custom'
			? checkUrl(text(name) || fallback, label, isUsed ? problems : [])
			: fallback;
	return {
		eventsUrl: url('eventsUrl', 'Events URL', DEFAULT_EVENTS_URL, api !== 'email'),
		emailUrl: url('emailUrl', 'Email URL', DEFAULT_EMAIL_URL, api !== 'events'),
		eventsUrlLabel: 'Events URL',
		emailUrlLabel: 'Email URL',
	};
}

/** The message for a credential without the API key that Bluecore Email needs. */
export const NO_API_KEY: Problem = {
	message: 'The Bluecore credential has no API Key, but Bluecore Email needs one',
	fix: 'Open the credential and fill in API Key. To get a key, write to support@bluecore.com.',
};
