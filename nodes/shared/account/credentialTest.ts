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
import { describeFailure, type FailureFacts } from '../messages/failures';
import { isObject } from '../values/coerce';
import { groupBy } from '../values/groupBy';
import type { Problem } from '../values/report';
import { EVENTS_PATH, readAccount, type Account } from './account';
import type { Http } from './http';

/** A conversation that cannot exist: Bluecore's IDs are numbers. */
const NO_CONVERSATION = 'n8n-credential-test';
const CREDENTIAL_TEST_TIMEOUT_MS = 10_000;
/** What the Events API may answer to an empty object. */
const EVENTS_STATUSES: ReadonlySet<number> = new Set([202, 400, 401, 403, 422]);

/** A request that shows whether a server can be used. */
interface Question {
	readonly method: 'GET' | 'POST';
	readonly url: string;
	/** The field that has the address. */
	readonly urlLabel: Account['urlLabel'];
	readonly headers?: IDataObject;
	readonly body?: IDataObject;
	/** Whether an answer can only come from the API, and refuses nothing. */
	isGood(response: Response): boolean;
	/** What the API says by 401 or 403. */
	refused(response: Response): Problem;
}

/** A question, and the field that it checks. */
type FieldQuestion = Question & { readonly subject: 'API Key' | Account['urlLabel'] };

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
		questions.map(async (question) => ({
			subject: question.subject,
			finding: await ask(httpOf(this), emails.account, question),
		})),
	);
	const wrong = answers.flatMap(({ subject, finding }) => (finding ? { subject, ...finding } : []));
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
	const texts = groupBy(problems, ({ fix }) => fix).flatMap((same) => [
		...new Set(same.map(({ message }) => `${message}.`)),
		same[0].fix,
	]);
	return { status: 'Error', message: texts.join(' ') };
}

/** What is wrong with a server, or why that is not known. */
interface Finding extends Problem {
	readonly isUnchecked: boolean;
}

/** A finding as a problem; those that were not checked for the same reason are one. */
function withSubjects(
	{ isUnchecked, message, fix }: Finding,
	all: ReadonlyArray<Finding & { readonly subject: string }>,
): Problem {
	if (!isUnchecked) return { message, fix };
	const same = all.filter((other) => other.isUnchecked && other.message === message);
	const subjects = same.map((other) => `the ${other.subject}`).join(' and ');
	const were = same.length > 1 ? 'were' : 'was';
	return { message: `T${subjects.slice(1)} ${were} not checked: ${message}`, fix };
}

const aboutKey = (account: Account): FieldQuestion => ({
	method: 'GET',
	subject: 'API Key',
	urlLabel: account.urlLabel,
	url: `${account.baseUrl}/status/v1/${encodeURIComponent(account.namespace)}/${NO_CONVERSATION}`,
	headers: { Authorization: `Bearer ${account.apiKey}` },
	isGood({ statusCode, body }) {
		const { apiMessage = '' } = readApiMessage(body);
		if (!isObject(body)) return false;
		if (statusCode === 200 || statusCode === 202) {
			return typeof body.status === 'string' && typeof body.message === 'string';
		}
		return [400, 404, 422].includes(statusCode) && isOfApi(apiMessage);
	},
	refused: (response) => refusedBy(response, account),
});

const aboutEvents = (account: Account): FieldQuestion => ({
	method: 'POST',
	subject: account.urlLabel,
	urlLabel: account.urlLabel,
	url: `${account.baseUrl}${EVENTS_PATH}`,
	body: {},
	isGood: ({ statusCode, body }) =>
		EVENTS_STATUSES.has(statusCode) ||
		(isObject(body) &&
			(statusCode === 200 ||
				(statusCode === 404 && isOfApi(readApiMessage(body).apiMessage ?? '')))),
	// These statuses are good.
	refused: (response) => refusedBy(response, account),
});

/** Whether a message is the API's own: servers say in their own words that they have no such address. */
const isOfApi = (apiMessage: string) =>
	apiMessage !== '' && !isUnknownAddress(apiMessage) && !/^not found\.?$/i.test(apiMessage);

/** What a failure means that is no more than the test's. */
const factsOf = (account: Account): FailureFacts => ({
	endpoint: 'status',
	host: new URL(account.baseUrl).host,
	attempts: 1,
	mayHaveArrived: false,
	timeoutMs: CREDENTIAL_TEST_TIMEOUT_MS,
	secrets: account,
});

const refusedBy = (response: Response, account: Account): Problem =>
	describeFailure({ kind: 'refused', response }, factsOf(account));

/** Sends the requests of a test, whose helper has other options than that of a node. */
export const httpOf =
	({ helpers: { request } }: ICredentialTestFunctions): Http =>
	async ({ method, url, body, headers }) =>
		(await request({
			method,
			uri: url,
			body: body as object,
			headers,
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			timeout: CREDENTIAL_TEST_TIMEOUT_MS,
		})) as Response;

/** Asks a server, and returns what is wrong; undefined if nothing is. Messages have no full stop. */
export async function ask(
	http: Http,
	account: Account,
	{ method, url, urlLabel, headers, body, isGood, refused }: Question,
): Promise<Finding | undefined> {
	const { host } = new URL(url);
	const tryLater = `Try again later. If this happens again, check the ${urlLabel}.`;
	let response: Response;
	try {
		response = await http({ method, url, headers, body });
	} catch (thrown) {
		const outcome = classifyFailure(thrown);
		const { message, fix } = describeFailure(outcome, { ...factsOf(account), host });
		// The rest of the sentence is about an item of a workflow, and so is the advice for a lost answer.
		const [what] = message.split(', so ');
		return { isUnchecked: true, message: what, fix: outcome.kind === 'notSent' ? fix : tryLater };
	}
	const { statusCode } = response;
	if (isOfProxy(response)) return { isUnchecked: true, ...aboutProxy(response, host) };
	const isOfServer = !isPage(response);
	if (isOfServer && isGood(response)) return undefined;
	if (isOfServer && [401, 403].includes(statusCode)) {
		return { isUnchecked: false, ...refused(response) };
	}
	if (statusCode === 429 || statusCode >= 500) {
		return { isUnchecked: true, message: `${host} answered ${statusCode}`, fix: tryLater };
	}
	return { isUnchecked: false, ...notTheApi({ ...response, url, urlLabel }) };
}
