import type { GenericValue, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../../shared/account/account';
import type { ItemSource } from '../../shared/input/item';
import { plainJson } from '../../shared/values/plainJson';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import { quote, Report } from '../../shared/values/report';
import type { Operation, Part, Prepared } from '../../shared/run/operation';
import {
	describeType,
	isBlank,
	isObject,
	readJsonAsGiven,
	toText,
} from '../../shared/values/values';
import { buildEvent, type BluecoreEvent } from '../buildEvent';
import { EVENTS, STANDARD_EVENTS, type EventDefinition, type EventOperation } from '../catalogue';
import type { EventsApi } from '../eventsApi';
import { tooOld, withheldConsent } from './holdBack';
import { IdentityLinks, type Link } from './identityLinks';
import { identityOf, idsOf, messageSource } from './messageInput';
import { MESSAGE } from './forwardParameters';
import { readSettings, type ForwardSettings } from './forwardSettings';
import { eventsFor, isTrack } from './eventMapping';
import { messagesIn, type TrackingMessage } from './trackingMessage';

/** The event that consent is not needed for. */
const OPT_OUT = 'unsubscribe';

/** Sends for each tracking message of each item the Bluecore events that it means. */
export function forwardMessages(
	context: IExecuteFunctions,
	api: EventsApi,
	{ namespace }: Account,
): Operation {
	const newLinks = () =>
		new IdentityLinks(
			`${api.operation.baseUrl} ${namespace}`,
			context.getWorkflowStaticData('node'),
		);
	const links = newLinks();
	/** Of items that are only validated: what these show is not sent. */
	let previewed: IdentityLinks | undefined;
	/** What is to be remembered once it is accepted. */
	const linkOf = new Map<Prepared, Link>();

	function prepareEvent(event: BluecoreEvent, origin: string, claimed: IdentityLinks): Prepared {
		const { distinct_id: distinctId } = event.properties;
		const prepared = {
			...api.prepare(event, origin),
			// Asked for when all messages have been read: what a later one links goes out after what an earlier one sends.
			get orderKey() {
				return links.customerOf(distinctId);
			},
		};
		const email = emailOf(event);
		if (event.event === 'identify' && email !== undefined) {
			const link = { id: distinctId, email };
			claimed.claim(link);
			linkOf.set(prepared, link);
		}
		return prepared;
	}

	/** The events that link the IDs of a message to its email, as far as that has not been done. */
	function linkingEvents(
		ids: readonly string[],
		email: string,
		events: readonly BluecoreEvent[],
		claimed: IdentityLinks,
	): BluecoreEvent[] {
		const linked = events.filter(({ event }) => event === 'identify').map(distinctIdOf);
		return ids
			.filter((id) => !linked.includes(id) && claimed.isNew({ id, email }))
			.map((id) => ({ event: 'identify', properties: { distinct_id: id, customer: { email } } }));
	}

	function forward(
		raw: unknown,
		place: Pick<Part, 'message' | 'ownFields'>,
		source: ItemSource,
		settings: ForwardSettings,
		options: ItemOptions,
	): Part[] {
		const report = new Report();
		const message = checkMessage(raw, report);
		const origin = message && originOf(message, report);
		const names =
			message && origin !== undefined ? namesFor(message, origin, settings, report) : [];
		if (message === undefined || origin === undefined || report.problems.length > 0) {
			return [{ ...place, report }];
		}

		const heldBack = (event: string, reason: string): Part => ({
			...place,
			report,
			heldBack: { event, distinct_id: identityOf(message), accepted: false, reason },
		});
		if (names.length === 0) {
			return [heldBack(origin, `Unmapped: no Bluecore event is mapped to ${quote(origin)}`)];
		}
		const age = tooOld(message, options.maxAgeHours, Date.now(), report);
		const consent = withheldConsent(message, settings.consentPath, report);
		const reasonFor = (event: string) => age ?? (event === OPT_OUT ? undefined : consent);
		if (age !== undefined && names.includes(OPT_OUT)) {
			report.warn(
				'This opt-out is not recorded: send it by the operation Unsubscribe if it still holds',
			);
		}

		const parts = names.map((event): Part & { event?: BluecoreEvent } => {
			const reason = reasonFor(event);
			if (reason !== undefined) return heldBack(event, reason);
			const own = new Report();
			for (const warning of report.warnings) own.warn(warning);
			return { ...place, report: own, event: build(message, event, source, options, own) };
		});
		const problems = parts.flatMap((part) => part.report.problems);
		if (problems.length > 0) {
			// All of a message or nothing of it: so it can be sent again as a whole.
			const each = new Map(problems.map((problem) => [problem.message, problem]));
			for (const { message: text, fix } of each.values()) report.problem(text, fix);
			return [{ ...place, report }];
		}
		const events = parts.flatMap(({ event }) => event ?? []);
		const email = events.map(emailOf).find((found) => found !== undefined);
		const ids = idsOf(message);
		const claimed = options.validateOnly ? (previewed ??= newLinks()) : links;
		const linking =
			email !== undefined && options.linkIdentity && consent === undefined
				? linkingEvents(ids, email, events, claimed)
				: [];
		if (email !== undefined && events.length > 0) for (const id of ids) links.join({ id, email });
		const isOneOfSeveral = linking.length + events.length > 1;
		const prepared = (event: BluecoreEvent): Pick<Part, 'prepared' | 'name'> => ({
			prepared: prepareEvent(event, origin, claimed),
			...(isOneOfSeveral && { name: event.event }),
		});
		return [
			...linking.map((event): Part => ({ ...place, report: new Report(), ...prepared(event) })),
			...parts.map(({ event, ...part }): Part =>
				event === undefined ? part : { ...part, ...prepared(event) },
			),
		];
	}

	return {
		...api.operation,
		prepare(source, report, options) {
			const settings = readSettings(source, report);
			const delivery = readJsonAsGiven(source, MESSAGE, report);
			if (delivery === undefined && report.problems.length === 0) {
				report.problem('Message is required', 'Map the tracking message, such as {{ $json }}.');
			}
			// What a message links is taken note of, so none may be read in vain.
			if (report.problems.length > 0) return [];
			const messages = messagesIn(delivery);
			if (messages.length === 0) {
				const reason = 'Empty: the batch holds no message';
				return [{ report, heldBack: { event: null, distinct_id: null, accepted: false, reason } }];
			}
			const of = messages.length;
			return messages.flatMap((message, index) =>
				forward(
					message,
					of === 1 ? {} : { message: { number: index + 1, of }, ownFields: fieldsOf(message) },
					source,
					settings,
					options,
				),
			);
		},
		afterSending: (accepted) =>
			links.remember(accepted.flatMap((prepared) => linkOf.get(prepared) ?? [])),
	};
}

/** A message of several as an item of its own. */
const fieldsOf = (message: unknown): IDataObject =>
	isObject(message) ? (message as IDataObject) : { message: message as GenericValue };

const distinctIdOf = ({ properties }: BluecoreEvent): string => properties.distinct_id;

function emailOf({ properties }: BluecoreEvent): string | undefined {
	const { customer } = properties;
	return isObject(customer) ? (customer.email as string | undefined) : undefined;
}

function checkMessage(raw: unknown, report: Report): TrackingMessage | undefined {
	if (isObject(raw)) {
		return plainJson(raw, 'The tracking message', report, 'left out') as
			TrackingMessage | undefined;
	}
	report.problem(
		`The tracking message must be an object, but is ${describeType(raw)}`,
		'Map the whole message, with its type, event and properties.',
	);
	return undefined;
}

/** The name of the tracking event, or the type of a message that is none. */
function originOf(message: TrackingMessage, report: Report): string | undefined {
	const name = toText(isTrack(message) ? message.event : message.type) ?? '';
	if (name !== '') return name;
	const isWebhook = isObject(message.headers) && 'body' in message;
	report.problem(
		isBlank(message.type)
			? 'The tracking message has neither an event nor a type'
			: isTrack(message)
				? 'The track message has no event'
				: 'The type of the tracking message is not text',
		isWebhook
			? 'This is the output of a Webhook node: set Message to {{ $json.body }}.'
			: 'Map the whole message, with its type, event and properties.',
	);
	return undefined;
}

/** The names of the Bluecore events to send; none for a message that is to be dropped. */
function namesFor(
	message: TrackingMessage,
	origin: string,
	{ userRows, unmapped }: ForwardSettings,
	report: Report,
): string[] {
	const names = eventsFor(message, origin, userRows, report);
	if (names.length > 0 || report.problems.length > 0 || unmapped === 'drop') return names;
	if (unmapped === 'send' && isTrack(message)) return [origin];
	report.problem(
		unmapped === 'send'
			? `A message of the type ${quote(origin)} cannot be sent under its own name`
			: `No Bluecore event is mapped to ${quote(origin)}`,
		'Add a row to Event Map, or set Unmapped Events to Drop.',
	);
	return [];
}

const isStandard = (name: string): name is EventOperation => STANDARD_EVENTS.includes(name);

/** The traits go along with every event that is forwarded; for `customer_patch` the email alone will do, as it creates the customer. */
const FORWARDED: ReadonlyMap<string, EventDefinition> = new Map(
	[...STANDARD_EVENTS, 'custom'].map((name) => [
		name,
		{ ...EVENTS[name as EventOperation], customerAttributes: 'optional' },
	]),
);

function build(
	message: TrackingMessage,
	event: string,
	{ json }: ItemSource,
	options: ItemOptions,
	report: Report,
): BluecoreEvent {
	const operation = isStandard(event) ? event : 'custom';
	const definition = FORWARDED.get(operation) as EventDefinition;
	const source = messageSource(message, event, definition, json, report);
	const built = buildEvent(operation, definition, source, options, report);
	if (operation === 'customer_patch' && built.properties.customer === undefined) {
		report.problem(
			'The message has no traits, and so nothing to create or update the customer with',
			'Have it sent with traits, or keep such messages from coming here.',
		);
	}
	return built;
}
