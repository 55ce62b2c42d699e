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
		const where =
			network === 'private'
				? 'this machine and for private addresses and names'
				: 'the machine that n8n runs on';
		problems.push({
			message: `${label} in the Bluecore credential must use https (http is allowed only for ${where}), but is ${quoted(`${url.protocol}//${url.host}`)}`,
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
