import type { Shop } from '../shop';

const CONTACTS = [
	'billingInfo.contactDetails',
	'recipientInfo.contactDetails',
	'buyerInfo',
	'billingInfo.address.fullName',
];

/** Sources: the order of the eCommerce API, also as Velo gives it, and the earlier one of Wix Stores. */
export const wix: Shop = {
	name: 'wix',
	label: 'Wix',
	recognizedBy: [
		['lineItems', 'priceSummary'],
		['lineItems', 'buyerInfo', 'totals.total'],
		['lineItems.0.catalogReference', 'buyerInfo'],
	],
	notOrders: [
		...['priceSummary', 'lineItems.0.catalogReference'].map((field) => ({
			has: ['lineItems', field],
			lacks: ['number', 'status', 'paymentStatus', 'fulfillmentStatus'],
			is: 'a cart or a checkout',
			isUnfinished: true as const,
		})),
	],
	notPurchases: [
		{ at: 'status', is: ['canceled'], reason: 'Cancelled' },
		{ at: 'status', is: ['rejected'], reason: 'Not paid' },
		{ at: 'status', is: ['initialized'], reason: 'Not placed yet' },
		{ at: 'paymentStatus', is: ['fully_refunded', 'refunded'], reason: 'Refunded' },
		{ at: 'paymentStatus', is: ['declined', 'canceled'], reason: 'Not paid' },
	],
	notPaidYet: [
		{ at: 'status', is: ['pending'] },
		{ at: 'paymentStatus', is: ['not_paid', 'pending', 'pending_merchant', 'authorized'] },
	],
	email: ['buyerInfo.email', 'billingInfo.contactDetails.email', 'billingInfo.address.email'],
	// The time of the purchase goes before that at which Wix got the order; that an imported order has both is our reading.
	created: ['purchasedDate', 'createdDate', '_createdDate', 'dateCreated', '_dateCreated'],
	completed: ['completed'],
	orderId: { number: ['number'], id: ['id', '_id'] },
	money: {
		total: ['priceSummary.total', 'totals.total'],
		currency: ['currency'],
		discounts: ['priceSummary.discount', 'totals.discount'],
		price: ['price', 'priceData.price'],
	},
	lines: {
		in: ['lineItems'],
		name: ['productName.original', 'productName', 'name'],
		quantity: ['quantity'],
		// A product without variants has no ID of one.
		ids: {
			sku: ['physicalProperties.sku', 'sku'],
			product: ['catalogReference.catalogItemId', 'productId'],
			variant: [
				'catalogReference.options.variantId',
				'variantId',
				'catalogReference.catalogItemId',
				'productId',
			],
		},
		notProducts: [
			{ at: 'itemType.preset', is: ['gift_card'], called: 'a gift card' },
			{ at: 'lineItemType', is: ['gift_card'], called: 'a gift card' },
		],
	},
	customer: [
		{ in: CONTACTS, attributes: { first_name: ['firstName'], last_name: ['lastName'] } },
		{ in: CONTACTS, attributes: { phone: ['phone'] } },
		{
			in: ['billingInfo.address', 'recipientInfo.address'],
			attributes: {
				city: ['city'],
				state: ['subdivision'],
				zip: ['postalCode', 'zipCode'],
				country: ['country'],
			},
		},
	],
};
