import type { Shop } from '../shop';

const PLACES = ['customer', 'billing_address', 'billingAddress', 'customer.default_address'];

/**
 * Sources: the REST Admin API's Order, which is also what the webhooks `orders/…` send, and the GraphQL Admin API's Order, whose
 * names have capital letters.
 */
export const shopify: Shop = {
	name: 'shopify',
	label: 'Shopify',
	recognizedBy: [
		['line_items', 'total_price'],
		// WooCommerce's orders of its earlier API have an order number, too.
		['line_items', 'order_number', 'name'],
		['total_line_items_price'],
		['lineItems', 'totalPriceSet'],
		['lineItems', 'displayFinancialStatus'],
	],
	notOrders: [
		...['invoice_url', 'invoiceUrl'].map((field) => ({
			has: [field, 'name'],
			lacks: ['order_number', 'displayFinancialStatus'],
			is: 'a draft order; when it is completed, Shopify sends the order itself',
		})),
		...['payment_due', 'abandoned_checkout_url', 'abandonedCheckoutUrl', 'webUrl'].map((field) => ({
			has: [field],
			lacks: ['order_number'],
			is: 'a checkout; when it is completed, Shopify sends the order itself',
		})),
		{ has: ['line_items', 'token'], lacks: ['total_price', 'order_number'], is: 'a cart' },
		{ has: ['order_id', 'refund_line_items'], is: 'a refund' },
		{ has: ['order_id', 'tracking_numbers'], is: 'a fulfillment' },
	],
	notPurchases: [
		{ at: 'test', is: ['true'], reason: 'Test order' },
		...['cancelled_at', 'cancelledAt'].map((at) => ({
			at,
			is: 'any' as const,
			reason: 'Cancelled',
		})),
		...['financial_status', 'displayFinancialStatus'].flatMap((at) => [
			{ at, is: ['voided', 'expired'], reason: 'Not paid' },
			{ at, is: ['refunded'], reason: 'Refunded' },
		]),
	],
	email: ['contact_email', 'email', 'customer.email'],
	orderId: ['name', 'order_number', 'id'],
	total: ['total_price', 'totalPriceSet.shopMoney', 'current_total_price', 'totalPrice'],
	currency: ['currency', 'currencyCode', 'totalPriceSet.shopMoney.currencyCode'],
	discounts: ['total_discounts', 'totalDiscountsSet.shopMoney'],
	lines: {
		in: ['line_items', 'lineItems.nodes', 'lineItems.edges.node', 'lineItems'],
		name: ['title', 'name'],
		price: ['price', 'originalUnitPriceSet.shopMoney'],
		quantity: ['quantity'],
		ids: {
			sku: ['sku', 'variant.sku'],
			product: ['product_id', 'product.legacyResourceId', 'product.id'],
			variant: ['variant_id', 'variant.legacyResourceId', 'variant.id'],
		},
		idInside: /^gid:\/\/shopify\/\w+\/(\d+)$/,
		notProducts: [
			{ at: 'gift_card', is: ['true'], called: 'a gift card' },
			{ at: 'isGiftCard', is: ['true'], called: 'a gift card' },
			{ at: 'fulfillment_service', is: ['gift_card'], called: 'a gift card' },
			{ at: 'tip', is: 'any', called: 'a tip' },
			{
				lacks: ['product_id', 'variant_id', 'product.id', 'variant.id', 'sku'],
				called: 'a custom item',
			},
		],
	},
	customer: [
		{
			in: PLACES,
			attributes: {
				first_name: ['first_name', 'firstName'],
				last_name: ['last_name', 'lastName'],
			},
		},
		{ in: PLACES, attributes: { phone: ['phone'] } },
		{
			in: PLACES.slice(1),
			attributes: {
				city: ['city'],
				state: ['province_code', 'provinceCode', 'province'],
				zip: ['zip'],
				country: ['country_code', 'countryCodeV2', 'country'],
			},
		},
	],
};
