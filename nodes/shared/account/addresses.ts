import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import type { Problem } from '../values/report';
import { quoted } from '../values/text';
import { isBlank } from '../values/value';

/** Where each API is: the credential's field with its address, the default of that, and its path below the URL of a sandbox. */
const ADDRESSES = {
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

/** The fields of a credential that say where its requests go; `texts` has the placeholder and the description of each address. */
export function environmentProperties(
	servers: string,
	sandboxFor: string,
	texts: Readonly<Partial<Record<keyof typeof ADDRESSES, readonly [string, string]>>>,
): INodeProperties[] {
	const addresses = Object.entries(texts).map(([name, [placeholder, description]]) => {
		const { label: displayName, field, production } = ADDRESSES[name as keyof typeof ADDRESSES];
		return { displayName, name: field, default: production, placeholder, description };
	});
	return [
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			default: 'production',
			description: servers,
			options: [
				{ name: 'Custom', value: 'custom', description: 'Other servers, such as a proxy' },
				{ name: 'Production', value: 'production', description: 'The servers of Bluecore' },
				{
					name: 'Sandbox',
					value: 'sandbox',
					description: 'The sandbox, a stand-in for Bluecore on this machine or in your network',
				},
			],
		},
		{
			displayName: 'Sandbox URL',
			name: 'sandboxUrl',
			type: 'string',
			default: DEFAULT_SANDBOX_URL,
			placeholder: 'e.g. http://sandbox:4010',
			description: `The address of the sandbox, for ${sandboxFor}. Use http only on this machine or in a private network, such as http://sandbox:4010 between containers.`,
			displayOptions: { show: { environment: ['sandbox'] } },
		},
		...addresses.map(({ description, ...address }) => ({
			...address,
			type: 'string' as const,
			description: `${description} Use https; http is allowed only for the machine that n8n runs on.`,
			displayOptions: { show: { environment: ['custom'] } },
		})),
	];
}

export const credentialText = (credential: ICredentialDataDecryptedObject, name: string) =>
	String(credential[name] ?? '').trim();

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

/** The URLs of some APIs, without a slash at the end, each with the label of its field. */
export function readAddresses(
	credential: ICredentialDataDecryptedObject,
	names: ReadonlyArray<keyof typeof ADDRESSES>,
	problems: Problem[],
): Array<{ readonly baseUrl: string; readonly urlLabel: string }> {
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

const DEFAULT_SANDBOX_URL = 'http://127.0.0.1:4010';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Addresses and names that only a private network has, as a URL writes them: names without a dot are those of containers. */
const PRIVATE = [
	/^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3})+$/,
	/^\[(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/,
	/^[^.[\]:]+$/,
	/^[^[\]:]+\.(local|internal|localhost)$/,
];

/** The same text for all URLs, so that it is said once. */
const HTTPS_ONLY =
	'Open the credential and enter an address with https, because others can read what http sends. http is allowed only for the machine that n8n runs on (127.0.0.1), which inside a container is the container itself. For a sandbox in another container, set Environment to Sandbox.';
const HTTPS_OR_PRIVATE = `Open the credential and enter an address with https, because others can read what http sends. http is allowed only for the machine that n8n runs on (${DEFAULT_SANDBOX_URL}) and in private networks: http://192.168.0.10:4010, or http://sandbox:4010 for a container named sandbox.`;

/**
 * A base URL of a credential, without a slash at the end. It has `https`; or `http` where nobody can read the secrets on the way: on
 * this machine, and for a sandbox in a private network, because n8n often runs in a container and the sandbox beside it.
 */
function checkUrl(
	text: string,
	label: string,
	problems: Problem[],
	network: 'machine' | 'private' = 'machine',
): string {
	const fix =
		network === 'private'
			? `Open the credential and set ${label} to the address of the sandbox, such as ${DEFAULT_SANDBOX_URL}, or http://sandbox:4010 for a container named sandbox.`
			: `Open the credential and set ${label} to an address such as https://api.example.com or http://127.0.0.1:4010.`;
	if (!URL.canParse(text)) {
		problems.push({
			message: `${label} in the Bluecore credential is not a URL: ${quoted(text)}`,
			fix,
		});
		return text;
	}
	const url = new URL(text);
	const unencrypted = network === 'private' ? [LOOPBACK, ...PRIVATE] : [LOOPBACK];
	const mayBeHttp = unencrypted.some((hosts) => hosts.test(url.hostname));
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayBeHttp)) {
		problems.push({
			message: `${label} in the Bluecore credential must use https, but is ${quoted(`${url.protocol}//${url.host}`)}`,
			fix: network === 'private' ? HTTPS_OR_PRIVATE : HTTPS_ONLY,
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

/** Adds a secret to a request if it goes to an API: n8n lets any HTTP Request node use a credential, and nobody else may get the secret. */
export function withBearer(
	request: IHttpRequestOptions,
	baseUrl: string,
	secret: string,
): IHttpRequestOptions {
	const { url, uri = '', baseURL = '' } = request as IHttpRequestOptions & { uri?: string };
	const address = url || uri;
	const target = URL.canParse(address) ? address : `${baseURL}${address}`;
	if (secret === '' || !target.startsWith(`${baseUrl}/`)) return request;
	return { ...request, headers: { ...request.headers, Authorization: `Bearer ${secret}` } };
}
