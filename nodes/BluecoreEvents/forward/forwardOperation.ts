import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../../shared/input/item';
import { readChoice, refuseEmptyExpression, UNREADABLE } from '../../shared/values/field';
import { readJsonUnchecked } from '../../shared/values/json';
import type { Report } from '../../shared/values/report';
import { describeValue } from '../../shared/values/text';
import { isBlank, isObject, rowsIn, textOf } from '../../shared/values/value';
import { definitionOf, STANDARD_EVENTS } from '../catalogue';
import { heldBack, type EventsOperation } from '../eventsApi';
import { VIEWED_PAGE } from './eventMapping';
import { IdentityLinks, linkIn } from './identityLinks';
import { planMessage } from './planMessage';
import { messagesIn } from './trackingMessage';

const MESSAGE: INodeProperties = {
	displayName: 'Message',
	name: 'message',
	type: 'json',
	default: '={{ $json }}',
	hint: 'After a Webhook node, use {{ $json.body }}',
	description:
		'A tracking message, an array of messages, or a whole request from Segment, RudderStack or the GA4 Measurement Protocol',
};
const EVENT_MAP: INodeProperties = {
	displayName: 'Event Map',
	name: 'eventMap',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Event',
	default: {},
	description:
		'Which Bluecore events to send for your own tracking events. A row replaces the default mapping of its event. Several rows for one tracking event send several Bluecore events, in this order.',
	options: [
		{
			displayName: 'Mapping',
			name: 'mapping',
			values: [
				{
					displayName: 'From',
					name: 'from',
					type: 'string',
					default: '',
					placeholder: 'e.g. Product Quick Viewed',
					description:
						'The name of the tracking event, or the type of the message. Capital and small letters make no difference.',
				},
				{
					displayName: 'To',
					name: 'to',
					type: 'options',
					default: 'viewed_product',
					description:
						'The Bluecore event to send. For a custom event that you have agreed on with Bluecore, enter its name as an expression.',
					options: [
						...STANDARD_EVENTS.map((value) => ({ name: definitionOf(value).label, value })),
						{ name: 'Page View', value: VIEWED_PAGE },
					].sort((a, b) => a.name.localeCompare(b.name)),
				},
			],
		},
	],
};
const UNMAPPED_EVENTS = {
	displayName: 'Unmapped Events',
	name: 'unmappedEvents',
	type: 'options',
	default: 'drop',
	description: 'What to do with messages that no Bluecore event is mapped to',
	options: [
		{
			name: 'Drop',
			value: 'drop',
			description: 'Do not send them. The output says that they were held back.',
		},
		{
			name: 'Fail',
			value: 'fail',
			description: 'Refuse the item. The node setting On Error decides what happens then.',
		},
		{
			name: 'Send as Custom Event',
			value: 'send',
			description:
				'Send a track message under its own event name. Messages of other types are refused.',
		},
	],
} as const satisfies INodeProperties;
const CONSENT_PATH: INodeProperties = {
	displayName: 'Consent Path',
	name: 'consentPath',
	type: 'string',
	default: '',
	placeholder: 'e.g. context.consent.marketing',
	description:
		'The path in the message where it says whether the customer has agreed to marketing. Events are sent only if the value there is true or "granted". Opt-outs are sent without consent. If empty, consent is not checked.',
};

/** Sends the corresponding Bluecore events for each tracking message of each item. */
export const forwardTrackingEvent: EventsOperation = {
	label: 'Forward Tracking Event',
	action: 'Forward tracking event',
	description:
		'Convert a message from Segment, RudderStack, Datafly or GA4 to the corresponding Bluecore events, and send them. What is sent cannot be taken back.',
	parameters: [MESSAGE, EVENT_MAP, UNMAPPED_EVENTS, CONSENT_PATH],
	create({ api, execution }) {
		const newLinks = () => new IdentityLinks(execution.getWorkflowStaticData('node'));
		const links = newLinks();
		/** Links claimed by items that are only validated. They are not sent, so other items must not rely on them. */
		let validatedLinks: IdentityLinks | undefined;
		/** The keys of the messages that are planned. */
		const before = new Set<string>();

		return {
			...api.operation,
			*plan(item) {
				const { report } = item;
				const settings = readSettings(item);
				const delivery = readJsonUnchecked(
					item.field(MESSAGE),
					'Map the tracking message, such as {{ $json }}.',
				);
				// Planning a message claims its links, so a bad item plans none.
				if (report.problems.length > 0) {
					yield { report, state: { kind: 'bad' } };
					return;
				}
				const messages = messagesIn(delivery);
				if (messages.length === 0) {
					const reason = 'Empty: the batch contains no message';
					yield heldBack(report, null, null, reason, { tracking_event: null });
				}
				const of = messages.length;
				const claimed = item.options.validateOnly ? (validatedLinks ??= newLinks()) : links;
				for (const [index, message] of messages.entries()) {
					// An error item of one of several messages has the fields of that message.
					const ownFields = (isObject(message) ? message : { message }) as IDataObject;
					const place = of === 1 ? {} : { message: { number: index + 1, of }, ownFields };
					const forwarding = { api, item, settings, claimed, before };
					for (const planned of planMessage(message, forwarding)) yield { ...place, ...planned };
				}
			},
			afterSending: (accepted) =>
				links.remember(
					accepted.flatMap(({ account, payload = {} }) => linkIn(account, payload) ?? []),
				),
		};
	},
};

/** Reads the parameters that say how messages are mapped and when they are held back. Problems are reported. */
function readSettings(item: Item) {
	const { report } = item;
	const userRows = rowsIn(item.field(EVENT_MAP).value, 'mapping').map((row, index) => {
		const [from, to] = [row.from, row.to].map(textOf);
		if (from === '' || to === '') {
			report.problem(
				`${EVENT_MAP.displayName}: row ${index + 1} has no ${from === '' ? 'From' : 'To'}`,
				'Fill it in, or remove the row.',
			);
		}
		return { from, to };
	});
	const unmapped = item.field(UNMAPPED_EVENTS);
	return {
		userRows,
		unmapped: (of: Report) => readChoice({ ...unmapped, report: of }, UNMAPPED_EVENTS),
		consentPath: readConsentPath(item),
	};
}

function readConsentPath({ field, report }: Item): string {
	const given = field(CONSENT_PATH);
	const { value: path, label } = given;
	const fix =
		'Enter the path as text, such as context.consent.marketing, not as an expression that returns the value.';
	refuseEmptyExpression(given, ', so consent would not be checked', isBlank(path), fix);
	if (path === UNREADABLE || isBlank(path)) return '';
	if (typeof path === 'string') return path.trim();
	report.problem(`${label} must be a path, but is ${describeValue(path)}`, fix);
	return '';
}
