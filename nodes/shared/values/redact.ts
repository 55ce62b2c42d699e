/** What must not be shown of an account. */
interface Secrets {
	readonly apiKey: string;
	readonly namespace: string;
}

/** Removes the account's secrets from a text that came from outside. The namespace is often an ordinary word, so only the whole word is removed. */
export function redact(text: string, { apiKey, namespace }: Secrets): string {
	const withoutKey = asSent(apiKey).reduce(
		(clean, secret) => clean.split(secret).join('***'),
		text,
	);
	return asSent(namespace).reduce((clean, secret) => {
		const escaped = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		const alone = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'gu');
		return clean.replace(alone, '***');
	}, withoutKey);
}

/** A secret as it is and as it is in a URL; nothing if it is empty. */
const asSent = (secret: string): string[] =>
	secret === '' ? [] : [...new Set([secret, encodeURIComponent(secret)])];
