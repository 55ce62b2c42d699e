/** Bluecore's endpoints; `unknown` for an address that is none of them. */
export type Api = 'events' | 'send' | 'status' | 'unknown';

/**
 * What became of a call: taken; answered as if it were, but nothing would come of it; refused with a 4xx; or not taken because
 * of a fault of the sandbox.
 */
export type Verdict = 'accepted' | 'dropped' | 'refused' | 'faulted';

/** A request as it comes in. */
export interface IncomingCall {
	readonly api: Api;
	readonly method: string;
	/** With the query, as it came. */
	readonly path: string;
	/** The body as JSON, or as text where it is none; undefined where there is none. */
	readonly body: unknown;
	readonly isJson: boolean;
	/** Without the API key. */
	readonly headers: Readonly<Record<string, string>>;
	readonly apiKey: string | undefined;
	/** Of the address, or of an event's `token`; empty where there is none. */
	readonly namespace: string;
	/** The name of the event; empty where there is none. */
	readonly event: string;
	/** Distinct ID, email address or conversation ID; empty where there is none. */
	readonly who: string;
	/** Size of the body. */
	readonly bytes: number;
}

/** What is answered, and what there is to say about it. */
export interface Decision {
	readonly status: number;
	readonly answer: unknown;
	readonly verdict: Verdict;
	/** Why it is not accepted, a sentence each. */
	readonly reasons: readonly string[];
	/** What to know about an accepted call, a sentence each. */
	readonly remarks: readonly string[];
}

/** A call and what became of it, as it is kept and told. The API key is not kept. */
export interface RecordedCall extends Decision {
	/** Counts from 1. */
	readonly id: number;
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly api: Api;
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: unknown;
	/** Size of the body. */
	readonly bytes: number;
	readonly namespace: string;
	/** The name of the event, of the campaign, or of what is asked. */
	readonly what: string;
	readonly who: string;
	/** The fault of the sandbox that befell it. */
	readonly fault?: string;
}

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
	/** Milliseconds since the epoch. */
	readonly sentAt: number;
	/** The call that it came with. */
	readonly call: number;
	readonly bytes: number;
}
