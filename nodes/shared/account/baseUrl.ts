import type { Problem } from '../values/report';
import { quoted } from '../values/text';

export const DEFAULT_SANDBOX_URL = 'http://127.0.0.1:4010';

/** Host names of this machine. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Addresses and names that only a private network has, as a URL writes them: names without a dot are those of containers. */
const PRIVATE = [
	/^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3})+$/,
	/^\[(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/,
	/^[^.[\]:]+$/,
	/^[^[\]:]+\.(local|internal|localhost)$/,
];

const isPrivate = (host: string) => PRIVATE.some((pattern) => pattern.test(host));

/** The same text for all URLs, so that it is said once. */
const HTTPS_ONLY =
	'Open the credential and enter an address with https, because others can read what http sends. http is allowed only for the machine that n8n runs on (127.0.0.1), which inside a container is the container itself. For a sandbox in another container, set Environment to Sandbox.';
const HTTPS_OR_PRIVATE = `Open the credential and enter an address with https, because others can read what http sends. http is allowed only for the machine that n8n runs on (${DEFAULT_SANDBOX_URL}) and in private networks: http://192.168.0.10:4010, or http://sandbox:4010 for a container named sandbox.`;

/**
 * A base URL of a credential, without a slash at the end. It has `https`; or `http` where nobody can read the secrets on the way: on
 * this machine, and for a sandbox in a private network, because n8n often runs in a container and the sandbox beside it.
 */
export function checkUrl(
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
	const mayBeHttp =
		LOOPBACK.test(url.hostname) || (network === 'private' && isPrivate(url.hostname));
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
