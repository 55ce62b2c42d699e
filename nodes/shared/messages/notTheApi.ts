import type { Problem } from '../values/report';
import type { Response } from '../delivery/outcome';

/** A response with the URL that was asked, and the credential's field that has it, so that a message can name them. */
export type ApiResponse = Response & { readonly url?: string; readonly urlLabel?: string };

/** A response of n8n's helper, with what messages name. A spread of it would take seven microseconds for each request. */
export const apiResponse = (
	{ statusCode, headers, body }: Response,
	url: string,
	urlLabel: string,
): ApiResponse => ({ statusCode, headers, body, url, urlLabel });

/**
 * Whether an answer is a web page or other markup, as proxies and sign-in pages send, whatever its status. The content type alone
 * does not decide: frameworks say `text/html` of an empty answer too.
 */
export function isPage({ headers, body }: Response): boolean {
	if (typeof body !== 'string') return false;
	const isCalledMarkup = /html|xml/i.test(String(headers['content-type'] ?? ''));
	return body.trimStart().startsWith('<') || (isCalledMarkup && body.includes('<'));
}

/** What to say of an answer that another server than Bluecore's API gave. */
export function notTheApi(response: ApiResponse): Problem {
	const { url, urlLabel = 'URL', statusCode } = response;
	const host = url === undefined ? 'The server' : new URL(url).host;
	const what = isPage(response) ? ' with a web page' : '';
	return {
		message: `The ${urlLabel} is not the address of Bluecore's API: ${host} answered ${statusCode}${what}`,
		fix: `Check the ${urlLabel} in the Bluecore credential, and that no proxy or sign-in page answers instead of Bluecore.`,
	};
}
