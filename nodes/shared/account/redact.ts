import type { Account } from './account';

/** Removes the account's secrets from a text that came from outside; the namespace, often a plain word, where it stands alone. */
export function redact(
	text: string,
	{ apiKey, namespace }: Pick<Account, 'apiKey' | 'namespace'>,
): string {
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

/** A secret as it is, and as it stands in a URL; nothing for none. */
const asSent = (secret: string): string[] =>
	secret === '' ? [] : [...new Set([secret, encodeURIComponent(secret)])];
