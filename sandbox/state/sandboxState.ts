import type { SandboxConfig } from '../account/config';
import { shorten } from '../schemas/jsonValues';
import { applyCall } from './applyCall';
import { BoundedMap } from './boundedMap';
import { Clock } from './clock';
import { DiscardedCallsLog, type DiscardedCalls } from './discardedCalls';
import type { Decision, EventBody, RecordedCall, SentEmail } from './calls';
import { messageKey, type SentMessage } from './messages';
import type { Profile } from './profile';
import { ProfileStore } from './profileStore';

/** Calls, emails, messages and profiles each take at most this much memory, whatever number of them is to be kept. */
const MAX_BYTES = 128 * 1024 * 1024;
const FIRST_CONVERSATION = 3_123_245_000_000;

const noTotals = () => ({
	...{ calls: 0, accepted: 0, dropped: 0, refused: 0, faulted: 0 },
	/** Accepted calls with remarks. */
	remarked: 0,
	/** Calls that a fault was applied to, whether they were processed or not. */
	faults: 0,
	events: 0,
	emails: 0,
	/** Messages of the Developer API. */
	messages: 0,
});

/** How many calls there were since the last reset, including those that are no longer kept. */
export type Totals = ReturnType<typeof noTotals>;

/** A part of the state, as it is written into the data file. */
export type StatePart =
	| {
			readonly totals: Totals;
			readonly attributes: readonly string[];
			readonly lastCall?: number;
			readonly discarded?: readonly DiscardedCalls[];
	  }
	| { readonly profile: Profile }
	| { readonly email: SentEmail }
	| { readonly message: SentMessage }
	| { readonly call: RecordedCall };

/** The calls that the sandbox has received, in order of arrival, and what Bluecore would have stored because of them. */
export class SandboxState {
	totals = noTotals();

	readonly clock = new Clock();

	readonly emails: BoundedMap<string, SentEmail>;

	/** The messages of the Developer API by `messageKey`. */
	readonly messages: BoundedMap<string, SentMessage>;

	profiles: ProfileStore;

	discarded = new DiscardedCallsLog();

	private readonly recentCalls: BoundedMap<number, RecordedCall>;

	private conversations = 0;

	/** The ID of the last call; 0 before the first one. */
	lastCall = 0;

	/** Keeps at most `keep` calls, emails and profiles, each. */
	constructor(
		private readonly config: SandboxConfig,
		private readonly keep: number,
	) {
		const sizeOf = ({ bytes }: { readonly bytes: number }) => bytes;
		const limits = { count: keep, bytes: MAX_BYTES, sizeOf };
		this.emails = new BoundedMap<string, SentEmail>(limits);
		this.messages = new BoundedMap<string, SentMessage>(limits);
		this.profiles = new ProfileStore(config, keep, MAX_BYTES);
		const onEvicted = (call: RecordedCall) => {
			this.profiles.forgetCall(call);
			this.discarded.add(call);
		};
		this.recentCalls = new BoundedMap({ ...limits, onEvicted });
	}

	/** The calls that are kept. */
	get calls(): RecordedCall[] {
		return [...this.recentCalls.values()];
	}

	/** The calls whose events were answered with "accepted", including those that Bluecore would drop. */
	get eventCalls(): RecordedCall[] {
		return this.calls.filter(isAnsweredEvent);
	}

	/** The events of these calls. */
	get events(): EventBody[] {
		return this.eventCalls.map(({ body }) => body as EventBody);
	}

	call(id: number): RecordedCall | undefined {
		return this.recentCalls.get(id);
	}

	nextConversationId(): string {
		return String(FIRST_CONVERSATION + ++this.conversations);
	}

	/** The ID of the next call. */
	get nextCall(): number {
		return this.lastCall + 1;
	}

	/** Applies a call to the state and stores it. Returns it with the remarks that followed from the state, and with the answer that is made after. */
	record(call: RecordedCall, answerAfter?: Decision['answerAfter']): RecordedCall {
		const remarks = applyCall(call, this, this.config);
		const recorded =
			remarks.length > 0 || answerAfter
				? {
						...call,
						remarks: [...call.remarks, ...remarks],
						answer: answerAfter ? answerAfter() : call.answer,
					}
				: call;
		this.store(recorded);
		return recorded;
	}

	/** Applies and stores a call that was recorded before a restart. */
	replay(call: RecordedCall): void {
		applyCall(call, this, this.config);
		this.store(call);
	}

	reset(): void {
		this.recentCalls.clear();
		this.emails.clear();
		this.messages.clear();
		this.profiles = new ProfileStore(this.config, this.keep, MAX_BYTES);
		this.discarded = new DiscardedCallsLog();
		this.totals = noTotals();
		this.lastCall = 0;
		this.clock.offsetMs = 0;
	}

	/** Forgets what is kept of one namespace. IDs go on, and the time stays, because others may use them. */
	resetNamespace(given: string): void {
		const namespace = shorten(given);
		for (const call of this.recentCalls.values()) {
			if (call.namespace !== namespace) continue;
			this.recentCalls.delete(call.id);
			this.count(call, -1);
		}
		for (const [id, email] of this.emails) {
			if (email.namespace === namespace) this.emails.delete(id);
		}
		for (const [key, message] of this.messages) {
			if (message.namespace === namespace) this.messages.delete(key);
		}
		this.profiles.forgetNamespace(namespace);
		this.discarded.forget(namespace);
	}

	/** The whole state, in parts that `restore` accepts. */
	*parts(): Generator<StatePart> {
		const { totals, lastCall, discarded } = this;
		const attributes = this.profiles.columnKeys;
		yield { totals, lastCall, attributes, discarded: discarded.list() };
		for (const profile of this.profiles.list()) yield { profile };
		for (const email of this.emails.values()) yield { email };
		for (const message of this.messages.values()) yield { message };
		for (const call of this.recentCalls.values()) yield { call };
	}

	restore(part: StatePart): void {
		if ('totals' in part) {
			this.totals = part.totals;
			this.lastCall = part.lastCall ?? part.totals.calls;
			this.profiles.restoreAttributes(part.attributes);
			this.discarded.restore(part.discarded ?? []);
		} else if ('profile' in part) this.profiles.restore(part.profile);
		else if ('email' in part) this.storeEmail(part.email);
		else if ('message' in part) this.storeMessage(part.message);
		else this.recentCalls.set(part.call.id, part.call);
	}

	/** The message that a call has sent, if it is kept. */
	messageOfCall(call: number): SentMessage | undefined {
		return [...this.messages.values()].find((message) => message.call === call);
	}

	private store(call: RecordedCall): void {
		this.recentCalls.set(call.id, call);
		this.lastCall = call.id;
		this.count(call, 1);
	}

	/** Counts a call, or takes it back. */
	private count(call: RecordedCall, by: 1 | -1): void {
		const { totals } = this;
		const { api, method, verdict, remarks, fault } = call;
		totals.calls += by;
		totals[verdict] += by;
		if (remarks.length > 0) totals.remarked += by;
		if (fault !== undefined) totals.faults += by;
		if (isAnsweredEvent(call)) totals.events += by;
		if (verdict !== 'accepted') return;
		if (api === 'send') totals.emails += by;
		if (api === 'messages' && method === 'POST') totals.messages += by;
	}

	/** Keeps an email that was sent. */
	storeEmail(email: SentEmail): void {
		this.emails.set(email.conversation_id, email);
		const number = Number(email.conversation_id) - FIRST_CONVERSATION;
		if (Number.isSafeInteger(number)) this.conversations = Math.max(this.conversations, number);
	}

	/** Keeps a message that was sent. */
	storeMessage(message: SentMessage): void {
		this.messages.set(messageKey(message.namespace, message.id), message);
	}
}

const isAnsweredEvent = ({ api, verdict }: RecordedCall) =>
	api === 'events' && (verdict === 'accepted' || verdict === 'dropped');
