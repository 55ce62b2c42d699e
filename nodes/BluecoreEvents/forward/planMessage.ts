import { accountKey } from '../../shared/account/account';
import { isListed } from '../../shared/attributes/customerAttributes';
import type { Item } from '../../shared/input/item';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import type { Plan } from '../../shared/run/operation';
import { plainJson } from '../../shared/values/json';
import { Report } from '../../shared/values/report';
import { describeValue, isMissingId, quoted } from '../../shared/values/text';
import { isBlank, textOf, valueAt } from '../../shared/values/value';
import { buildEvent, type BluecoreEvent } from '../buildEvent';
import { definitionOf, type EventDefinition } from '../catalogue';
import type { EventInput } from '../eventFields';
import { emailIn, heldBack, type eventsApi } from '../eventsApi';
import { eventsFor, originOf, warnOfOptOut } from './eventMapping';
import { isTrackingMessage } from './foreignFormats';
import { timeIn, tooOld } from './messageAge';
import { linkIn, type IdentityLinks } from './identityLinks';
import { MessageIdentity } from './messageIdentity';
import { MessageInput } from './messageInput';
import type { TrackingMessage } from './trackingMessage';

/** The event that needs only the address: neither consent nor a young message. */
const OPT_OUT = 'unsubscribe';

const MESSAGE_TIMES = ['timestamp', 'originalTimestamp'];

interface Forwarding {
	readonly api: ReturnType<typeof eventsApi>;
	readonly item: Item;
	readonly settings: Parameters<typeof eventsFor>[1];
	/** Which links are known, or will be sent by requests that are already planned. */
	readonly claimed: IdentityLinks;
	/** The keys of the messages before this one. */
	readonly before: Set<string>;
}

/** One event of a message: what is sent, or why it is not. Its report has the problems of all events, and its own warnings. */
type EventPlan = { readonly name: string; readonly report: Report } & (
	{ readonly event: BluecoreEvent } | { readonly reason: string }
);

/** Plans the events of one tracking message. If one of them is bad, none of them is sent, except for an opt-out. */
export function planMessage(raw: unknown, forwarding: Forwarding): Plan[] {
	const report = new Report();
	const names = isTrackingMessage(raw, report) ? eventsFor(raw, forwarding.settings, report) : [];
	if (report.problems.length > 0) return [{ report, state: { kind: 'bad' } }];
	return new MessagePlan(raw as TrackingMessage, forwarding, report).requestsFor(names);
}

class MessagePlan {
	private readonly origin: string;

	private readonly identity: MessageIdentity;

	constructor(
		private readonly message: TrackingMessage,
		private readonly forwarding: Forwarding,
		private readonly report: Report,
	) {
		this.origin = originOf(message);
		this.identity = new MessageIdentity(message);
	}

	requestsFor(names: ReturnType<typeof eventsFor>): Plan[] {
		const { message, origin, report, forwarding } = this;
		if ('reason' in names) return [this.heldBack(names.event ?? origin, names.reason, report)];
		const plans = this.eventsOf(names);
		const { problems } = report;
		// If an event is bad, the others are not sent, so that the message can be sent again as a whole. An opt-out can be sent twice.
		const kept = plans.filter(
			(plan) =>
				problems.length === 0 || (plan.name === OPT_OUT && plan.report.problems.length === 0),
		);
		const key = messageKey(message, forwarding.item);
		if (key !== undefined && problems.length === 0) forwarding.before.add(key);
		const linking = this.linksFor(kept);
		const isOneOfSeveral = linking.length + names.length > 1;
		const planned = [...linking, ...kept].flatMap((plan) => this.requestOf(plan, isOneOfSeveral));
		if (problems.length > 0) {
			// Several events can have the same problem.
			const once = new Map(problems.map((problem) => [problem.message, problem])).values();
			planned.push({ report: new Report([...once]), state: { kind: 'bad' } });
		}
		if (planned.length > 0) return planned;
		const reason = 'Already accepted: all events of this message have been sent';
		return [this.heldBack(origin, reason, report)];
	}

	/** An opt-out needs nothing but the address, so the rest of its message is not looked at. */
	private eventsOf(names: readonly string[]): EventPlan[] {
		const { message: raw, report, forwarding } = this;
		const { item, settings, before } = forwarding;
		const given = { value: raw, label: 'The tracking message', report };
		const message = names.some((name) => name !== OPT_OUT)
			? (plainJson(given, 'left out') as TrackingMessage | undefined)
			: undefined;
		const withheld =
			message &&
			(tooOld('message', timeIn(message, MESSAGE_TIMES), item.options.maxAgeHours, report) ??
				withheldConsent(message, settings.consentPath, report) ??
				(before.has(messageKey(raw, item) ?? '')
					? `Repeat: this run has had a message with the messageId ${quoted(message.messageId)} already`
					: undefined));
		return names.flatMap((name) => {
			if (name === OPT_OUT) return this.optOut();
			if (message === undefined) return [];
			if (withheld !== undefined) return { name, report, reason: withheld };
			const plan = this.eventOf(name, message);
			if (!names.includes(OPT_OUT)) warnOfOptOut(name, this.origin, plan.report);
			return plan;
		});
	}

	private optOut(): EventPlan {
		const report = new Report();
		const input = MessageInput.ofOptOut(this.identity, this.forwarding.item.options, report);
		const event = buildEvent(OPT_OUT, forwardedAs(OPT_OUT), input);
		this.identity.warnOfOtherEmails(report);
		this.report.problems.push(...report.problems);
		return { name: OPT_OUT, report, event };
	}

	private eventOf(name: string, message: TrackingMessage): EventPlan {
		const { identity, forwarding } = this;
		const { account, options } = forwarding.item;
		const report = new Report(this.report.problems);
		const definition = forwardedAs(name);
		const input = new MessageInput(message, identity, name, definition, options, report);
		if (name === 'customer_patch' && !hasCustomer(input, identity, options)) {
			// It may warn that an email is none.
			input.value('email');
			return { name, report, reason: NO_TRAITS };
		}
		const event = buildEvent(name, definition, input);
		const link = linkIn(account, event);
		const reason = link && forwarding.claimed.refusal(link);
		return reason === undefined ? { name, report, event } : { name, report, reason };
	}

	/** The events that link the IDs of the message to its email, without those that are linked already. */
	private linksFor(kept: readonly EventPlan[]): EventPlan[] {
		const { api, item, claimed } = this.forwarding;
		const { account, options } = item;
		const sent = kept.filter((plan) => 'event' in plan);
		const events = sent.map(({ event }) => event);
		const [email] = events.flatMap(({ properties }) => emailIn(properties));
		if (email === undefined) return [];
		const ids = this.identity.linkableIds();
		api.customers.join(account, [email, ...ids]);
		if (!options.linkIdentity || events.every(({ event }) => event === OPT_OUT)) return [];
		const linked = events.flatMap((event) => linkIn(account, event)?.id ?? []);
		return ids.flatMap((id) => {
			const link = { account, id, email };
			const reason = claimed.refusal(link);
			if (reason !== undefined) sent[0].report.warn(reason);
			if (reason !== undefined || linked.includes(id)) return [];
			const event = { event: 'identify', properties: { distinct_id: id, customer: { email } } };
			return claimed.claim(link) ? { name: 'identify', report: new Report(), event } : [];
		});
	}

	private requestOf(plan: EventPlan, isOneOfSeveral: boolean): Plan[] {
		const { report } = plan;
		if ('reason' in plan) return [this.heldBack(plan.name, plan.reason, report)];
		const { event } = plan;
		const { api, item, claimed } = this.forwarding;
		const link = linkIn(item.account, event);
		if (link) claimed.claim(link);
		return api.plan(item.account, event, {
			report,
			summary: { tracking_event: this.origin },
			...(isOneOfSeveral && { name: event.event }),
			sources: [this.message, item.json],
		});
	}

	private heldBack(event: string, reason: string, report: Report): Plan {
		const more = { tracking_event: this.origin || 'track' };
		return heldBack(report, event || 'track', this.identity.shownId(), reason, more);
	}
}

const NO_TRAITS = 'Nothing to send: the message has no email and no traits that can be sent';

/** Whether there is anything to create or update: an email is enough to create the customer. */
const hasCustomer = (
	input: EventInput,
	{ email }: MessageIdentity,
	options: ItemOptions,
): boolean =>
	email !== undefined ||
	input
		.attributes()
		.some(
			([name, value]) =>
				value !== undefined &&
				(options.sendEmptyValues || !isBlank(value)) &&
				isListed(name, options),
		);

/** Why a message is held back for lack of consent; undefined if it can be sent. Only `true` and `granted` are consent. */
function withheldConsent(
	message: TrackingMessage,
	path: string,
	report: Report,
): string | undefined {
	if (path === '') return undefined;
	const value = valueAt(message, path);
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === true || word === 'granted') return undefined;
	if ([false, 'denied', ''].includes(word as string | boolean)) {
		return `No consent: ${path} is ${word === '' ? 'empty' : String(value)}`;
	}
	if (value !== undefined && value !== null) {
		report.warn(
			`${path} is ${describeValue(value)}, which is not true, false, granted or denied; it counts as no consent`,
		);
		return `No consent: ${path} is ${describeValue(value)}`;
	}
	warnOfEarlyEnd(message, path, report);
	return `No consent: the message has no ${path}`;
}

/** Warns if the path ends early, at a value that is not an object. That value is not consent, whatever it is. */
function warnOfEarlyEnd(message: TrackingMessage, path: string, report: Report): void {
	const names = path.split('.');
	for (let length = 1; length < names.length; length++) {
		const parent = names.slice(0, length).join('.');
		const value = valueAt(message, parent);
		if (typeof value === 'object' || isBlank(value)) continue;
		report.warn(
			`${parent} is ${describeValue(value)}, so the message has no ${path}; this counts as no consent`,
		);
		return;
	}
}

/** Every forwarded event can have the traits. `customer_patch` can have only the email, because that is enough to create the customer. */
const forwardedAs = (event: string): EventDefinition => ({
	...definitionOf(event),
	customerAttributes: 'optional',
});

/**
 * The key of a message, which is the same if a collector sends it again; undefined if it has no ID, or one that many messages could
 * have. It differs between accounts, and for messages that are only validated.
 */
function messageKey(message: TrackingMessage, item: Item): string | undefined {
	const id = textOf(message.messageId);
	const { account, options } = item;
	return id === '' || isMissingId(id)
		? undefined
		: JSON.stringify([accountKey(account), options.validateOnly, id]);
}
