import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IExecuteFunctions,
	IHttpRequestOptions,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import type { Response } from '../delivery/outcome';
import { isExpression } from '../values/field';
import type { Problem } from '../values/report';
import { invisibleIn, isMissingId, messageOf, quoted } from '../values/text';
import { credentialText, readAddresses } from './addresses';

const CREDENTIALS = {
	events: 'bluecoreApi',
	email: 'bluecoreApi',
	developer: 'bluecoreOAuth2Api',
} as const;

/** Below the Events URL. */
export const EVENTS_PATH = '/api/track/mobile/v1';

type ApiName = keyof typeof CREDENTIALS;

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
	const invisible = invisibleIn(namespace);
	if (invisible !== undefined) {
		problems.push({
			message: `Namespace in the Bluecore credential contains an invisible character (${invisible})`,
			fix: 'Open the credential and type the Namespace again: with this character, it is that of no account.',
		});
	}
	return namespace;
}

/** The same for all accounts of one namespace at one address. */
export const accountKey = ({ baseUrl, namespace }: Account): string => `${baseUrl} ${namespace}`;

const NO_API_KEY: Problem = {
	message: 'The Bluecore credential has no API Key, but Bluecore Email needs one',
	fix: 'Open the credential and fill in API Key. To get a key, write to support@bluecore.com.',
};

interface Accounts {
	/** The account of all items; undefined if the credential has expressions that differ between them. */
	readonly common?: AccountReading;
	of(itemIndex: number): Promise<AccountReading>;
}

/**
 * Reads the credential. n8n decrypts it at each read, so it is read only once if no expression in it depends on the item: that its values
 * are the same for some items says nothing of the others.
 */
export async function readAccounts(context: IExecuteFunctions, api: ApiName): Promise<Accounts> {
	const name = CREDENTIALS[api];
	async function read(itemIndex: number): Promise<AccountReading> {
		const credential = await context.getCredentials(name, itemIndex);
		if (api === 'developer') return readClientAccount(credential);
		const { account, problems } = readAccount(credential, api);
		const hasNoKey = api === 'email' && account.apiKey === '';
		return { account, problems: hasNoKey ? [...problems, NO_API_KEY] : problems };
	}
	const differs = context.getInputData().length > 1 && (await differsByItem(context, name));
	if (differs !== true) {
		// What no item can read ends the run here.
		const first = await read(0);
		if (differs === false) return { common: first, of: async () => first };
	}
	return {
		async of(itemIndex) {
			try {
				const { account, problems } = await read(itemIndex);
				return { account: { ...account, variesByItem: true }, problems };
			} catch (thrown) {
				const problem = {
					message: `The credential could not be read: ${messageOf(thrown)}`,
					fix: 'Open the credential and check its expressions for this item.',
				};
				const { account } = api === 'developer' ? readClientAccount({}) : readAccount({}, api);
				return { account, problems: [problem] };
			}
		},
	};
}

/** What n8n gives a node besides its public methods: the reader of credentials, which can leave the expressions in. */
interface Surroundings {
	readonly mode: WorkflowExecuteMode;
	readonly additionalData?: {
		readonly credentialsHelper: Pick<ICredentialsHelper, 'getDecrypted'>;
	} & IWorkflowExecuteAdditionalData;
}

/** Whether a credential has an expression that can differ between items; undefined if its expressions cannot be read. */
async function differsByItem(
	context: IExecuteFunctions,
	name: string,
): Promise<boolean | undefined> {
	const { additionalData, mode } = context as unknown as Surroundings;
	const details = context.getNode().credentials?.[name];
	if (!additionalData || !details) return undefined;
	try {
		const entered = await additionalData.credentialsHelper.getDecrypted(
			additionalData,
			details,
			name,
			mode,
			undefined,
			true,
		);
		return Object.values(entered).some((value) => isExpression(value) && READS_ITEM.test(value));
	} catch {
		return undefined;
	}
}

/** Everything but what is the same in a whole execution. */
const READS_ITEM = /\$(?!(?:secrets|vars|env|execution|workflow|now|today)\b)/;

/**
 * What all requests have in common: one with a body is a POST, every answer is returned whole, whatever its status, and redirects are
 * not followed.
 */
export const requestOptions = (
	{ url, body }: Pick<IHttpRequestOptions, 'url' | 'body'>,
	timeout: number,
	abortSignal?: AbortSignal,
): IHttpRequestOptions => ({
	method: body === undefined ? 'GET' : 'POST',
	url,
	body,
	json: true,
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	disableFollowRedirect: true,
	timeout,
	abortSignal,
});

/** Sends a request, and returns the answer whatever its status. */
export type Http = (options: IHttpRequestOptions) => Promise<Response>;

/**
 * Sends a request with the credential of an API. n8n is given its data and does not read it again: a read that fails would look like a
 * lost request.
 */
export async function requestWith(
	context: IExecuteFunctions,
	api: ApiName,
	data: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
): Promise<Response> {
	const type = CREDENTIALS[api];
	const credentialsDecrypted = { id: '', name: '', type, data };
	return (await context.helpers.httpRequestWithAuthentication.call(context, type, options, {
		credentialsDecrypted,
	})) as Response;
}
