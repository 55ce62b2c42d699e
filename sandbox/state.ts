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
}

/** One request as it came in, and the status of its answer. The Authorization header is not kept. */
export interface RecordedCall {
	readonly method: string;
	readonly path: string;
	readonly body: unknown;
	readonly status: number;
}

/** What the sandbox has received, in order of arrival. */
export class SandboxState {
	readonly calls: RecordedCall[] = [];

	readonly events: EventBody[] = [];

	readonly emails = new Map<string, SentEmail>();

	private conversations = 0;

	nextConversationId(): string {
		this.conversations++;
		return String(3_123_245_000_000 + this.conversations);
	}

	reset(): void {
		this.calls.length = 0;
		this.events.length = 0;
		this.emails.clear();
	}
}
