/** What Bluecore's endpoints are about; `imports` are files; `unknown` for any other address. */
export const APIS = [
	...(['events', 'send', 'status', 'token', 'customers', 'eligibility', 'messages'] as const),
	...(['imports', 'unknown'] as const),
];
export type Api = (typeof APIS)[number];

/**
 * What happens to a call: `accepted`; `dropped`, answered as accepted although Bluecore would discard it; `refused` with a
 * 4xx; or `faulted`, not processed because of a fault that was set in the sandbox.
 */
export const VERDICTS = ['accepted', 'dropped', 'refused', 'faulted'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A request, as it arrives. */
export interface IncomingCall {
	readonly api: Api;
	readonly method: string;
	/** With the query, unchanged. */
	readonly path: string;
	/** The parsed body, or its text if it is not JSON; undefined if there is none. */
	readonly body: unknown;
	readonly isJson: boolean;
	/** Whether the body is JSON that is nested more deeply than is read. */
	readonly isTooDeep: boolean;
	/** Without the API key, the token or the client's secret. */
	readonly headers: Readonly<Record<string, string>>;
	/** API key or token; of a call for a token, the client's secret. */
	readonly apiKey: string | undefined;
	/** The scope of the Developer API that the call needs. */
	readonly scope?: string;
	/** From the address, or from an event's `token`; empty if there is none. */
	readonly namespace: string;
	/** The name of the event; empty if there is none. */
	readonly event: string;
	/** Distinct ID, email address, phone number, conversation, message or client ID; empty if there is none. */
	readonly who: string;
	/** Size of the body. */
	readonly bytes: number;
}

/** The answer to a call, and the explanation that the sandbox shows beside it. */
export interface Decision {
	/** HTTP status; 0 if the connection is closed without an answer. */
	readonly status: number;
	readonly answer: unknown;
	/** The answer of a call that shows what the call has changed; it is made after the change. */
	readonly answerAfter?: () => unknown;
	readonly answerHeaders?: Readonly<Record<string, string>>;
	readonly verdict: Verdict;
	/** Why the call is not accepted, one sentence each. */
	readonly reasons: readonly string[];
	/** What else to know about an accepted call, one sentence each. */
	readonly remarks: readonly string[];
}

/** A call and its outcome, as stored and shown. It has no API key, no secret, and tokens are shortened. */
export interface RecordedCall
	extends
		Omit<Decision, 'answerAfter'>,
		Pick<IncomingCall, 'api' | 'method' | 'path' | 'headers' | 'body' | 'namespace' | 'who'> {
	/** Counts from 1. */
	readonly id: number;
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** Roughly what the call takes in memory. */
	readonly bytes: number;
	/** The name of the event or of the campaign, or what was requested. */
	readonly what: string;
	/** The server that answered in place of the sandbox, and how long that took. */
	readonly forwarded?: { readonly to: string; readonly ms: number };
	/** What the fault that was applied did. */
	readonly fault?: string;
}

/** A call that is to be recorded. Left out: it arrives now. */
export type NewCall = Omit<RecordedCall, 'id' | 'at' | 'bytes'> & Partial<Pick<RecordedCall, 'at'>>;

export interface EventBody {
	readonly event: string;
	readonly properties: Readonly<Record<string, unknown>>;
}

export interface SentEmail {
	readonly conversation_id: string;
	readonly namespace: string;
	readonly campaign_id: string;
	readonly email: string;
	readonly template_attributes: Readonly<Record<string, unknown>>;
	readonly customer_attributes?: Readonly<Record<string, unknown>>;
	readonly use_draft: boolean;
	/** Another server sends it, so that its status is not known here. */
	readonly forwarded?: true;
	/** Milliseconds since the epoch. */
	readonly sentAt: number;
	/** ID of the call that sent it. */
	readonly call: number;
	/** Roughly what the email takes in memory. */
	readonly bytes: number;
}
