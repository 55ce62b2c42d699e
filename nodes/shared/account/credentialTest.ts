import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { classifyFailure, type Response } from '../delivery/outcome';
import { describeFailure, readApiMessage } from '../messages/failures';
import { isPage, notTheApi } from '../messages/notTheApi';
import { EVENTS_PATH, readAccount, type Account, type UrlLabel } from './account';
import { redact } from './redact';

/** A conversation that cannot exist: Bluecore's IDs are numbers. */
const NO_CONVERSATION = 'n8n-credential-test';
const TIMEOUT_MS = 10_000;
/** What the Events API may answer to an empty object. */
const EVENTS_STATUSES: ReadonlySet<number> = new Set([202, 400, 401, 403]);

interface Question {
	readonly method: 'GET' | 'POST';
	/** The field that is checked, and the field that has the address. */
	readonly subject: 'API Key' | UrlLabel;
	readonly urlLabel: UrlLabel;
	readonly uri: string;
	readonly headers?: IDataObject;
	readonly body?: IDataObject;
	/** Whether an answer can only come from the API, and does not refuse the key. */
	isGood(response: Response): boolean;
}

/**
 * n8n's "Test" button. For the API Key it asks for the status of a conversation that does not exist; for the Events URL it sends
 * an empty object, which is not an event and names no account and no customer. The Namespace of events cannot be checked: the
 * Events API accepts any.
 */
export async function testCredential(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { account, problems } = readAccount(credential.data ?? {}, 'both');
	if (problems.length > 0) {
		return {
			status: 'Error',
			message: [
				...problems.map(({ message }) => `${message}.`),
				...new Set(problems.map(({ fix }) => fix)),
			].join(' '),
		};
	}
	const hasKey = account.apiKey !== '';
	const questions = [...(hasKey ? [aboutKey(account)] : []), aboutEvents(account)];
	const answers = await Promise.all(
		questions.map(async (question) => await ask(this, account, question)),
	);
	const wrong = answers.filter((answer) => answer !== undefined);
	if (wrong.length > 0) return { status: 'Error', message: redact(wrong.join(' '), account) };
	return {
		status: 'OK',
		message: hasKey
			? `Bluecore accepts the API Key, and the ${account.eventsUrlLabel} answers.`
			: `The ${account.eventsUrlLabel} answers. Namespace and API Key were not checked: the Events API accepts any Namespace, and there is no API Key. Only Bluecore Email needs the key.`,
	};
}

const aboutKey = ({ emailUrl, emailUrlLabel, namespace, apiKey }: Account): Question => ({
	method: 'GET',
	subject: 'API Key',
	urlLabel: emailUrlLabel,
	uri: `${emailUrl}/status/v1/${encodeURIComponent(namespace)}/${NO_CONVERSATION}`,
	headers: { Authorization: `Bearer ${apiKey}` },
	isGood({ statusCode, body }) {
		const { apiMessage = '' } = readApiMessage(body);
		return statusCode === 404
			? /could not find/i.test(apiMessage)
			: statusCode === 400 && apiMessage !== '';
	},
});

const aboutEvents = ({ eventsUrl, eventsUrlLabel }: Account): Question => ({
	method: 'POST',
	subject: eventsUrlLabel,
	urlLabel: eventsUrlLabel,
	uri: `${eventsUrl}${EVENTS_PATH}`,
	body: {},
	isGood: ({ statusCode }) => EVENTS_STATUSES.has(statusCode),
});

/** What to do when a server did not answer as it should. */
export const tryLater = (urlLabel: UrlLabel): string =>
	`Try again later. If this happens again, check the ${urlLabel}.`;

/** Sends the request, and returns what is wrong; undefined if nothing is. */
async function ask(
	{ helpers: { request } }: ICredentialTestFunctions,
	account: Account,
	{ method, subject, urlLabel, uri, headers, body, isGood }: Question,
): Promise<string | undefined> {
	const { host } = new URL(uri);
	const facts = {
		endpoint: 'status' as const,
		host,
		attempts: 1,
		mayHaveArrived: false,
		timeoutMs: TIMEOUT_MS,
		secrets: account,
	};
	let response: Response;
	try {
		response = (await request({
			method,
			uri,
			headers,
			body,
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			timeout: TIMEOUT_MS,
		})) as Response;
	} catch (thrown) {
		const outcome = classifyFailure(thrown);
		const { message, fix } = describeFailure(outcome, facts);
		// The rest of the sentence is about an item of a workflow.
		const [what] = message.split(', so ');
		return `The ${subject} was not checked: ${what}. ${outcome.kind === 'notSent' ? fix : tryLater(urlLabel)}`;
	}
	const { statusCode } = response;
	if (!isPage(response)) {
		if (isGood(response)) return undefined;
		// Not of the Events API, for which these are good.
		if (statusCode === 401 || statusCode === 403) {
			const { message, fix } = describeFailure({ kind: 'refused', response }, facts);
			return `${message}. ${fix}`;
		}
	}
	if (statusCode === 429 || statusCode >= 500) {
		return `The ${subject} was not checked: ${host} answered ${statusCode}. ${tryLater(urlLabel)}`;
	}
	const { message, fix } = notTheApi({ ...response, url: uri, urlLabel });
	return `${message}. ${fix}`;
}
