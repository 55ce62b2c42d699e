import type { Shop } from '../shop';

const GET_SESSION =
	'Get it with an HTTP Request node from https://api.stripe.com/v1/checkout/sessions/{id}?expand[]=line_items.data.price.product: then it has its products, and can be recorded.';

const SOMETHING_ELSE = 'something else of Stripe than a checkout';
const USE_CHECKOUT = `Use the event checkout.session.completed. ${GET_SESSION}`;

/** Source: the Checkout Session, whose products are there only if they are asked for. Its amounts are in the currency's smallest unit. */
export const stripe: Shop = {
	name: 'stripe',
	label: 'Stripe',
	recognizedBy: [
		['object', 'payment_status', 'mode'],
		['amount_total', 'payment_status'],
	],
	form: { at: ['object'], like: /^checkout\.session$/ },
	notOrders: [
		{
			has: ['object'],
			lacks: ['line_items.data', 'line_items.0'],
			form: { at: ['object'], like: /^checkout\.session$/ },
			is: 'a checkout of Stripe, which does not have its products',
			advice: GET_SESSION,
		},
		{
			form: {
				at: ['object'],
				like: /^(?:account|balance|charge|coupon|customer|dispute|payment_(?:intent|link|method)|payout|plan|price|product|promotion_code|refund|setup_intent|subscription|subscription_schedule|tax_rate|topup|transfer)$/,
			},
			is: `${SOMETHING_ELSE}, and has no products`,
			advice: USE_CHECKOUT,
		},
		{
			form: { at: ['object'], like: /^(?:credit_note|invoice|quote)$/ },
			is: SOMETHING_ELSE,
			advice: USE_CHECKOUT,
		},
	],
	notPurchases: [
		{ at: 'livemode', is: ['false'], reason: 'Test order' },
		{ at: 'mode', is: ['setup'], reason: 'Not a payment' },
		{ at: 'status', is: ['open', 'expired'], reason: 'Not completed', isUnfinished: true },
	],
	notPaidYet: [{ at: 'payment_status', is: ['unpaid'] }],
	email: ['customer_details.email', 'customer_email', 'customer.email'],
	created: ['created'],
	orderId: { number: ['id'], id: ['id'] },
	money: {
		total: ['amount_total'],
		currency: ['currency'],
		discounts: ['total_details.amount_discount'],
		price: ['price.unit_amount', 'price.unit_amount_decimal'],
	},
	minorUnits: { of: 'currency' },
	lines: {
		in: ['line_items.data', 'line_items'],
		name: ['price.product.name', 'description'],
		quantity: ['quantity'],
		// Stripe has no SKU of its own; shops write it into the metadata.
		ids: {
			sku: ['sku', 'SKU'].flatMap((name) => [
				`price.product.metadata.${name}`,
				`price.metadata.${name}`,
			]),
			product: ['price.product.id', 'price.product'],
			variant: ['price.id'],
		},
	},
	customer: [
		{ in: ['customer_details'], attributes: { phone: ['phone'] } },
		{
			in: ['customer_details.address', 'shipping_details.address'],
			attributes: { city: ['city'], state: ['state'], zip: ['postal_code'], country: ['country'] },
		},
	],
};
