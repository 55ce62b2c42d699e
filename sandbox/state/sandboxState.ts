import type { EventBody, RecordedCall, SentEmail } from './calls';
import type { SandboxConfig } from '../account/config';
import { campaignOf } from '../answers/answerEmails';
import type { Profile } from './profile';
import { Profiles } from './profileStore';
import { Recent } from './boundedMap';

/** What calls and emails may take in memory, each, however many are to be kept. */
const MOST_BYTES = 128 * 1024 * 1024;
const FIRST_CONVERSATION = 3_123_245_000_000;

/** How many calls there were since the last reset, those that are no longer kept included. */
export interface Totals {
	calls: number;
	accepted: number;
	dropped: number;
	refused: number;
	faulted: number;
	/** Accepted calls about which there is something to know. */
	remarked: number;
	/** Calls that a fault befell, taken or not. */
	faults: number;
	events: number;
	emails: number;
}

const noTotals = (): Totals => ({
	calls: 0,
	accepted: 0,
	dropped: 0,
	refused: 0,
	faulted: 0,
	remarked: 0,
	faults: 0,
	events: 0,
	emails: 0,
});

/** A part of the state, as the data file holds it. */
export type StatePart =
	| { readonly totals: Totals; readonly attributes: readonly string[] }
	| { readonly profile: Profile }
	| { readonly email: SentEmail }
	| { readonly call: RecordedCall };

/** What the sandbox has received, in order of arrival, and what Bluecore would have made of it. */
export class SandboxState {
	totals = noTotals();

	readonly emails: Recent<string, SentEmail>;

	profiles: Profiles;

	private readonly recent: Recent<number, RecordedCall>;

	private conversations = 0;

	/** Keeps at most `keep` calls, emails and profiles. */
	constructor(
		private readonly config: SandboxConfig,
		private readonly keep: number,
	) {
		const limits = { count: keep, bytes: MOST_BYTES };
		this.emails = new Recent(limits);
		this.profiles = new Profiles(config, keep);
		this.recent = new Recent(limits, (call) => this.profiles.forget(call));
	}

	/** The calls that are kept. */
	get calls(): RecordedCall[] {
		return [...this.recent.values()];
	}

	/** The events that were taken, those included that Bluecore would drop. */
	get events(): EventBody[] {
		return this.calls.filter(isTakenEvent).map(({ body }) => body as EventBody);
	}

	call(id: number): RecordedCall | undefined {
		return this.recent.get(id);
	}

	nextConversationId(): string {
		return String(FIRST_CONVERSATION + ++this.conversations);
	}

	/** Takes a call with what was decided about it; gives it back with its ID, and what more there is to know about it. */
	take(decided: Omit<RecordedCall, 'id'>): RecordedCall {
		const id = this.totals.calls + 1;
		const remarks = [...decided.remarks, ...this.effects({ ...decided, id })];
		const call: RecordedCall = { ...decided, id, remarks };
		this.keepCall(call);
		return call;
	}

	/** Takes a call as it was taken before. */
	takeAgain(call: RecordedCall): void {
		this.effects(call);
		this.keepCall(call);
	}

	reset(): void {
		this.recent.clear();
		this.emails.clear();
		this.profiles = new Profiles(this.config, this.keep);
		this.totals = noTotals();
	}

	/** Everything, in parts that `restore` takes back. */
	*parts(): Generator<StatePart> {
		yield { totals: this.totals, attributes: this.profiles.newAttributes };
		for (const profile of this.profiles.list()) yield { profile };
		for (const email of this.emails.values()) yield { email };
		for (const call of this.recent.values()) yield { call };
	}

	restore(part: StatePart): void {
		if ('totals' in part) {
			this.totals = part.totals;
			this.profiles.restoreAttributes(part.attributes);
		} else if ('profile' in part) this.profiles.restore(part.profile);
		else if ('email' in part) this.restoreEmail(part.email);
		else this.recent.set(part.call.id, part.call);
	}

	private keepCall(call: RecordedCall): void {
		const { totals } = this;
		this.recent.set(call.id, call);
		totals.calls++;
		totals[call.verdict]++;
		if (call.remarks.length > 0) totals.remarked++;
		if (call.fault !== undefined) totals.faults++;
	}

	private restoreEmail(email: SentEmail): void {
		this.emails.set(email.conversation_id, email);
		const number = Number(email.conversation_id) - FIRST_CONVERSATION;
		this.conversations = Math.max(this.conversations, number);
	}

	private effects(call: RecordedCall): string[] {
		if (isTakenEvent(call)) this.totals.events++;
		if (call.verdict !== 'accepted') return [];
		if (call.api === 'events') return this.profiles.takeEvent(call.body as EventBody, call);
		if (call.api !== 'send') return [];
		this.totals.emails++;
		const email = emailOf(call);
		this.restoreEmail(email);
		const isWelcome = campaignOf(email.campaign_id, this.config)?.type === 'welcome';
		return this.profiles.takeEmail(email, call, isWelcome);
	}
}

const isTakenEvent = ({ api, verdict }: RecordedCall) =>
	api === 'events' && (verdict === 'accepted' || verdict === 'dropped');

function emailOf({ id, at, namespace, body, answer, bytes }: RecordedCall): SentEmail {
	const sent = body as SentEmail;
	return {
		conversation_id: (answer as { conversation_id: string }).conversation_id,
		namespace,
		campaign_id: sent.campaign_id,
		email: sent.email,
		template_attributes: sent.template_attributes,
		...(sent.customer_attributes && { customer_attributes: sent.customer_attributes }),
		use_draft: (body as { use_draft?: boolean }).use_draft ?? false,
		sentAt: at,
		call: id,
		bytes,
	};
}
