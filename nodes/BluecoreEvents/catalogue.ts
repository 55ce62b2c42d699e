import type { Need } from '../shared/values/readField';
import { eventName, orderId, products, searchTerm, total, type EventField } from './eventFields';

/**
 * What an event is, in one place: the dropdown, the fields that it shows, its checks, its payload and the README's table follow
 * from it. Source: Bluecore's Events API reference. To add an event, add an entry.
 */
export interface EventDefinition {
	/** The operation's name in the dropdown. */
	readonly label: string;
	/** The operation's name in n8n's list of actions. */
	readonly action: string;
	readonly description: string;
	readonly email: Need;
	/** `optional`: the email stands in for it. */
	readonly distinctId: Need;
	readonly fields: ReadonlyArray<{ readonly field: EventField; readonly need: Need }>;
	/** Whether the event carries customer attributes, and needs one. */
	readonly customerAttributes: Need | 'none';
	/** The email stands beside `customer` too. */
	readonly hasTopLevelEmail?: true;
	/** Bluecore's name for the event is entered by the user. */
	readonly isCustom?: true;
	/** Event properties that must not be sent with it. */
	readonly never?: readonly string[];
}

const required = (field: EventField) => ({ field, need: 'required' as const });
const optional = (field: EventField) => ({ field, need: 'optional' as const });

const define = <Name extends string>(events: Record<Name, EventDefinition>) => events;

const PRODUCT_EVENT = {
	email: 'optional',
	distinctId: 'optional',
	fields: [required(products)],
	customerAttributes: 'none',
} as const satisfies Partial<EventDefinition>;

const CONSENT_EVENT = {
	email: 'required',
	distinctId: 'optional',
	fields: [],
	customerAttributes: 'optional',
	hasTopLevelEmail: true,
} as const satisfies Partial<EventDefinition>;

export const EVENTS = define({
	viewed_product: {
		label: 'Product View',
		action: 'Record product view',
		description: 'Record that a customer viewed one or more products',
		...PRODUCT_EVENT,
	},
	search: {
		label: 'Search',
		action: 'Record search',
		description: 'Record a keyword search, or the browsing of a category',
		email: 'optional',
		distinctId: 'optional',
		fields: [required(searchTerm)],
		customerAttributes: 'none',
		never: ['products'],
	},
	add_to_cart: {
		label: 'Add to Cart',
		action: 'Record cart addition',
		description: 'Record that a customer put products into the cart',
		...PRODUCT_EVENT,
	},
	remove_from_cart: {
		label: 'Remove From Cart',
		action: 'Record cart removal',
		description: 'Record that a customer took products out of the cart',
		...PRODUCT_EVENT,
	},
	wishlist: {
		label: 'Add to Wishlist',
		action: 'Record wishlist addition',
		description: 'Record that a customer put products on the wishlist',
		...PRODUCT_EVENT,
	},
	purchase: {
		label: 'Purchase',
		action: 'Record purchase',
		description: 'Record an order with its products and total',
		email: 'required',
		distinctId: 'optional',
		fields: [required(products), required(orderId), required(total)],
		customerAttributes: 'optional',
	},
	customer_patch: {
		label: 'Create or Update Customer',
		action: 'Create or update customer',
		description: 'Create a customer, or update the attributes of one (upsert)',
		email: 'optional',
		distinctId: 'optional',
		fields: [],
		customerAttributes: 'required',
	},
	identify: {
		label: 'Identify',
		action: 'Identify customer',
		description: 'Link a customer, device or visitor ID to an email address, once for each ID',
		email: 'required',
		distinctId: 'required',
		fields: [],
		customerAttributes: 'optional',
	},
	optin: {
		label: 'Opt In',
		action: 'Opt in customer',
		description: 'Record that a customer wants to get marketing emails (subscribe)',
		...CONSENT_EVENT,
	},
	unsubscribe: {
		label: 'Unsubscribe',
		action: 'Unsubscribe customer',
		description: 'Record that a customer no longer wants marketing emails (opt out)',
		...CONSENT_EVENT,
	},
	custom: {
		label: 'Custom Event',
		action: 'Record custom event',
		description: 'Record an event of your own, agreed with Bluecore beforehand',
		email: 'optional',
		distinctId: 'optional',
		fields: [required(eventName), optional(products)],
		customerAttributes: 'optional',
		isCustom: true,
	},
});

export type EventOperation = keyof typeof EVENTS;

export const EVENT_OPERATIONS = Object.keys(EVENTS) as EventOperation[];

/** The events that Bluecore itself defines. */
export const STANDARD_EVENTS: readonly string[] = EVENT_OPERATIONS.filter(
	(operation) => !EVENTS[operation].isCustom,
);

/** The operations whose definition has a property. */
export const operationsWith = (test: (event: EventDefinition) => boolean): EventOperation[] =>
	EVENT_OPERATIONS.filter((operation) => test(EVENTS[operation]));
