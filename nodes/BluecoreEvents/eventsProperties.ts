import type { INodeProperties } from 'n8n-workflow';

import { CUSTOMER_ATTRIBUTE_PARAMETERS } from '../shared/attributes/attributeParameters';
import { nodeOptions } from '../shared/options/nodeOptions';
import { showFor, underResource } from '../shared/input/showFor';
import type { Need } from '../shared/values/readField';
import { EVENT_OPERATIONS, EVENTS, operationsWith, type EventDefinition } from './catalogue';
import { ADDITIONAL_FIELDS, VALUE_PARAMETERS } from './eventParameters';
import { FORWARD, FORWARD_OPERATION, FORWARD_PARAMETERS } from './forward/forwardParameters';
import { IMPORT_ROW, IMPORT_ROW_OPERATION, IMPORT_ROW_PARAMETERS } from './importRow';
import {
	SHOP_ORDER,
	SHOP_ORDER_OPERATION,
	SHOP_ORDER_PARAMETERS,
} from './shopOrder/shopOrderParameters';

const OPERATION: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: 'viewed_product',
	hint: 'Accepted means queued: Bluecore answers 202 to nearly everything, so the node checks all items before it sends one',
	options: [
		...EVENT_OPERATIONS.map((value) => {
			const { label, action, description } = EVENTS[value];
			return { name: label, value, action, description };
		}),
		FORWARD_OPERATION,
		SHOP_ORDER_OPERATION,
		IMPORT_ROW_OPERATION,
	].sort((a, b) => a.name.localeCompare(b.name)),
};

/** Operations for which the user can enter customer attributes. */
const WITH_ATTRIBUTES = [
	...operationsWith(({ customerAttributes }) => customerAttributes !== 'none'),
	SHOP_ORDER,
];
/** Operations whose attributes are checked. */
const CHECKING_ATTRIBUTES = [...WITH_ATTRIBUTES, FORWARD, IMPORT_ROW];

export const EVENTS_OPTIONS = nodeOptions(
	{},
	{
		attributeNames: CHECKING_ATTRIBUTES,
		attributesToSend: CHECKING_ATTRIBUTES,
		convertBooleans: CHECKING_ATTRIBUTES,
		currency: [SHOP_ORDER, IMPORT_ROW],
		includePayload: 'all',
		linkIdentity: [FORWARD],
		maxAgeHours: [FORWARD, SHOP_ORDER],
		maxConcurrency: 'all',
		maxRetries: 'all',
		moneyFrom: [SHOP_ORDER, IMPORT_ROW],
		nestedTraits: [FORWARD],
		orderAttributes: [SHOP_ORDER],
		requestsPerSecond: 'all',
		retryBaseSeconds: 'all',
		retryMaxSeconds: 'all',
		retryUnknownOutcome: 'all',
		sendEmptyValues: CHECKING_ATTRIBUTES,
		timeoutSeconds: 'all',
		traitsToSend: [FORWARD],
		unpaidOrders: [SHOP_ORDER, IMPORT_ROW],
		validateOnly: 'all',
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
const FIELDS = [
	...new Set(
		[...EVENT_OPERATIONS]
			.reverse()
			.flatMap((name) => EVENTS[name].fields.map(({ field }) => field)),
	),
];

export const EVENT_PARAMETERS: INodeProperties[] = [
	...underResource({ name: 'Event', value: 'event' }, OPERATION),
	...parametersFor([VALUE_PARAMETERS.email], ({ email }) => email),
	...parametersFor([VALUE_PARAMETERS.distinctId], ({ distinctId }) => distinctId),
	...FIELDS.flatMap((field) =>
		parametersFor(
			field.parameters,
			({ fields }) => fields.find((entry) => entry.field === field)?.need,
		),
	),
	...showFor({ operation: [SHOP_ORDER] }, SHOP_ORDER_PARAMETERS),
	...showFor({ operation: WITH_ATTRIBUTES }, CUSTOMER_ATTRIBUTE_PARAMETERS),
	...showFor({ operation: [...EVENT_OPERATIONS, SHOP_ORDER] }, [ADDITIONAL_FIELDS]),
	...showFor({ operation: [FORWARD] }, FORWARD_PARAMETERS),
	...showFor({ operation: [IMPORT_ROW] }, IMPORT_ROW_PARAMETERS),
	EVENTS_OPTIONS.parameter,
];

/** Shows the operation's label under the node's name. */
export const EVENTS_SUBTITLE = `={{ ${JSON.stringify(
	Object.fromEntries([
		...EVENT_OPERATIONS.map((name) => [name, EVENTS[name].label]),
		[FORWARD, FORWARD_OPERATION.name],
		[SHOP_ORDER, SHOP_ORDER_OPERATION.name],
		[IMPORT_ROW, IMPORT_ROW_OPERATION.name],
	]),
)}[$parameter["operation"]] }}`;
