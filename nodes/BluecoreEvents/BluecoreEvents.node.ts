import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testCredential } from '../shared/account/credentialTest';
import { CUSTOMER_ATTRIBUTE_PARAMETERS } from '../shared/attributes/attributeParameters';
import { operationParameter, showFor, underResource } from '../shared/input/showFor';
import { nodeOptions } from '../shared/options/nodeOptions';
import { chosenOperation, runItems } from '../shared/run/runItems';
import type { Need } from '../shared/values/field';
import { buildEvent } from './buildEvent';
import { EVENT_OPERATIONS, EVENTS, type EventDefinition, type EventOperation } from './catalogue';
import { ADDITIONAL_FIELDS, itemInput, VALUE_PARAMETERS } from './eventFields';
import { eventsApi, heldBack, type EventsOperation } from './eventsApi';
import { forwardTrackingEvent } from './forward/forwardOperation';
import { IdentityLinks, linkIn } from './forward/identityLinks';
import { prepareImportRow } from './importRow';
import { recordShopOrder } from './shopOrder/shopOrderOperation';

const recordEvent =
	(name: EventOperation): EventsOperation['create'] =>
	({ api }) => ({
		...api.operation,
		plan: (item) => api.planItem(item, buildEvent(name, EVENTS[name], itemInput(item))),
	});

/** Links an ID to an email for each item, except for an ID that the run has linked to another one. */
const recordLink: EventsOperation['create'] = ({ api }) => {
	const sent = new IdentityLinks({});
	/** Of items that are only validated: the others must not rely on them. */
	const validated = new IdentityLinks({});
	return {
		...api.operation,
		plan(item) {
			const { account, options, report } = item;
			const event = buildEvent('identify', EVENTS.identify, itemInput(item));
			const link = report.problems.length === 0 ? linkIn(account, event) : undefined;
			const links = options.validateOnly ? validated : sent;
			const reason = link && links.refusal(link);
			if (link) links.claim(link);
			return reason === undefined
				? api.planItem(item, event)
				: [heldBack(report, event.event, event.properties.distinct_id, reason)];
		},
	};
};

/** All operations, by the names that workflows save: one for each event of the catalogue, and those that make events of other data. */
const OPERATIONS: Readonly<Record<string, Omit<EventsOperation, 'parameters'>>> = {
	...Object.fromEntries(
		EVENT_OPERATIONS.map((name) => [
			name,
			{ ...EVENTS[name], create: name === 'identify' ? recordLink : recordEvent(name) },
		]),
	),
	forward: forwardTrackingEvent,
	shopOrder: recordShopOrder,
	importRow: prepareImportRow,
};

const operationsWith = (test: (event: EventDefinition) => boolean): EventOperation[] =>
	EVENT_OPERATIONS.filter((operation) => test(EVENTS[operation]));

/** Operations for which the user can enter customer attributes. */
const WITH_ATTRIBUTES = [
	...operationsWith(({ customerAttributes }) => customerAttributes !== 'none'),
	'shopOrder',
];
/** Operations whose attributes are checked. */
const CHECKING_ATTRIBUTES = [...WITH_ATTRIBUTES, 'forward', 'importRow'];

export const EVENTS_OPTIONS = nodeOptions(
	{},
	{
		attributeNames: CHECKING_ATTRIBUTES,
		attributesToSend: CHECKING_ATTRIBUTES,
		convertBooleans: CHECKING_ATTRIBUTES,
		currency: ['shopOrder', 'importRow'],
		includePayload: 'all',
		linkIdentity: ['forward'],
		maxAgeHours: ['forward', 'shopOrder'],
		moneyFrom: ['shopOrder', 'importRow'],
		nestedTraits: ['forward'],
		orderAttributes: ['shopOrder'],
		retryUnknownOutcome: 'all',
		sendEmptyValues: CHECKING_ATTRIBUTES,
		traitsToSend: ['forward'],
		unpaidOrders: ['shopOrder', 'importRow'],
	},
);

/** Shows parameters for the operations that have them. What n8n can mark as required is there twice: marked, and not. */
function parametersFor(
	parameters: readonly INodeProperties[],
	needOf: (event: EventDefinition) => Need | undefined,
): INodeProperties[] {
	const showWhere = (isShown: (need?: Need) => boolean, parameter: INodeProperties) => {
		const operation = operationsWith((event) => isShown(needOf(event)));
		return operation.length > 0 ? showFor({ operation }, [parameter]) : [];
	};
	return parameters.flatMap((parameter) =>
		parameters.length > 1 && parameter.required !== true
			? showWhere((need) => need !== undefined, parameter)
			: [
					...showWhere((need) => need === 'required', { ...parameter, required: true }),
					...showWhere((need) => need === 'optional', { ...parameter, required: undefined }),
				],
	);
}

/** All fields of the catalogue. Those of the last event come first, so that the name of a custom event is shown before its products. */
const CATALOGUE_FIELDS = [
	...new Set(
		[...EVENT_OPERATIONS]
			.reverse()
			.flatMap((name) => EVENTS[name].fields.map(({ field }) => field)),
	),
];

const EVENT_PARAMETERS: INodeProperties[] = [
	...underResource(
		{ name: 'Event', value: 'event' },
		{
			...operationParameter('viewed_product', OPERATIONS),
			hint: 'Bluecore queues what it gets, and answers 202 to nearly everything, so the node checks all items first',
		},
	),
	...parametersFor([VALUE_PARAMETERS.email], ({ email }) => email),
	...parametersFor([VALUE_PARAMETERS.distinctId], ({ distinctId }) => distinctId),
	...CATALOGUE_FIELDS.flatMap((field) =>
		parametersFor(
			field.parameters,
			({ fields }) => fields.find((entry) => entry.field === field)?.need,
		),
	),
	...showFor({ operation: ['shopOrder'] }, recordShopOrder.parameters),
	...showFor({ operation: WITH_ATTRIBUTES }, CUSTOMER_ATTRIBUTE_PARAMETERS),
	...showFor({ operation: [...EVENT_OPERATIONS, 'shopOrder'] }, [ADDITIONAL_FIELDS]),
	...showFor({ operation: ['forward'] }, forwardTrackingEvent.parameters),
	...showFor({ operation: ['importRow'] }, prepareImportRow.parameters),
	EVENTS_OPTIONS.parameter,
];

/** Shows the operation's label under the node's name. */
const OPERATION_SUBTITLE = `={{ ${JSON.stringify(
	Object.fromEntries(Object.entries(OPERATIONS).map(([name, { label }]) => [name, label])),
)}[$parameter["operation"]] }}`;

export class BluecoreEvents implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bluecore Events',
		name: 'bluecoreEvents',
		icon: { light: 'file:../../icons/events.svg', dark: 'file:../../icons/events.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: OPERATION_SUBTITLE,
		description:
			'Send customer events to Bluecore: views, carts, purchases, customers and opt-ins. What is sent cannot be taken back.',
		defaults: { name: 'Bluecore Events' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bluecoreApi', required: true, testedBy: 'testCredential' }],
		properties: EVENT_PARAMETERS,
	};

	methods = { credentialTest: { testCredential } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, {
			options: EVENTS_OPTIONS,
			api: 'events',
			createOperation: (execution, timeoutMs) =>
				chosenOperation(execution, OPERATIONS).create({
					api: eventsApi(execution, timeoutMs),
					execution,
				}),
		});
	}
}
