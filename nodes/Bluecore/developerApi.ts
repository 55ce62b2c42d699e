import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { bearerOf, tokensOf, watchTokenRequest } from '../shared/account/accessToken';
import {
	requestOptions,
	requestWith,
	type Account,
	type ClientAccount,
} from '../shared/account/account';
import {
	NotSentError,
	type InvalidResponse,
	type Outcome,
	type Response,
} from '../shared/delivery/outcome';
import type { QuotaReading } from '../shared/delivery/quota';
import {
	apiResponse,
	dataOf,
	isPage,
	isUnknownAddress,
	lacksData,
	type ApiResponse,
} from '../shared/messages/answers';
import type { FailureFacts } from '../shared/messages/failures';
import type { SameCustomer } from '../shared/run/acrossItems';
import type { OperationDefinition } from '../shared/run/operation';
import type { Problem } from '../shared/values/report';
import { isObject, toNumber } from '../shared/values/value';

interface ApiRequest {
	/** Parts of the path below the namespace. */
	readonly path: readonly string[];
	readonly query?: Readonly<Record<string, string>>;
	readonly body?: IDataObject;
}

/** What an operation needs of the node that it runs in. */
interface OperationContext {
	readonly api: ReturnType<typeof developerApi>;
	/** Which identifiers of the run are one customer's. */
	readonly customers: SameCustomer;
	readonly execution: IExecuteFunctions;
}

export type DeveloperOperation = OperationDefinition<OperationContext>;

/** A token must come in this share of the time of an attempt: then it is known of one without a token that it was not sent. */
const TOKEN_SHARE = 0.9;

/**
 * Sends requests to Bluecore's Developer API. What `signal` ends before the request has its token was not sent, and is said to be
 * so.
 */
export function developerApi(context: IExecuteFunctions, timeoutMs: number) {
	const runStartedAt = Date.now();
	/** Returns the answer, and the token that the request had. */
	async function attempt(account: ClientAccount, request: ApiRequest, signal?: AbortSignal) {
		const { baseUrl, urlLabel, namespace, credential, variesByItem } = account;
		const { path, query, body } = request;
		const address = ['namespaces', namespace, ...path].map(encodeURIComponent).join('/');
		const search = query ? `?${new URLSearchParams(query).toString()}` : '';
		const url = `${baseUrl}/${address}${search}`;
		const data = {
			...credential,
			accessToken: tokensOf(account).usable(credential.accessToken, runStartedAt),
		};
		const tokenRequest = watchTokenRequest(data, {
			timeoutMs: timeoutMs * TOKEN_SHARE,
			isKept: variesByItem !== true,
			runStartedAt,
		});
		let response: Response;
		try {
			const options = requestOptions({ url, body }, timeoutMs, signal);
			const sent = requestWith(context, 'developer', data, options);
			response = await Promise.race([sent, canceledBefore(() => data.accessToken !== '', signal)]);
		} catch (thrown) {
			return await Promise.reject(tokenRequest.failure ?? thrown);
		}
		const answer = apiResponse(withoutToken(response, data.accessToken), url, urlLabel);
		return { answer, token: data.accessToken };
	}

	return async (of: Account, request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> => {
		// Only accounts that were read for the Developer API come to its node.
		const account = of as ClientAccount;
		const tokens = tokensOf(account);
		let { answer, token } = await attempt(account, request, signal);
		if (answer.statusCode === 401 && tokens.reject(token)) {
			// The token had expired: a request that was refused for that has changed nothing.
			({ answer, token } = await attempt(account, request, signal));
		}
		const { statusCode } = answer;
		if (statusCode !== 401) tokens.accept(token);
		if (statusCode === 401 || statusCode === 403) tokens.refuseScopes(token);
		return answer;
	};
}

/** Rejects when a signal comes before a request is sent. */
async function canceledBefore(isSent: () => boolean, signal?: AbortSignal): Promise<never> {
	return await new Promise((_resolve, reject) => {
		signal?.addEventListener('abort', () => {
			if (isSent()) return;
			const problem = {
				message: 'The execution was canceled before there was an access token',
				fix: 'Run the item again.',
			};
			reject(new NotSentError(problem, false));
		});
	});
}

/** An answer in which a server has repeated the token is not passed on as it is. */
function withoutToken(response: Response, kept: string): Response {
	const token = bearerOf(kept);
	const text = token === '' ? '' : JSON.stringify(response.body ?? '');
	return text.includes(token)
		? { ...response, body: JSON.parse(text.replaceAll(token, '***')) as unknown }
		: response;
}

/** Whether an attempt with this outcome may have arrived: there was no answer, or one that does not say what Bluecore has done. */
export const leavesOpen = (outcome: Outcome): boolean =>
	outcome.kind === 'unknown' ||
	(outcome.kind === 'invalid' && outcome.problem.mayHaveArrived) ||
	(outcome.kind === 'temporary' && outcome.response.statusCode !== 429);

/** Says what is wrong with an answer of 2xx, given whether its `data` is what was asked for. */
export const validateData =
	(what: string, isChange: boolean, isGood: (data: Record<string, unknown>) => boolean) =>
	(response: ApiResponse): InvalidResponse | undefined => {
		const data = dataOf(response);
		if (data && isGood(data)) return undefined;
		const problem = lacksData(what, response, isObject(response.body));
		return { ...problem, mayHaveArrived: isChange && !isPage(response) };
	};

/** What statuses mean, given what Bluecore says. */
type Meanings = Readonly<Partial<Record<number, (apiMessage?: string) => Problem>>>;

/** What the statuses of the Developer API mean for an operation that needs a scope, and maybe gives some a meaning of its own. */
export function explainFor(
	scope: string,
	own: Meanings = {},
): NonNullable<FailureFacts['explain']> {
	const meanings: Meanings = {
		404: (apiMessage) => ({
			message: `Bluecore did not find it: ${apiMessage}`,
			fix: 'Check Namespace in the Bluecore credential, and what is sent with the option Validate Only.',
		}),
		401: () => ({
			message: 'Bluecore did not accept the access token (401)',
			fix: `Check Namespace, Client ID and Client Secret in the Bluecore credential. The client also needs the scope ${scope}.`,
		}),
		403: () => ({
			message: `The client of the Bluecore credential may not do this (403): it needs the scope ${scope}`,
			fix: 'Ask Bluecore to give the client this scope, or use a credential of a client that has it.',
		}),
		422: (apiMessage = 'something is missing in it') => ({
			message: `Bluecore refused the request: ${apiMessage}`,
			fix: 'Look at what is sent with the option Validate Only, and correct what the message names.',
		}),
		...own,
	};
	return (status, apiMessage) => {
		// A server that has no such address knows nothing of what was asked for.
		const isOfApi = status !== 404 || (apiMessage !== undefined && !isUnknownAddress(apiMessage));
		return isOfApi ? meanings[status]?.(apiMessage) : undefined;
	};
}

/** No window is longer; a larger number of seconds is a time, not a duration. */
const MAX_RESET_S = 24 * 60 * 60;

/**
 * Reads the rate-limit headers of an answer, such as `X-RateLimit-Limit: 700;w=60;burst=75;w=1`: limits, each followed by its window
 * in seconds. The names of the headers come with and without `X-`.
 */
export function readQuota({ headers }: Response): QuotaReading {
	const header = (name: string) => {
		const names = [`x-ratelimit-${name}`, `ratelimit-${name}`];
		const [, value] =
			Object.entries(headers).find(([key]) => names.includes(key.toLowerCase())) ?? [];
		return value;
	};
	const windows = readWindows(String(header('limit') ?? ''));
	const remaining = toNumber(header('remaining'));
	const seconds = toNumber(header('reset'));
	const isCounted =
		remaining !== undefined && seconds !== undefined && seconds >= 0 && seconds <= MAX_RESET_S;
	return {
		windows,
		...(isCounted && {
			current: { remaining: Math.max(0, Math.floor(remaining)), resetMs: seconds * 1000 },
		}),
	};
}

function readWindows(policy: string): QuotaReading['windows'] {
	const windows: Array<{ limit: number; windowMs: number }> = [];
	let limit: number | undefined;
	for (const part of policy.split(/[;,]/)) {
		const [, name, number] = /^\s*(?:(\w+)\s*=\s*)?(\d+)\s*$/.exec(part) ?? [];
		if (number === undefined) continue;
		if (name?.toLowerCase() !== 'w') limit = Number(number);
		else if (limit !== undefined && limit > 0 && Number(number) > 0) {
			windows.push({ limit, windowMs: Number(number) * 1000 });
		}
	}
	return windows;
}
