import type { Shop } from '../shop';

/** Of several payments that were tried, only the primary one says whether the order is paid. */
const PAYMENT_STATES = [
	{ at: 'primaryOrderTransaction.stateMachineState.technicalName' },
	{ at: 'transactions.0.stateMachineState.technicalName', lacks: ['transactions.1'] },
];

/** Source: the order of Shopware 6, in the Store API, the Admin API and the webhook `checkout.order.placed`. */
export const shopware: Shop = {
	name: 'shopware',
	label: 'Shopware',
	recognizedBy: [
		['orderNumber', 'lineItems', 'orderCustomer'],
		['orderNumber', 'lineItems', 'amountTotal'],
	],
	notOrders: [
		{
			has: ['attributes.orderNumber', 'relationships'],
			is: 'an order in the format JSON:API, which has its products and the customer somewhere else',
			advice: 'Get the order with the header Accept: application/json.',
		},
	],
	notPurchases: [
		{ at: 'stateMachineState.technicalName', is: ['cancelled'], reason: 'Cancelled' },
		...PAYMENT_STATES.flatMap((payment) => [
			{ ...payment, is: ['refunded', 'chargeback'], reason: 'Refunded' },
			{ ...payment, is: ['failed', 'cancelled'], reason: 'Not paid' },
		]),
	],
	notPaidYet: PAYMENT_STATES.map((payment) => ({
		...payment,
		is: ['open', 'authorized', 'in_progress', 'unconfirmed', 'reminded'],
	})),
	email: ['orderCustomer.email'],
	created: ['orderDateTime', 'createdAt'],
	orderId: { number: ['orderNumber'], id: ['id'] },
	money: {
		total: ['amountTotal', 'price.totalPrice'],
		currency: ['currency.isoCode'],
		discounts: ['promotion', 'discount'].map((type) => `lineItems.type=${type}.totalPrice`),
		price: ['unitPrice', 'price.unitPrice'],
	},
	lines: {
		in: ['lineItems'],
		name: ['label'],
		quantity: ['quantity'],
		ids: {
			sku: ['payload.productNumber'],
			product: ['payload.parentId', 'productId'],
			variant: ['productId'],
		},
		notProducts: [
			{ at: 'type', is: ['promotion', 'discount', 'credit'], called: 'a discount' },
			{ at: 'type', is: ['custom'], called: 'a custom item' },
		],
		parts: { id: 'id', parentId: ['parentId'] },
	},
	customer: [
		{
			in: ['orderCustomer', 'billingAddress'],
			attributes: { first_name: ['firstName'], last_name: ['lastName'] },
		},
		{
			in: ['billingAddress'],
			attributes: {
				phone: ['phoneNumber'],
				city: ['city'],
				state: ['countryState.shortCode'],
				zip: ['zipcode'],
				country: ['country.iso'],
			},
		},
	],
};
