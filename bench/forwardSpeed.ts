// Mapping and checking of tracking messages, single core, without reading parameters and without sending: part of `npm run bench`.
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { EXAMPLES } from '../examples';
import type * as eventsApiModule from '../nodes/BluecoreEvents/eventsApi';
import type * as eventsPropertiesModule from '../nodes/BluecoreEvents/eventsProperties';
import type * as forwardOperationModule from '../nodes/BluecoreEvents/forward/forwardOperation';
import type * as trackingMessageModule from '../nodes/BluecoreEvents/forward/trackingMessage';
import type { Account } from '../nodes/shared/account/account';
import type { Parameter } from '../nodes/shared/input/item';
import type { PlannedRequest } from '../nodes/shared/run/itemRequest';
import type * as reportModule from '../nodes/shared/values/report';
import { table, whole } from '../scripts/markdown';
import { built } from './built';
import { median } from './servers';
import { rounds, sized } from './size';

const { eventsApi } = built('BluecoreEvents/eventsApi') as typeof eventsApiModule;
const { EVENTS_OPTIONS } = built(
	'BluecoreEvents/eventsProperties',
) as typeof eventsPropertiesModule;
const { forwardOperation } = built(
	'BluecoreEvents/forward/forwardOperation',
) as typeof forwardOperationModule;
const { messagesIn } = built(
	'BluecoreEvents/forward/trackingMessage',
) as typeof trackingMessageModule;
const { Report } = built('shared/values/report') as typeof reportModule;

const MESSAGES = sized(20_000);
const ROUNDS = rounds(15);
const WARM_UP = ROUNDS > 5 ? 5 : 0;

const ACCOUNT: Account = {
	namespace: 'bluestore',
	apiKey: '',
	baseUrl: 'https://api.bluecore.app',
	urlLabel: 'Events URL',
	credential: {},
};

/** The messages of an example, again and again, each for another customer. */
function messagesOf({ workflow: { pinData = {} } }: (typeof EXAMPLES)[number]): IDataObject[] {
	const [items] = Object.values(pinData);
	const samples = items.flatMap(({ json }) => messagesIn(json.body)) as IDataObject[];
	return Array.from({ length: MESSAGES }, (_, n) => {
		const text = JSON.stringify(samples[n % samples.length]);
		const customer = Math.floor(n / samples.length);
		return JSON.parse(text.replaceAll('.doe@', `.doe${customer}@`)) as IDataObject;
	});
}

/** Microseconds for each message, and how many events came of them. */
function forwardAll(messages: readonly IDataObject[]) {
	const context = { getWorkflowStaticData: () => ({}) } as unknown as IExecuteFunctions;
	const operation = forwardOperation(context, eventsApi(context, 1000));
	let events = 0;
	const began = performance.now();
	for (const message of messages) {
		const report = new Report();
		const values: Readonly<Record<string, unknown>> = { message, options: {} };
		const field = ({ name, displayName: label }: Parameter) => ({
			value: values[name] ?? '',
			label,
			report,
		});
		const options = EVENTS_OPTIONS.readItem(field(EVENTS_OPTIONS.parameter));
		const item = {
			index: 0,
			json: message,
			account: ACCOUNT,
			options,
			report,
			field,
			fieldsOf: () => [],
		};
		for (const { state } of operation.plan(item) as Iterable<PlannedRequest>) {
			if (state.kind === 'ready') events++;
		}
	}
	return { micros: ((performance.now() - began) * 1000) / messages.length, events };
}

/** Microseconds to copy a message by way of JSON: what can hardly be done without. */
function copyAll(messages: readonly IDataObject[]): number {
	const began = performance.now();
	for (const message of messages) JSON.parse(JSON.stringify(message));
	return ((performance.now() - began) * 1000) / messages.length;
}

const rows: Array<Array<string | number>> = [];
for (const example of EXAMPLES.filter(({ workflow }) =>
	/^(Segment|Rudder|GA4)/.test(workflow.name),
)) {
	const messages = messagesOf(example);
	const rounds = Array.from({ length: ROUNDS }, () => ({
		copy: copyAll(messages),
		...forwardAll(messages),
	})).slice(WARM_UP);
	const micros = median(rounds.map((round) => round.micros));
	rows.push([
		example.workflow.name.split(':')[0],
		whole(1e6 / micros),
		micros.toFixed(1),
		(rounds[0].events / MESSAGES).toFixed(2),
		median(rounds.map((round) => round.micros / round.copy)).toFixed(1),
	]);
}
console.log(
	table(
		['messages of', 'messages/s', 'µs/message', 'events/message', '× copying it by JSON'],
		rows,
	),
);
