import type { Shop } from '../shop';

const USE_PURCHASE =
	'Get the email of the customer from your shop, and use the operation Purchase with it.';

/** Orders that have no email that may be used, or no products. They are recognized to say so. */
export const UNUSABLE_ORDERS: Shop['notOrders'] = [
	...[['AmazonOrderId'], ['orderId', 'orderItems', 'salesChannel']].map((has) => ({
		has,
		is: "an order of Amazon, which does not give the customer's own email",
		advice: 'Filter such orders out before this node.',
	})),
	{
		has: ['receipt_id', 'transactions'],
		is: 'an order of Etsy, which does not give the email of the customer for marketing',
		advice: 'Filter such orders out before this node.',
	},
	{
		has: ['associations.order_rows'],
		is: 'an order of PrestaShop, which has only the ID of the customer (id_customer) and no email',
		advice: USE_PURCHASE,
	},
	...[
		['line_items', 'location_id', 'net_amounts'],
		['line_items', 'location_id', 'total_money'],
		['lineItems', 'locationId', 'totalMoney'],
	].map((has) => ({
		has,
		is: 'an order of Square, which has only the ID of the customer (customer_id) and no email',
		advice: USE_PURCHASE,
	})),
	{
		has: ['merchant_id', 'event_id', 'data.id'],
		form: { at: ['type'], like: /^order\./ },
		is: 'the call of a webhook of Square, which has only the ID of the order',
		advice:
			'Get the order with an HTTP Request node from https://connect.squareup.com/v2/orders/{data.id} and its customer from /v2/customers/{customer_id}, and use the operation Purchase. Divide the amounts by 100: Square counts cents.',
	},
	{
		has: ['merchant_id', 'event_id', 'data.id'],
		is: 'the call of a webhook of Square about something else than an order',
	},
];
