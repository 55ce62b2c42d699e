import type { OperationTexts } from '../shared/input/showFor';
import type { Need } from '../shared/values/field';
import { FIELDS } from './eventFields';

type CatalogueField = (typeof FIELDS)[keyof typeof FIELDS];

/**
 * The definition of an event. The operation in the dropdown, its fields, the checks, the payload and the table in
 * docs/operations.md all come from it. Source: Bluecore's Events API reference. To add an event, add an entry.
 */
export interface EventDefinition extends OperationTexts {
	readonly email: Need;
	/** `optional`: without it, the email is the distinct ID. */
	readonly distinctId: Need;
	readonly fields: ReadonlyArray<{ readonly field: CatalogueField; readonly need: Need }>;
	/** Whether the event can have customer attributes, or needs at least one. */
	readonly customerAttributes: Need | 'none';
	/** The email is also a property of the event itself, next to `customer`. */
	readonly hasTopLevelEmail?: true;
	/** The user enters the name of the event. */
	readonly isCustom?: true;
	/** Event properties that must not be sent with it. */
	readonly never?: readonly string[];
	/** How many products Bluecore takes in one event: one, or each only once and not more than 30. Others take any. */
	readonly takesProducts?: 'one' | 'eachOnce';
}

const { searchTerm, orderId, total, products, eventName } = FIELDS;

const required = (field: CatalogueField) => ({ field, need: 'required' as const });
const optional = (field: CatalogueField) => ({ field, need: 'optional' as const });

const define = <Name extends string>(events: Record<Name, EventDefinition>) => events;

/** Said of the standard events that the page of the Events API does not list. */
const OF_THE_WEBSITE =
	'Agree with Bluecore first that this event is known from this source: otherwise it comes from the website only.';

/** What descriptions say of events that count, for people and for AI agents. */
const NOT_TAKEN_BACK = 'It cannot be taken back.';

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
		description: `Record that a customer viewed one or more products. ${NOT_TAKEN_BACK}`,
		...PRODUCT_EVENT,
	},
	search: {
		label: 'Search',
		action: 'Record search',
		description: `Record that a customer searched for a keyword or browsed a category. ${NOT_TAKEN_BACK}`,
		email: 'optional',
		distinctId: 'optional',
		fields: [required(searchTerm)],
		customerAttributes: 'none',
		never: ['products'],
	},
	viewed_cart: {
		label: 'Cart View',
		action: 'Record cart view',
		description: `Record that a customer viewed the cart with its products. ${OF_THE_WEBSITE} ${NOT_TAKEN_BACK}`,
		...PRODUCT_EVENT,
	},
	add_to_cart: {
		label: 'Add to Cart',
		action: 'Record add to cart',
		description: `Record that a customer added products to the cart, with one event for each product. ${NOT_TAKEN_BACK}`,
		...PRODUCT_EVENT,
		takesProducts: 'one',
	},
	remove_from_cart: {
		label: 'Remove From Cart',
		action: 'Record remove from cart',
		description: `Record that a customer removed products from the cart. ${NOT_TAKEN_BACK}`,
		...PRODUCT_EVENT,
	},
	wishlist: {
		label: 'Add to Wishlist',
		action: 'Record add to wishlist',
		description: `Record that a customer added products to the wishlist. ${NOT_TAKEN_BACK}`,
		...PRODUCT_EVENT,
	},
	remove_from_wishlist: {
		label: 'Remove From Wishlist',
		action: 'Record remove from wishlist',
		description: `Record that a customer removed products from the wishlist. ${OF_THE_WEBSITE} ${NOT_TAKEN_BACK}`,
		...PRODUCT_EVENT,
	},
	purchase: {
		label: 'Purchase',
		action: 'Record purchase',
		description: `Record an order with its products and total, which counts as revenue. ${NOT_TAKEN_BACK}`,
		email: 'required',
		distinctId: 'optional',
		fields: [required(products), required(orderId), required(total)],
		customerAttributes: 'optional',
		takesProducts: 'eachOnce',
	},
	customer_patch: {
		label: 'Create or Update Customer',
		action: 'Create or update customer',
		description:
			'Create a new customer, or update the current one if it already exists (upsert). Replaces the attributes that are given. A new attribute cannot be removed.',
		email: 'optional',
		distinctId: 'optional',
		fields: [],
		customerAttributes: 'required',
	},
	identify: {
		label: 'Identify',
		action: 'Identify customer',
		description:
			'Link a customer, device or visitor ID to an email address. Each ID must be linked once. A link cannot be taken back.',
		email: 'required',
		distinctId: 'required',
		fields: [],
		customerAttributes: 'optional',
	},
	optin: {
		label: 'Opt In',
		action: 'Opt in customer',
		description:
			'Record that a customer wants to receive marketing emails (subscribe). Unsubscribe takes it back.',
		...CONSENT_EVENT,
	},
	unsubscribe: {
		label: 'Unsubscribe',
		action: 'Unsubscribe customer',
		description:
			'Record that a customer no longer wants to receive marketing emails (opt out). Only a new consent of the customer may take it back, by Opt In.',
		...CONSENT_EVENT,
	},
	custom: {
		label: 'Custom Event',
		action: 'Record custom event',
		description: `Record an event of your own that you have agreed on with Bluecore. ${NOT_TAKEN_BACK}`,
		email: 'optional',
		distinctId: 'optional',
		fields: [required(eventName), optional(products)],
		customerAttributes: 'optional',
		isCustom: true,
	},
});

export type EventOperation = keyof typeof EVENTS;

/** The definition of an event by its name; a name that is none of Bluecore's is a custom event's. */
export const definitionOf = (event: string): EventDefinition =>
	Object.hasOwn(EVENTS, event) ? EVENTS[event as EventOperation] : EVENTS.custom;

export const EVENT_OPERATIONS = Object.keys(EVENTS) as EventOperation[];

/** The events that Bluecore itself defines. */
export const STANDARD_EVENTS: readonly string[] = EVENT_OPERATIONS.filter(
	(operation) => !EVENTS[operation].isCustom,
);
