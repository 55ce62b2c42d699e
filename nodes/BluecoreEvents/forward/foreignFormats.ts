import type { Report } from '../../shared/values/report';
import { describeType, quoted } from '../../shared/values/text';
import { isBlank, isObject, textOf, toText, valueAt } from '../../shared/values/value';
import { isTrack, type TrackingMessage } from './trackingMessage';

const CONVERT =
	'Convert it before this node to messages with type, event, userId, anonymousId, traits and properties, for example with a Code node.';
const carriedIn = (name: string) =>
	`Set Message to the message that it carries: {{ $json.${name} }}.`;

/**
 * Formats of other systems that can arrive in place of a tracking message: the name completes "This looks like …". A message has a
 * format if it has a value at each path of one of the texts; `{}` asks for an object or a list, `=` for the beginning of a text.
 * Sources: the documentation of each system about what it sends to webhooks, queues and APIs.
 */
type Format = readonly [name: string, paths: readonly string[], advice?: string];

/** Formats that can have an `event` or `type`, as tracking messages do. */
const NAMED_FORMATS: readonly Format[] = [
	['a Snowplow event', ['collector_tstamp', 'v_tracker', 'v_collector', 'e tv', 'schema=iglu:']],
	[
		'an event of the classic Jitsu format',
		['eventn_ctx', 'eventn_ctx_event_id'],
		'Let Jitsu send its events in the format of Segment.',
	],
	['a CloudEvent', ['specversion source'], carriedIn('data')],
	[
		'an event of Mixpanel',
		['properties.$insert_id properties.distinct_id', 'properties.mp_lib', '$distinct_id $token'],
	],
	['a request to the Klaviyo API', ['customer_properties{}']],
	['an event of a web pixel of Shopify', ['type=standard clientId data{}']],
	[
		'data of Tealium',
		['tealium_event', 'tealium_account', 'shared.tealium_account', 'events.0.tealium_event'],
	],
	[
		'e-commerce data of Universal Analytics',
		[
			...['ecommerce.purchase{}', 'ecommerce.refund{}', 'ecommerce.add{}', 'ecommerce.remove{}'],
			...['ecommerce.detail{}', 'ecommerce.checkout{}', 'ecommerce.checkout_option{}'],
			...['ecommerce.click{}', 'ecommerce.impressions{}', 'ecommerce.promoView{}'],
			...['ecommerce.promoClick{}', 'transactionProducts', 'tid t'],
		],
		"Push GA4's events instead, such as purchase, with transaction_id, value and items in ecommerce, and item_id, price and quantity in each item.",
	],
];

const UNNAMED_FORMATS: readonly Format[] = [
	[
		'the output of a Webhook node',
		['headers{} body'],
		'This is the output of a Webhook node: set Message to {{ $json.body }}.',
	],
	[
		'an mParticle batch',
		[
			...['events user_identities', 'events mpid'],
			...['events.0.event_type events.0.data', 'events.0.eventType events.0.data'],
		],
	],
	['an event of mParticle', ['event_type data{}']],
	['an event of a web pixel of Shopify', ['clientId name data{}']],
	['an event of Amplitude', ['event_type event_properties']],
	['a request to the Klaviyo API', ['data.type=event data.attributes{}']],
	['a request to the Amplitude API', ['events.0.event_type']],
	['a row of the BigQuery export of GA4', ['event_name event_params']],
	[
		'a request to a conversions API, such as those of Meta, Pinterest and TikTok',
		['data.0.event_name', 'event_name event_time', 'event_source data.0.event'],
	],
	[
		'the event data of a server-side tag manager',
		['event_name'],
		'Send a request in the format of the GA4 Measurement Protocol, or convert it before this node to a message with event, userId, anonymousId and properties.',
	],
	[
		'an Amazon SNS notification',
		['Type TopicArn'],
		'Set Message to the text that it carries: {{ $json.Message }}.',
	],
	['an Amazon EventBridge event', ['detail-type detail'], carriedIn('detail')],
	[
		'a Google Pub/Sub message',
		['subscription message{}'],
		'Decode message.data from Base64 before this node, and map the result to Message.',
	],
	[
		'a request to the Braze API',
		[
			...['attributes.0.external_id', 'purchases.0.product_id', 'events.0.external_id'],
			...['events.0.braze_id', 'events.0.user_alias'],
		],
	],
	['an order of a shop system', ['line_items{}'], 'Use the operation Record Shop Order.'],
];

/** Also in a message that has a name: `{ type: 'batch', events: [ … ] }`. */
const LIST_OF_EVENTS: Format = [
	'a list of events in another format',
	['events.0{}'],
	'If these are tracking messages, set Message to the list: {{ $json.events }}. Otherwise, convert each of them before this node to a message with type, event, userId, anonymousId, traits and properties.',
];

type Test = (message: TrackingMessage) => boolean;

function testFor(mark: string): Test {
	const [path, start] = mark.replace('{}', '').split('=');
	const test = (value: unknown): boolean => {
		if (start !== undefined) return typeof value === 'string' && value.startsWith(start);
		return mark.endsWith('{}') ? typeof value === 'object' && value !== null : value !== undefined;
	};
	return (message) => test(valueAt(message, path));
}

/** The formats with their tests, which are made once. */
const tested = (formats: readonly Format[]) =>
	formats.map(([name, marks, advice = CONVERT]) => {
		const tests = marks.map((all) => all.split(' ').map(testFor));
		const matches: Test = (message) => tests.some((all) => all.every((test) => test(message)));
		return { name, advice, matches };
	});
const NAMED = tested([...NAMED_FORMATS, LIST_OF_EVENTS]);
const ALL = tested([...NAMED_FORMATS, ...UNNAMED_FORMATS, LIST_OF_EVENTS]);

/** Whether a value is a tracking message that has a name. What else it is, is reported. */
export function isTrackingMessage(value: unknown, report: Report): value is TrackingMessage {
	const [problem, fix = MAP_WHOLE] = problemOf(value);
	if (problem !== undefined) report.problem(problem, fix);
	return problem === undefined;
}

export const MAP_WHOLE = 'Map the whole message, with its type, event and properties.';
const NO_NAME = 'The tracking message has neither an event nor a type';

function problemOf(value: unknown): [problem?: string, fix?: string] {
	if (!isObject(value)) {
		return [`The tracking message must be an object, but is ${describeType(value)}`];
	}
	const isUnnamed = isBlank(value.event) && isBlank(value.type);
	const format = (isUnnamed ? ALL : NAMED).find(({ matches }) => matches(value));
	if (format) {
		return [
			`This looks like ${format.name}; Message must be a tracking message, a batch of them or a request of the GA4 Measurement Protocol`,
			format.advice,
		];
	}
	if (isUnnamed) {
		const envelope = envelopeIn(value);
		if (envelope === undefined) return [NO_NAME];
		return [
			`${NO_NAME}, but its field ${quoted(envelope)} has`,
			`Map this field to Message, such as {{ $json.${envelope} }}.`,
		];
	}
	// A track message without an event has nothing to send, as one that is not mapped.
	const field = isTrack(value) ? 'event' : 'type';
	return toText(value[field]) === undefined
		? [`The ${field} of the tracking message must be a name, but is ${describeType(value[field])}`]
		: [];
}

/** The field in which another system has put the message. */
const envelopeIn = (message: TrackingMessage): string | undefined =>
	Object.keys(message).find((name) => {
		const [inside] = [message[name]].flat();
		return (
			/^\w+$/.test(name) &&
			isObject(inside) &&
			[inside.event, inside.type].some((value) => typeof value === 'string' && !isBlank(value)) &&
			[inside.userId, inside.anonymousId, inside.properties, inside.traits].some(
				(value) => isObject(value) || textOf(value) !== '',
			)
		);
	});
