import { USUAL_ATTRIBUTE_NAMES } from '../../shared/attributes/attributeParameters';
import { isListed } from '../../shared/attributes/customerAttributes';
import type { Item } from '../../shared/input/item';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import type { PlannedRequest } from '../../shared/run/itemRequest';
import { isBlank, isObject, toText } from '../../shared/values/coerce';
import { plainJson } from '../../shared/values/plainJson';
import { Report } from '../../shared/values/report';
import { describeType, quoted } from '../../shared/values/text';
import { buildEvent, type BluecoreEvent } from '../buildEvent';
import { EVENTS, STANDARD_EVENTS, type EventDefinition, type EventOperation } from '../catalogue';
import type { EventInput } from '../eventInput';
import { emailIn, type EventsApi } from '../eventsApi';
import { eventsFor, isTrack, type HeldBack } from './eventMapping';
import { isForeign } from './foreignFormats';
import type { ForwardSettings } from './forwardSettings';
import { tooOld, withheldConsent } from './holdBack';
import { linkIn, secondLink, type IdentityLinks } from './identityLinks';
import { messageInput, optOutInput } from './messageInput';
import { identityIn, identityOf, idsOf, type MessageIdentity } from './messageIdentity';
import type { TrackingMessage } from './trackingMessage';

const MAP_WHOLE = 'Map the whole message, with its type, event and properties.';

/** The event that needs only the address: neither consent nor a young message. */
const OPT_OUT = 'unsubscribe';

/** What is needed to plan the messages of an item. */
export interface Forwarding {
	readonly api: EventsApi;
	/** The item that holds the message. */
	readonly item: Item;
	readonly settings: ForwardSettings;
	/** Which links are known, or will be sent by requests that are already planned. */
	readonly claimed: IdentityLinks;
}

/** One event of a message. */
type EventPlan =
	| { readonly kind: 'send'; readonly report: Report; readonly event: BluecoreEvent }
	| { readonly kind: 'heldBack'; readonly request: PlannedRequest };

/** Plans the events of one tracking message. If one of them is bad, none of them is sent, except for an opt-out. */
export function planMessage(raw: unknown, forwarding: Forwarding): PlannedRequest[] {
	const { api, settings, claimed } = forwarding;
	const { account, options } = forwarding.item;
	const report = new Report();
	const bad: PlannedRequest = { report, state: { kind: 'bad' } };
	if (!isObject(raw)) {
		report.problem(
			`The tracking message must be an object, but is ${describeType(raw)}`,
			MAP_WHOLE,
		);
		return [bad];
	}
	const origin = originOf(raw, report);
	if (origin === undefined) return [bad];
	const mapped = namesFor(raw, origin, settings, report);
	if (report.problems.length > 0) return [bad];

	const identity = identityIn(raw);
	const heldBack = (event: string, reason: string, own = report): PlannedRequest => ({
		report: own,
		state: {
			kind: 'heldBack',
			output: {
				event,
				distinct_id: identityOf(identity),
				accepted: false,
				reason,
				tracking_event: origin || 'track',
			},
		},
	});
	if ('reason' in mapped) return [heldBack(mapped.event ?? origin, mapped.reason)];
	const names = mapped;
	if (names.length === 0) {
		const reason =
			origin === NO_EVENT
				? 'the track message has no event'
				: `no Bluecore event is mapped to ${quoted(origin)}`;
		return [heldBack(origin || 'track', `Unmapped: ${reason}`)];
	}

	// An opt-out needs nothing but the address, so the rest of its message is not looked at.
	const message = names.some((name) => name !== OPT_OUT) ? copyOf(raw, report) : undefined;
	const withheld =
		message &&
		(tooOld(message, options.maxAgeHours, Date.now(), report) ??
			withheldConsent(message, settings.consentPath, report));
	const plans = names.flatMap((name): EventPlan[] => {
		const own = new Report();
		if (name === OPT_OUT) {
			const input = optOutInput(identity, options, own);
			return [{ kind: 'send', report: own, event: build(name, input) }];
		}
		if (message === undefined) return [];
		if (withheld !== undefined) return [{ kind: 'heldBack', request: heldBack(name, withheld) }];
		for (const warning of report.warnings) own.warn(warning);
		const input = messageInput(message, identity, name, definitionOf(name), options, own);
		if (name === 'customer_patch' && !hasCustomer(input, identity, options)) {
			return [{ kind: 'heldBack', request: heldBack(name, NO_TRAITS, own) }];
		}
		return [{ kind: 'send', report: own, event: build(name, input) }];
	});
	const problems = plans.flatMap((plan) => (plan.kind === 'send' ? plan.report.problems : []));
	// Each problem is reported once.
	const byMessage = new Map(problems.map((problem) => [problem.message, problem]));
	for (const { message: text, fix } of byMessage.values()) report.problem(text, fix);
	const isBad = report.problems.length > 0;
	// If an event is bad, the others are not sent, so that the message can be sent again as a whole. An opt-out can be sent twice.
	const kept = isBad ? plans.filter(isGoodOptOut) : plans.map(withoutSecondLink);

	const events = kept.flatMap((plan) => (plan.kind === 'send' ? plan.event : []));
	const [email] = events.flatMap(({ properties }) => emailIn(properties));
	const ids = idsOf(identity);
	const linksIdentity = options.linkIdentity && events.some(({ event }) => event !== OPT_OUT);
	const linking = email !== undefined && linksIdentity ? linkingEvents(ids, email, events) : [];
	if (email !== undefined) api.customers.join(account, [email, ...ids]);
	const isOneOfSeveral = linking.length + names.length > 1;

	/** An event that would link an ID to a second address of the run is not sent. */
	function withoutSecondLink(plan: EventPlan): EventPlan {
		if (plan.kind === 'heldBack') return plan;
		const link = linkIn(account, plan.event);
		const reason = link && secondLink(claimed, link);
		if (reason === undefined) return plan;
		return { kind: 'heldBack', request: heldBack('identify', reason, plan.report) };
	}
	/** The events that link the IDs of the message to its email, without those that are linked already. */
	function linkingEvents(
		linkable: readonly string[],
		to: string,
		others: readonly BluecoreEvent[],
	): BluecoreEvent[] {
		const linked = others.flatMap((event) => linkIn(account, event)?.id ?? []);
		return linkable.flatMap((id) => {
			const link = { account, id, email: to };
			const reason = secondLink(claimed, link);
			const told = kept.find((plan) => plan.kind === 'send');
			if (reason !== undefined) told?.report.warn(reason);
			if (reason !== undefined || linked.includes(id)) return [];
			const isNew = claimed.isNew(link);
			claimed.claim(link);
			const properties = { distinct_id: id, customer: { email: to } };
			return isNew ? { event: 'identify', properties } : [];
		});
	}
	function ready(event: BluecoreEvent, own: Report): PlannedRequest[] {
		const link = linkIn(account, event);
		if (link) claimed.claim(link);
		const custom = options.validateOnly ? customAttributesIn(event) : [];
		const summary = {
			tracking_event: origin,
			...(custom.length > 0 && { custom_attributes: custom }),
		};
		return api.plan(account, event, {
			report: own,
			summary,
			...(isOneOfSeveral && { name: event.event }),
			sources: [raw as TrackingMessage, forwarding.item.json],
		});
	}
	const planned = [
		...linking.flatMap((event) => ready(event, new Report())),
		...kept.flatMap((plan) =>
			plan.kind === 'heldBack' ? plan.request : ready(plan.event, plan.report),
		),
		...(isBad ? [bad] : []),
	];
	return planned.length > 0
		? planned
		: [heldBack(origin, 'Already accepted: all events of this message have been sent')];
}

const isGoodOptOut = (plan: EventPlan): boolean =>
	plan.kind === 'send' && plan.event.event === OPT_OUT && plan.report.problems.length === 0;

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

/** The names of an event's attributes that are not the usual ones. Each becomes a column in Bluecore if it is not one yet. */
const customAttributesIn = ({ properties: { customer } }: BluecoreEvent): string[] =>
	isObject(customer) ? Object.keys(customer).filter((name) => !USUAL_NAMES.has(name)) : [];

const USUAL_NAMES: ReadonlySet<string> = new Set(['email', 'sex', ...USUAL_ATTRIBUTE_NAMES]);

/** A message in plain JSON; undefined, and reported, if it has values that JSON does not have. */
const copyOf = (value: TrackingMessage, report: Report): TrackingMessage | undefined =>
	plainJson({ value, label: 'The tracking message', report }, 'left out') as
		TrackingMessage | undefined;

/** The name of the tracking event, or the type of a message that has no event. */
function originOf(message: TrackingMessage, report: Report): string | undefined {
	if (isForeign(message, report)) return undefined;
	const given = isTrack(message) ? message.event : message.type;
	const name = toText(given) ?? '';
	if (name !== '') return name;
	// It has nothing to send, as a message that is not mapped.
	if (isBlank(given) && !isBlank(message.type)) return NO_EVENT;
	const envelope = isBlank(given) ? envelopeIn(message) : undefined;
	if (envelope !== undefined) {
		report.problem(
			`The tracking message has neither an event nor a type, but its field ${quoted(envelope)} has`,
			`Map this field to Message, such as {{ $json.${envelope} }}.`,
		);
	} else {
		report.problem(
			isBlank(given)
				? 'The tracking message has neither an event nor a type'
				: `The ${isTrack(message) ? 'event' : 'type'} of the tracking message must be a name, but is ${describeType(given)}`,
			MAP_WHOLE,
		);
	}
	return undefined;
}

/** In place of the name of a track message that has no event. */
const NO_EVENT = '';

/** The field in which another system has put the message. */
const envelopeIn = (message: TrackingMessage): string | undefined =>
	Object.keys(message).find((name) => {
		const [inside] = [message[name]].flat();
		return (
			/^\w+$/.test(name) &&
			isObject(inside) &&
			[inside.event, inside.type].some((value) => typeof value === 'string' && !isBlank(value)) &&
			[inside.userId, inside.anonymousId, inside.properties, inside.traits].some(isObjectOrId)
		);
	});

const isObjectOrId = (value: unknown): boolean => isObject(value) || !isBlank(toText(value));

/** The names of the Bluecore events to send; none if the message is to be dropped. */
function namesFor(
	message: TrackingMessage,
	origin: string,
	{ userRows, unmapped: unmappedFor }: ForwardSettings,
	report: Report,
): string[] | HeldBack {
	const names = origin === NO_EVENT ? [] : eventsFor(message, origin, userRows, report);
	if ('reason' in names || names.length > 0 || report.problems.length > 0) return names;
	const unmapped = unmappedFor(report);
	if (unmapped === 'drop') return names;
	if (origin === NO_EVENT) {
		report.problem('The track message has no event', MAP_WHOLE);
		return [];
	}
	if (unmapped === 'send' && isTrack(message)) return [origin];
	report.problem(
		unmapped === 'send'
			? `A message of the type ${quoted(origin)} cannot be sent as a custom event`
			: `No Bluecore event is mapped to ${quoted(origin)}`,
		'Add a row to Event Map, or set Unmapped Events to Drop.',
	);
	return [];
}

const isStandard = (name: string): name is EventOperation => STANDARD_EVENTS.includes(name);

/** Every forwarded event can have the traits. `customer_patch` can have only the email, because that is enough to create the customer. */
const FORWARDED_EVENTS: ReadonlyMap<string, EventDefinition> = new Map(
	[...STANDARD_EVENTS, 'custom'].map((name) => [
		name,
		{ ...EVENTS[name as EventOperation], customerAttributes: 'optional' },
	]),
);

const operationOf = (event: string): EventOperation => (isStandard(event) ? event : 'custom');

const definitionOf = (event: string): EventDefinition =>
	FORWARDED_EVENTS.get(operationOf(event)) as EventDefinition;

function build(event: string, input: EventInput): BluecoreEvent {
	return buildEvent(operationOf(event), definitionOf(event), input);
}
