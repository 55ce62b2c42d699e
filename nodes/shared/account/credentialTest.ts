import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { classifyFailure, type Response } from '../delivery/outcome';
import {
	aboutProxy,
	isOfProxy,
	isPage,
	isUnknownAddress,
	notTheApi,
	readApiMessage,
} from '../messages/answers';
import { describeFailure } from '../messages/failures';
import { isObject } from '../values/coerce';
import type { Problem } from '../values/report';
import { EVENTS_PATH, readAccount, type Account, type UrlLabel } from './account';

/** A conversation that cannot exist: Bluecore's IDs are numbers. */
const NO_CONVERSATION = 'n8n-credential-test';
const TIMEOUT_MS = 10_000;
/** What the Events API may answer to an empty object. */
const EVENTS_STATUSES: ReadonlySet<number> = new Set([202, 400, 401, 403, 422]);

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
	const data = credential.data ?? {};
	const [emails, events] = [readAccount(data, 'email'), readAccount(data, 'events')];
	const problems = [...events.problems, ...emails.problems];
	if (problems.length > 0) return failed(problems);
	const hasKey = emails.account.apiKey !== '';
	const questions = [...(hasKey ? [aboutKey(emails.account)] : []), aboutEvents(events.account)];
	const answers = await Promise.all(
		questions.map(async (question) => await ask(this, emails.account, question)),
	);
	const wrong = answers.flatMap((answer) => answer ?? []);
	if (wrong.length > 0) return failed(wrong.flatMap((answer) => withSubjects(answer, wrong)));
	return {
		status: 'OK',
		message: hasKey
			? `Bluecore accepts the API Key, and the ${events.account.urlLabel} answers.`
			: `Namespace was not checked, because Bluecore takes events of any, and there is no API Key to check. The ${events.account.urlLabel} answers. Only Bluecore Email needs the key.`,
	};
}

/** The result for what is wrong; what several have in common is said once. What came from outside must be free of secrets. */
export function failed(problems: readonly Problem[]): INodeCredentialTestResult {
	const byFix = new Map<string, Set<string>>();
	for (const { message, fix } of problems) {
		byFix.set(fix, (byFix.get(fix) ?? new Set()).add(`${message}.`));
	}
	const texts = [...byFix].flatMap(([fix, messages]) => [...messages, fix]);
	return { status: 'Error', message: texts.join(' ') };
}

/** What is wrong, if `subject` was not checked: it is added to the message. */
interface Finding extends Problem {
	readonly subject?: string;
}

/** A finding as a problem; those that were not checked for the same reason are one. */
function withSubjects({ subject, message, fix }: Finding, all: readonly Finding[]): Problem {
	if (subject === undefined) return { message, fix };
	const same = all.filter((other) => other.subject !== undefined && other.message === message);
	const subjects = same.map((other) => `the ${other.subject}`).join(' and ');
	const were = same.length > 1 ? 'were' : 'was';
	return { message: `T${subjects.slice(1)} ${were} not checked: ${message}`, fix };
}

const aboutKey = ({ baseUrl, urlLabel, namespace, apiKey }: Account): Question => ({
	method: 'GET',
	subject: 'API Key',
	urlLabel,
	uri: `${baseUrl}/status/v1/${encodeURIComponent(namespace)}/${NO_CONVERSATION}`,
	headers: { Authorization: `Bearer ${apiKey}` },
	isGood({ statusCode, body }) {
		const { apiMessage = '' } = readApiMessage(body);
		if (!isObject(body)) return false;
		if (statusCode === 200 || statusCode === 202) {
			return typeof body.status === 'string' && typeof body.message === 'string';
		}
		return [400, 404, 422].includes(statusCode) && isOfApi(apiMessage);
	},
});

const aboutEvents = ({ baseUrl, urlLabel }: Account): Question => ({
	method: 'POST',
	subject: urlLabel,
	urlLabel,
	uri: `${baseUrl}${EVENTS_PATH}`,
	body: {},
	isGood: ({ statusCode, body }) =>
		EVENTS_STATUSES.has(statusCode) ||
		(isObject(body) &&
			(statusCode === 200 ||
				(statusCode === 404 && isOfApi(readApiMessage(body).apiMessage ?? '')))),
});

/** Whether a message is the API's own: servers say in their own words that they have no such address. */
const isOfApi = (apiMessage: string) =>
	apiMessage !== '' && !isUnknownAddress(apiMessage) && !/^not found\.?$/i.test(apiMessage);

/** What to do when a server did not answer as it should. */
export const tryLater = (urlLabel: UrlLabel): string =>
	`Try again later. If this happens again, check the ${urlLabel}.`;

/** Sends the request, and returns what is wrong; undefined if nothing is. Messages have no full stop. */
async function ask(
	{ helpers: { request } }: ICredentialTestFunctions,
	account: Account,
	{ method, subject, urlLabel, uri, headers, body, isGood }: Question,
): Promise<Finding | undefined> {
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
		return { subject, message: what, fix: outcome.kind === 'notSent' ? fix : tryLater(urlLabel) };
	}
	const { statusCode } = response;
	if (!isPage(response) && !isOfProxy(response)) {
		if (isGood(response)) return undefined;
		// Not of the Events API, for which these are good.
		if (statusCode === 401 || statusCode === 403) {
			return describeFailure({ kind: 'refused', response }, facts);
		}
	}
	if (isOfProxy(response)) return { subject, ...aboutProxy(response, host) };
	if (statusCode === 429 || statusCode >= 500) {
		return { subject, message: `${host} answered ${statusCode}`, fix: tryLater(urlLabel) };
	}
	return notTheApi({ ...response, url: uri, urlLabel });
}
