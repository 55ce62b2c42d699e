import type { Shop } from '../shop';

/** Source: the order of the Commerce API, and of OCAPI, whose names have underscores. */
export const salesforce: Shop = {
	name: 'salesforce',
	label: 'Salesforce B2C Commerce',
	recognizedBy: [
		['orderNo', 'productItems'],
		['order_no', 'product_items'],
		['basketId', 'productItems'],
		['basket_id', 'product_items'],
	],
	notOrders: [
		{ has: ['basketId', 'productItems'], lacks: ['orderNo'], is: 'a basket', isUnfinished: true },
		{
			has: ['basket_id', 'product_items'],
			lacks: ['order_no'],
			is: 'a basket',
			isUnfinished: true,
		},
	],
	notPurchases: [
		// An order has this status until its payment is authorized and it is placed; else it fails.
		{ at: 'status', is: ['created'], reason: 'Not placed yet' },
		{ at: 'status', is: ['failed', 'failed_with_reopen'], reason: 'Not paid' },
		{ at: 'status', is: ['cancelled'], reason: 'Cancelled' },
		{ at: 'status', is: ['replaced'], reason: 'Replaced by another order' },
	],
	notPaidYet: ['paymentStatus', 'payment_status'].map((at) => ({ at, is: ['not_paid'] })),
	email: ['customerInfo.email', 'customer_info.email'],
	created: ['creationDate', 'creation_date'],
	orderId: { number: ['orderNo', 'order_no'], id: ['orderNo', 'order_no'] },
	money: {
		total: ['orderTotal', 'order_total'],
		currency: ['currency'],
		discounts: [
			...['orderPriceAdjustments.price', 'order_price_adjustments.price'],
			...['productItems.priceAdjustments.price', 'product_items.price_adjustments.price'],
		],
		// `price` is that of the whole line.
		price: ['basePrice', 'base_price'],
	},
	lines: {
		in: ['productItems', 'product_items'],
		name: ['productName', 'product_name', 'itemText', 'item_text'],
		quantity: ['quantity'],
		// The product ID is that of the variant, and the SKU.
		ids: {
			sku: ['productId', 'product_id'],
			product: ['productId', 'product_id'],
			variant: ['productId', 'product_id'],
		},
	},
	customer: [
		{
			in: ['billingAddress', 'billing_address'],
			attributes: {
				first_name: ['firstName', 'first_name'],
				last_name: ['lastName', 'last_name'],
				phone: ['phone'],
				city: ['city'],
				state: ['stateCode', 'state_code'],
				zip: ['postalCode', 'postal_code'],
				country: ['countryCode', 'country_code'],
			},
		},
	],
};
