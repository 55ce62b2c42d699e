import type { Problem } from '../values/report';
import { isUnknownAddress } from './answers';
import { ENDPOINTS, triedTimes, type Endpoint } from './endpoints';

/** An answer of failure, and the request that it answers. */
interface FailedAnswer {
	readonly status: number;
	readonly endpoint: Endpoint;
	readonly host: string;
	readonly attempts: number;
	/** What Bluecore says. */
	readonly apiMessage?: string;
	readonly requestId?: string;
}

export const FEWER_REQUESTS =
	'If this happens often, set the option Requests per Second to what your account allows, or run fewer workflows at the same time.';
const SUPPORT = 'support@bluecore.com';

type Explain = (answer: FailedAnswer) => Problem;

/** What Bluecore means by a status. */
const STATUSES: Readonly<Record<number, Explain>> = {
	401: notAllowed,
	403: notAllowed,
	404: (answer) =>
		(isUnknownAddress(answer.apiMessage) ? undefined : ENDPOINTS[answer.endpoint].notFound) ??
		wrongAddress(answer),
	405: wrongAddress,
	406: ({ endpoint }) => ({
		message: `Bluecore does not accept the media type of ${ENDPOINTS[endpoint].what}`,
		fix: 'This is a defect of this node: please report it with the versions of the node and of n8n.',
	}),
	413: ({ endpoint, host }) => ({
		message: `${host} does not accept so much data at once, so ${ENDPOINTS[endpoint].what} was not accepted`,
		fix: 'Send less data in this item. If Bluecore accepts as much, a proxy or gateway on the way has a lower limit: ask whoever runs it.',
	}),
	422: ({ endpoint, apiMessage = 'something is missing in it' }) => ({
		message: `Bluecore refused ${ENDPOINTS[endpoint].what}: ${apiMessage}`,
		fix: missingFix(apiMessage),
	}),
	429: ({ endpoint, attempts }) => ({
		message: `Bluecore is receiving too many requests and did not accept ${ENDPOINTS[endpoint].what}${triedTimes(attempts)}`,
		fix: `Run it again later. ${FEWER_REQUESTS}`,
	}),
};

/** Says what a status of failure means, and what to do. */
export function explainStatus(answer: FailedAnswer): Problem {
	const { status } = answer;
	const explain = STATUSES[status] as Explain | undefined;
	if (explain) return explain(answer);
	if (status >= 500) return unavailable(answer);
	return status >= 300 && status < 400 ? wrongAddress(answer) : refused(answer);
}

function notAllowed({ endpoint, status }: FailedAnswer): Problem {
	return endpoint === 'event'
		? {
				message: `Bluecore did not accept the Namespace (${status})`,
				fix: 'Check Namespace in the Bluecore credential: it must be exactly as Bluecore gave it to you.',
			}
		: {
				message: `Bluecore did not accept the API Key for this Namespace (${status})`,
				fix: 'Check API Key and Namespace in the Bluecore credential: the key is wrong, was revoked, or belongs to another namespace.',
			};
}

function wrongAddress({ host, status }: FailedAnswer): Problem {
	return {
		message: `The URL is not the address of Bluecore's API: ${host} answered ${status}`,
		fix:
			status < 400
				? 'Check the URL in the Bluecore credential. Redirects are not followed, because the API key and customer data could then go to another server: enter the address that the redirect leads to.'
				: 'Check the URL in the Bluecore credential: the host, and the path that the node adds its own to.',
	};
}

function unavailable({ endpoint, attempts, apiMessage, status, requestId }: FailedAnswer): Problem {
	const quote = requestId ? ` and quote the request ID ${requestId}` : '';
	return {
		message: `Bluecore could not process ${ENDPOINTS[endpoint].what}${triedTimes(attempts)}: ${apiMessage ?? `status ${status}`}`,
		fix: `Try again later. If this continues, write to ${SUPPORT}${quote}.`,
	};
}

const refused = ({ endpoint, apiMessage, status }: FailedAnswer): Problem => ({
	message: `Bluecore refused ${ENDPOINTS[endpoint].what}: ${apiMessage ?? `status ${status}`}`,
	fix: 'To see what is sent, use the options Validate Only and Include Payload.',
});

/** What to do about an email that Bluecore finds wrong. */
function missingFix(apiMessage: string): string {
	if (/customer.?attribute/i.test(apiMessage)) {
		return 'Leave Customer Attributes empty for transactional campaigns, and do not send protected attributes.';
	}
	if (/\bsize\b|exceed/i.test(apiMessage)) {
		return 'Pass less in Template Attributes: use links to images instead of embedded images, and shorten long HTML.';
	}
	return 'Add every attribute that the message names. Attributes of the template belong in Template Attributes, with an empty value if they have none.';
}
