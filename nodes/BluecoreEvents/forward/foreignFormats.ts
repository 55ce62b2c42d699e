import { isBlank, isObject } from '../../shared/values/coerce';
import type { Report } from '../../shared/values/report';
import type { TrackingMessage } from './trackingMessage';

/** A format of another system that can arrive in place of a tracking message. */
interface ForeignFormat {
	/** Completes "This looks like …". */
	readonly name: string;
	matches(message: TrackingMessage): boolean;
	readonly advice: string;
	/** Whether it can have an `event` or `type`, as tracking messages do. */
	readonly mayHaveName?: true;
}

const has = (message: TrackingMessage, ...names: readonly string[]): boolean =>
	names.every((name) => Object.hasOwn(message, name) && message[name] !== undefined);

const firstIn = (list: unknown): TrackingMessage => {
	const first: unknown = Array.isArray(list) ? list[0] : undefined;
	return isObject(first) ? first : {};
};

const CONVERT =
	'Convert it before this node to messages with type, event, userId, anonymousId, traits and properties, for example with a Code node.';

/** Sources: the documentation of each system about what it sends to webhooks, queues and APIs. */
const FORMATS: readonly ForeignFormat[] = [
	{
		name: 'the output of a Webhook node',
		matches: (message) => isObject(message.headers) && 'body' in message,
		advice: 'This is the output of a Webhook node: set Message to {{ $json.body }}.',
	},
	{
		name: 'an mParticle batch',
		matches: (message) =>
			has(message, 'events') &&
			(has(message, 'user_identities') ||
				has(message, 'mpid') ||
				has(firstIn(message.events), 'event_type', 'data') ||
				has(firstIn(message.events), 'eventType', 'data')),
		advice: CONVERT,
	},
	{
		name: 'an event of mParticle',
		matches: (message) => has(message, 'event_type', 'data') && isObject(message.data),
		advice: CONVERT,
	},
	{
		name: 'an event of Amplitude',
		matches: (message) => has(message, 'event_type', 'event_properties'),
		advice: CONVERT,
	},
	{
		name: 'a request to the Klaviyo API',
		matches: ({ data }) => isObject(data) && data.type === 'event' && isObject(data.attributes),
		advice: CONVERT,
	},
	{
		name: 'a request to the Amplitude API',
		matches: ({ events }) => has(firstIn(events), 'event_type') && !has(firstIn(events), 'name'),
		advice: CONVERT,
	},
	{
		name: 'a Snowplow event',
		mayHaveName: true,
		matches: (message) =>
			has(message, 'collector_tstamp') ||
			has(message, 'v_tracker') ||
			has(message, 'v_collector') ||
			has(message, 'e', 'tv') ||
			(typeof message.schema === 'string' && message.schema.startsWith('iglu:')),
		advice: CONVERT,
	},
	{
		name: 'a row of the BigQuery export of GA4',
		matches: (message) => has(message, 'event_name', 'event_params'),
		advice: CONVERT,
	},
	{
		name: 'the event data of a server-side tag manager',
		matches: (message) => has(message, 'event_name'),
		advice:
			'Send a request in the format of the GA4 Measurement Protocol, or convert it before this node to a message with event, userId, anonymousId and properties.',
	},
	{
		name: 'an event of the classic Jitsu format',
		mayHaveName: true,
		matches: (message) => has(message, 'eventn_ctx') || has(message, 'eventn_ctx_event_id'),
		advice: 'Let Jitsu send its events in the format of Segment.',
	},
	{
		name: 'an Amazon SNS notification',
		matches: (message) => has(message, 'Type', 'TopicArn'),
		advice: 'Set Message to the text that it carries: {{ $json.Message }}.',
	},
	{
		name: 'an Amazon EventBridge event',
		matches: (message) => has(message, 'detail-type', 'detail'),
		advice: 'Set Message to the message that it carries: {{ $json.detail }}.',
	},
	{
		name: 'a Google Pub/Sub message',
		matches: (message) => has(message, 'subscription') && isObject(message.message),
		advice: 'Decode message.data from Base64 before this node, and map the result to Message.',
	},
	{
		name: 'a CloudEvent',
		mayHaveName: true,
		matches: (message) => has(message, 'specversion', 'source'),
		advice: 'Set Message to the message that it carries: {{ $json.data }}.',
	},
	{
		name: 'a request to the Braze API',
		matches: (message) =>
			has(firstIn(message.attributes), 'external_id') ||
			has(firstIn(message.purchases), 'product_id') ||
			has(firstIn(message.events), 'external_id'),
		advice: CONVERT,
	},
	{
		name: 'an order of a shop system',
		matches: (message) => Array.isArray(message.line_items),
		advice: 'Use the operation Record Shop Order.',
	},
];

/** Whether a message is in the format of another system, which is then reported. */
export function isForeign(message: TrackingMessage, report: Report): boolean {
	const isUnnamed = isBlank(message.event) && isBlank(message.type);
	const format = FORMATS.find(
		({ mayHaveName, matches }) => (isUnnamed || mayHaveName) && matches(message),
	);
	if (format) {
		report.problem(
			`This looks like ${format.name}; Message must be a tracking message, a batch of them or a request of the GA4 Measurement Protocol`,
			format.advice,
		);
	}
	return format !== undefined;
}
