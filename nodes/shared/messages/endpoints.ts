import type { Problem } from '../values/report';

/** Which of Bluecore's APIs was asked, and for what. */
export type Endpoint = 'event' | 'send' | 'status' | 'read' | 'change' | 'message';

/** What differs between the endpoints in messages about a failure. */
interface EndpointTexts {
	/** What was sent, as part of a sentence. */
	readonly what: string;
	/** What to do when it is unknown whether it arrived; `tried`: how often it was sent, in brackets, or nothing. */
	unknownFix(tried: string): string;
	/** What a 404 of Bluecore means; without it, the address is wrong. */
	readonly notFound?: Problem;
}

export const ENDPOINTS: Readonly<Record<Endpoint, EndpointTexts>> = {
	event: {
		what: 'the event',
		unknownFix: (tried) =>
			`The event may already be in Bluecore${tried}. Run the item again if a second event does no harm: Bluecore counts a purchase with the same Order ID once.`,
	},
	send: {
		what: 'the email',
		unknownFix: (tried) =>
			`The email may have been sent${tried}. Before you send it again, look for it in the campaign's report in Bluecore. With the option Retry on Unknown Outcome, the node sends it again by itself, and the customer may get it twice.`,
		notFound: {
			message: 'The campaign does not exist in this namespace',
			fix: 'Copy Campaign ID from the campaigns page in Bluecore, and check Namespace (and a custom Email URL) in the credential.',
		},
	},
	status: {
		what: 'the status request',
		unknownFix: (tried) => `Run the item again: asking for a status changes nothing${tried}.`,
		notFound: {
			message: 'The conversation does not exist in this namespace',
			fix: 'Pass the conversation_id that Send returned, and use the same credential.',
		},
	},
	read: {
		what: 'the request',
		unknownFix: (tried) => `Run the item again: reading changes nothing${tried}.`,
	},
	change: {
		what: 'the change',
		unknownFix: (tried) => `Run the item again: a change that is made twice does no harm${tried}.`,
	},
	/** Each message says itself what to do. */
	message: { what: 'the message', unknownFix: (tried) => tried },
};

/** How often a request was sent, for the end of a sentence; nothing for once. */
export const triedTimes = (attempts: number): string =>
	attempts > 1 ? ` (tried ${attempts} times)` : '';
