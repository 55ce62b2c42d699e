import { parseJson } from '../../shared/values/json';
import { Report } from '../../shared/values/report';
import { isBlank, isObject, objectAt, textOf } from '../../shared/values/value';
import { STANDARD_EVENTS } from '../catalogue';

/** One message of a tracking plan, in the common shape: `{ type, event, userId, anonymousId, traits, context, properties }`. */
export type TrackingMessage = Readonly<Record<string, unknown>>;

/** The name of an event or type as names are compared: capital and small letters make no difference. */
export const normalized = (name: unknown): string => textOf(name).toLowerCase();

/** How deep batches and arrays of messages may be nested. */
const MAX_BATCH_DEPTH = 3;

/**
 * The messages in a request, in order: one message, an array of messages, a batch of Segment or RudderStack, GA4's events, a push
 * to the data layer of Google Tag Manager, or a request to Bluecore's Events API.
 * Entries that are not objects are returned unchanged.
 */
export function messagesIn(given: unknown, depth = 0): unknown[] {
	if (depth > MAX_BATCH_DEPTH) return [given];
	const inside = (entries: unknown[]) => entries.flatMap((entry) => messagesIn(entry, depth + 1));
	if (Array.isArray(given)) return inside(given);
	if (!isObject(given)) return [given];
	const delivery = withPartsRead(given);
	if (Array.isArray(delivery.batch)) {
		const { context } = delivery;
		const messages = inside(delivery.batch);
		if (!isObject(context)) return messages;
		// The message's own context takes precedence over the batch's.
		return messages.map((message) =>
			isObject(message)
				? { ...message, context: { ...context, ...objectAt(message, 'context') } }
				: message,
		);
	}
	if (isListOfMessages(delivery.events)) return inside(delivery.events);
	if (isMeasurementProtocol(delivery)) {
		return delivery.events.map((event: unknown) => fromMeasurementProtocol(delivery, event));
	}
	if (isBluecoreRequest(delivery)) return [fromBluecoreRequest(delivery)];
	return [isDataLayerPush(delivery) ? fromDataLayer(delivery) : delivery];
}

/** Parts of a message or batch that tables, queues and forms can have as a text of JSON. */
const MESSAGE_PARTS = [
	...['batch', 'context', 'traits', 'properties', 'ecommerce', 'user_data', 'user_properties'],
	'consent',
];

/** A message or batch whose parts are objects and lists, also where they are given as JSON; other texts stay. */
function withPartsRead(message: TrackingMessage): TrackingMessage {
	const read = MESSAGE_PARTS.flatMap((name) => {
		const part = message[name];
		if (typeof part !== 'string' || !/^\s*(?:\[\s*)?\{/.test(part)) return [];
		return [[name, parseJson(part, { label: name, report: new Report() }) ?? part] as const];
	});
	return read.length === 0 ? message : { ...message, ...Object.fromEntries(read) };
}

/** Whether these are messages, and not the events of GA4 or of another system. */
const isListOfMessages = (events: unknown): events is unknown[] =>
	Array.isArray(events) &&
	events.length > 0 &&
	events.every(
		(event) =>
			isObject(event) &&
			'type' in event &&
			!('name' in event && 'params' in event) &&
			('userId' in event || 'anonymousId' in event),
	);

/** Fields of events that have a name, too, but are mParticle's, Amplitude's, Tealium's or Braze's; GA4 has params, not properties. */
const FOREIGN_FIELDS = [
	...['event_type', 'eventType', 'tealium_event', 'properties'],
	...['external_id', 'braze_id', 'user_alias'],
];

/** Whether a request has events of GA4, which have a name. */
const isMeasurementProtocol = (
	request: TrackingMessage,
): request is TrackingMessage & { readonly events: readonly unknown[] } =>
	Array.isArray(request.events) &&
	isBlank(request.event) &&
	isBlank(request.type) &&
	!('mpid' in request) &&
	request.events.every(
		(event) =>
			!isObject(event) || ('name' in event && !FOREIGN_FIELDS.some((name) => name in event)),
	);

/** An event of GA4's Measurement Protocol in the common shape. Source: developers.google.com/analytics/devguides/collection/protocol/ga4 */
function fromMeasurementProtocol(body: TrackingMessage, event: unknown): unknown {
	if (!isObject(event)) return event;
	return {
		...body,
		events: undefined,
		messageId: undefined,
		type: 'track',
		event: event.name,
		userId: body.user_id,
		anonymousId: body.client_id ?? body.app_instance_id,
		traits: userProperties(body),
		properties: isObject(event.params) ? event.params : {},
		timestamp: event.timestamp_micros ?? body.timestamp_micros,
	};
}

/** GA4 wraps the value of each user property: `{ tier: { value: 'gold' } }`. */
const userProperties = ({ user_properties: properties }: TrackingMessage) =>
	isObject(properties)
		? Object.fromEntries(
				Object.entries(properties).map(([name, property]) => [
					name,
					isObject(property) && 'value' in property ? property.value : property,
				]),
			)
		: {};

/** The types of messages besides `track`. */
const OTHER_TYPES: ReadonlySet<string> = new Set(['identify', 'page', 'screen', 'group', 'alias']);

const isEventName = (value: unknown): boolean =>
	['string', 'number'].includes(typeof value) && !isBlank(value);

/** Whether it is a track message, also without a type, or with an event and a type that no spec has: some collectors use it for a kind of event. */
export const isTrack = ({ type, event }: TrackingMessage): boolean =>
	isBlank(type) ||
	normalized(type) === 'track' ||
	(isEventName(type) && isEventName(event) && !OTHER_TYPES.has(normalized(type)));

/** Fields of a push to the data layer that are none of the event's properties. */
const NO_PROPERTIES: ReadonlySet<string> = new Set([
	...['event', 'type', 'ecommerce', 'traits', 'context', 'email', 'user_data', 'user_properties'],
	...['userId', 'user_id', 'anonymousId', 'anonymous_id', 'client_id', 'consent', 'messageId'],
	...['timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'channel', 'integrations'],
	...['eventCallback', 'eventTimeout', 'already_accepted', 'error', 'advice'],
]);

/** Whether a message is a push to the data layer of Google Tag Manager: an event, and what belongs to it in `ecommerce` or beside it. */
const isDataLayerPush = ({ event, type, ecommerce, properties }: TrackingMessage): boolean =>
	!isBlank(event) &&
	isBlank(properties) &&
	(isObject(ecommerce) || ![...OTHER_TYPES, 'track'].includes(normalized(type)));

function fromDataLayer(push: TrackingMessage): TrackingMessage {
	const own = Object.entries(push).filter(
		([name]) => !NO_PROPERTIES.has(name) && !name.startsWith('gtm.'),
	);
	return {
		...push,
		anonymousId: push.anonymousId ?? push.client_id,
		traits: push.traits ?? userProperties(push),
		properties: isObject(push.ecommerce) ? push.ecommerce : Object.fromEntries(own),
	};
}

/** Properties that only Mixpanel's events have, whose token and ID are as in Bluecore's requests. */
const MIXPANEL_PROPERTIES = ['$insert_id', 'mp_lib'];

/** Whether a message is a request to Bluecore's Events API; others that have a token and an ID have a type, too. */
function isBluecoreRequest({ event, type, properties }: TrackingMessage): boolean {
	if (!isObject(properties)) return false;
	if (MIXPANEL_PROPERTIES.some((name) => name in properties)) return false;
	const { token, distinct_id: id, customer } = properties;
	if (isBlank(id)) return isObject(customer) && !isBlank(token);
	const isOfBluecore = isObject(customer) || STANDARD_EVENTS.includes(normalized(event));
	return isOfBluecore || (isBlank(type) && !isBlank(token));
}

/** A request to Bluecore in the common shape: its customer becomes the traits, and the token is left out. */
function fromBluecoreRequest(request: TrackingMessage): TrackingMessage {
	const given = objectAt(request, 'properties');
	const { distinct_id: distinctId, customer, products, client, device, ...others } = given;
	return {
		...request,
		distinct_id: distinctId,
		context: {
			...objectAt(request, 'context'),
			...(!isBlank(client) && { app: { version: client } }),
			...(!isBlank(device) && { device: { model: device } }),
		},
		traits: { ...(isObject(customer) && customer), ...objectAt(request, 'traits') },
		properties: {
			...others,
			token: undefined,
			products: Array.isArray(products) ? products.map(withProductId) : products,
		},
	};
}

/** A product whose `id` goes before its `sku`, as it is Bluecore's. */
function withProductId(product: unknown): unknown {
	if (!isObject(product) || !isBlank(product.product_id)) return product;
	const { id, ...others } = product;
	return { ...others, product_id: id };
}
