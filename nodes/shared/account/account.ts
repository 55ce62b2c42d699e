import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Problem } from '../values/report';
import { isMissingId } from '../values/readId';
import { quoted } from '../values/text';

export const CREDENTIAL_NAME = 'bluecoreApi';

export const DEFAULT_EVENTS_URL = 'https://api.bluecore.app';
export const DEFAULT_EMAIL_URL = 'https://api.bluecore.com/email';
/** Below the Events URL. */
export const EVENTS_PATH = '/api/track/mobile/v1';

/** A Bluecore account as the credential gives it. `namespace` is the Events API's write credential, `apiKey` the email API's secret. */
export interface Account {
	readonly namespace: string;
	readonly apiKey: string;
	/** Base URLs without a trailing slash. */
	readonly eventsUrl: string;
	readonly emailUrl: string;
	/** The credential's data, by which n8n authenticates a request. */
	readonly credential: ICredentialDataDecryptedObject;
}

/** What is needed of the credential: what one API needs, or both. */
export type ApiName = 'events' | 'email' | 'both';

export interface AccountReading {
	readonly account: Account;
	/** What is wrong with the values that are needed. */
	readonly problems: readonly Problem[];
}

/** Host names of this machine. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** What a header can contain: visible ASCII. */
const HEADER_TEXT = /^[\x21-\x7e]*$/;

/** Reads the credential's data; texts are trimmed. */
export function readAccount(
	credential: ICredentialDataDecryptedObject,
	api: ApiName,
): AccountReading {
	const problems: Problem[] = [];
	const text = (name: string) => String(credential[name] ?? '').trim();
	const isCustom = credential.environment === 'custom';
	const needsEvents = api !== 'email';
	const needsEmail = api !== 'events';

	const namespace = text('namespace');
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
	const apiKey = text('apiKey');
	if (needsEmail && !HEADER_TEXT.test(apiKey)) {
		problems.push({
			message: 'The API Key in the Bluecore credential contains characters that a key cannot have',
			fix: 'Open the credential and paste the API Key again, without spaces or line breaks.',
		});
	}
	const url = (name: string, label: string, fallback: string, isUsed: boolean) =>
		isCustom ? checkUrl(text(name) || fallback, label, isUsed ? problems : []) : fallback;
	return {
		account: {
			namespace,
			apiKey,
			credential,
			eventsUrl: url('eventsUrl', 'Events URL', DEFAULT_EVENTS_URL, needsEvents),
			emailUrl: url('emailUrl', 'Email URL', DEFAULT_EMAIL_URL, needsEmail),
		},
		problems,
	};
}

/** `https`, or `http` to this machine only, because others could read the namespace and the API key on the way. */
function checkUrl(text: string, label: string, problems: Problem[]): string {
	const fix = `Open the credential and set ${label} to an address such as https://api.example.com or http://127.0.0.1:4010.`;
	if (!URL.canParse(text)) {
		problems.push({
			message: `${label} in the Bluecore credential is not a URL: ${quoted(text)}`,
			fix,
		});
		return text;
	}
	const url = new URL(text);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
		problems.push({
			message: `${label} in the Bluecore credential must use https (http is allowed only for the machine that n8n runs on), but is ${quoted(`${url.protocol}//${url.host}`)}`,
			fix,
		});
	}
	if (url.username !== '' || /[?#]/.test(text)) {
		problems.push({
			message: `${label} in the Bluecore credential must not contain a user name, a query or a #`,
			fix,
		});
	}
	return text.replace(/\/+$/, '');
}

/** The message for a credential without the API key that Bluecore Email needs. */
export const NO_API_KEY: Problem = {
	message: 'The Bluecore credential has no API Key, but Bluecore Email needs one',
	fix: 'Open the credential and fill in API Key. To get a key, write to support@bluecore.com.',
};
