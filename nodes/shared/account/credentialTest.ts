import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { classifyFailure, type NotSentError, type Response } from '../delivery/outcome';
import {
	aboutProxy,
	dataOf,
	isNotFound,
	isOfProxy,
	isPage,
	isUnknownAddress,
	notTheApi,
	readApiMessage,
} from '../messages/answers';
import { describeFailure, type FailureFacts } from '../messages/failures';
import type { Problem } from '../values/report';
import { groupBy, isObject } from '../values/value';
import { tokensOf } from './accessToken';
import {
	EVENTS_PATH,
	readAccount,
	readClientAccount,
	type Account,
	type ClientAccount,
	type Http,
} from './account';
import { fetchToken } from './tokenServer';

/** A conversation that cannot exist: Bluecore's IDs are numbers. */
const NO_CONVERSATION = 'n8n-credential-test';
const CREDENTIAL_TEST_TIMEOUT_MS = 10_000;
/** What the Events API may answer to an empty object. */
const EVENTS_STATUSES: ReadonlySet<number> = new Set([202, 400, 401, 403, 422]);

/** A request that shows whether a server can be used. */
interface Question {
	readonly url: string;
	readonly urlLabel: string;
	readonly headers?: IDataObject;
	readonly body?: IDataObject;
	/** Whether an answer can only come from the API, and refuses nothing. */
	isGood(response: Response): boolean;
	/** What the API says by 401 or 403, if it is not what these always say. */
	refused?(response: Response): Problem;
}

type FieldQuestion = Question & { readonly subject: string };

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
function failed(problems: readonly Problem[]): INodeCredentialTestResult {
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
});

const aboutEvents = (account: Account): FieldQuestion => ({
	subject: account.urlLabel,
	urlLabel: account.urlLabel,
	url: `${account.baseUrl}${EVENTS_PATH}`,
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

/** What a failure means that is no more than the test's. */
const factsOf = (account: Account): FailureFacts => ({
	endpoint: 'status',
	host: new URL(account.baseUrl).host,
	attempts: 1,
	mayHaveArrived: false,
	timeoutMs: CREDENTIAL_TEST_TIMEOUT_MS,
	secrets: account,
});

/** Sends the requests of a test, whose helper has other options than that of a node. */
const httpOf =
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
async function ask(
	http: Http,
	account: Account,
	{ url, urlLabel, headers, body, isGood, refused }: Question,
): Promise<Finding | undefined> {
	const { host } = new URL(url);
	const tryLater = `Try again later. If this happens again, check the ${urlLabel}.`;
	let response: Response;
	try {
		response = await http({ method: body ? 'POST' : 'GET', url, headers, body });
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
		const problem =
			refused?.(response) ?? describeFailure({ kind: 'refused', response }, factsOf(account));
		return { isUnchecked: false, ...problem };
	}
	if (statusCode === 429 || statusCode >= 500) {
		return { isUnchecked: true, message: `${host} answered ${statusCode}`, fix: tryLater };
	}
	return { isUnchecked: false, ...notTheApi({ ...response, url, urlLabel }) };
}

/** Belongs to nobody. */
const NOBODY = 'n8n-credential-test@example.com';

/** The scopes of what the node does. */
const SCOPES = [
	'customers:read',
	'customers:write',
	'eligibility:read',
	'eligibility:write',
	'transactional:api',
];

/** n8n's "Test" button: gets an access token, and reads the subscriptions of an address that belongs to nobody. */
export async function testClient(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { account, problems } = readClientAccount(credential.data ?? {});
	if (problems.length > 0) return failed(problems);
	const http = httpOf(this);
	const given = await fetchToken(http, account).catch(({ problem }: NotSentError) => problem);
	if ('message' in given) return failed([given]);
	const { token, scopes } = given;
	// The next run is to have the scopes that this test has found.
	tokensOf(account).keep(given);
	const problem = await readNobody(http, account, token);
	if (problem) return failed([problem]);
	const missing = scopes.length > 0 ? SCOPES.filter((scope) => !scopes.includes(scope)) : [];
	return {
		status: 'OK',
		message:
			missing.length > 0
				? `Bluecore accepts the client. It does not have the scopes ${missing.join(', ')}, and cannot be used for what they are for.`
				: 'Bluecore accepts the client.',
	};
}

/** Reads the subscriptions of nobody, and returns what is wrong; undefined if nothing is. */
async function readNobody(
	http: Http,
	account: ClientAccount,
	token: string,
): Promise<Problem | undefined> {
	const { baseUrl, urlLabel, namespace } = account;
	const finding = await ask(http, account, {
		url: `${baseUrl}/namespaces/${encodeURIComponent(namespace)}/eligibility?email=${encodeURIComponent(NOBODY)}`,
		urlLabel,
		headers: { Authorization: `Bearer ${token}` },
		isGood(response) {
			const { statusCode, body } = response;
			// By 400 and 422, the API has read the question, and does not like the address in it.
			if (statusCode === 400 || statusCode === 422) return isObject(body);
			return isNotFound(response) || (statusCode < 300 && dataOf(response) !== undefined);
		},
		refused: ({ statusCode }) => ({
			message: `Bluecore accepts the client, but the client may not read subscriptions in this Namespace (${statusCode})`,
			fix: 'Check Namespace. If it is right, ask Bluecore to give the client the scope eligibility:read.',
		}),
	});
	if (!finding?.isUnchecked) return finding;
	const { message, fix } = finding;
	return {
		message: `The client was accepted, but the ${urlLabel} was not checked: ${message}`,
		fix,
	};
}
