import type { Shop } from '../shop';

const PLACES = [
	...['customer', 'billing_address', 'billingAddress'],
	...['customer.default_address', 'customer.defaultAddress'],
];
/** Where the GraphQL ID is, which says what a thing is. */
const GRAPHQL_IDS = ['id', 'admin_graphql_api_id'];
const idLike = (like: RegExp) => ({ form: { at: GRAPHQL_IDS, like } });

const DRAFT = 'a draft order; when it is completed, Shopify sends the order itself';
const CHECKOUT = 'a checkout; when it is completed, Shopify sends the order itself';

/** The amounts in one of Shopify's two currencies; the current ones are those after the order was edited. */
const moneyIn = (rest: string, graphql: string) => {
	const total = [
		`total_price_set.${rest}`,
		`totalPriceSet.${graphql}`,
		`current_total_price_set.${rest}`,
		`currentTotalPriceSet.${graphql}`,
	];
	return {
		total,
		currency: total.map((path, index) => `${path}.${index % 2 ? 'currencyCode' : 'currency_code'}`),
		price: [`price_set.${rest}`, `originalUnitPriceSet.${graphql}`],
	};
};
const shopMoney = moneyIn('shop_money', 'shopMoney');
const customerMoney = moneyIn('presentment_money', 'presentmentMoney');

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
		['line_items', 'discount_codes'],
		['lineItems', 'totalPriceSet'],
		['lineItems', 'currentTotalPriceSet'],
		['lineItems', 'displayFinancialStatus'],
	],
	...idLike(/^gid:\/\/shopify\//),
	notOrders: [
		{ ...idLike(/\/DraftOrder\//), is: DRAFT },
		...['line_items', 'lineItems'].map((field) => ({
			has: [field],
			lacks: ['order_number', 'financial_status', 'displayFinancialStatus'],
			form: { at: ['name'], like: /^#D\d+$/ },
			is: DRAFT,
		})),
		...['invoice_url', 'invoiceUrl'].map((field) => ({
			has: [field, 'name'],
			lacks: ['order_number', 'displayFinancialStatus'],
			is: DRAFT,
		})),
		{ ...idLike(/\/(?:Abandoned)?Checkout\//), is: CHECKOUT, isUnfinished: true },
		...['payment_due', 'abandoned_checkout_url', 'abandonedCheckoutUrl', 'webUrl'].map((field) => ({
			has: [field],
			lacks: ['order_number'],
			is: CHECKOUT,
			isUnfinished: true as const,
		})),
		...[
			['address_id', 'line_items'],
			['charge_id', 'line_items'],
			['scheduled_at', 'line_items'],
			['external_order_id', 'line_items'],
			['shopify_order_id', 'line_items'],
		].map((has) => ({
			has,
			is: 'a charge or an order of a subscription app such as Recharge; Shopify sends the order itself',
		})),
		{
			has: ['line_items', 'token'],
			lacks: ['total_price', 'order_number'],
			is: 'a cart',
			isUnfinished: true,
		},
		{ has: ['order_id', 'refund_line_items'], is: 'a refund' },
		{ has: ['order_id', 'tracking_numbers'], is: 'a fulfillment' },
		{
			has: ['order_edit.order_id'],
			is: 'a change of an order; the topic orders/updated has the order itself',
		},
		{
			...idLike(/^gid:\/\/shopify\/(?!Order\/)/),
			is: 'something else of Shopify than an order, as its ID says',
		},
	],
	notPurchases: [
		{ at: 'test', is: ['true'], reason: 'Test order' },
		...['cancelled_at', 'cancelledAt'].map((at) => ({ at, reason: 'Cancelled' })),
		...['financial_status', 'displayFinancialStatus'].flatMap((at) => [
			{ at, is: ['voided', 'expired'], reason: 'Not paid' },
			{ at, is: ['refunded'], reason: 'Refunded' },
		]),
	],
	notPaidYet: ['financial_status', 'displayFinancialStatus'].map((at) => ({
		at,
		is: ['pending', 'authorized'],
	})),
	email: ['contact_email', 'email', 'customer.email', 'customer.defaultEmailAddress.emailAddress'],
	// An order that is imported from another shop has the time of the purchase in the first two.
	created: ['processed_at', 'processedAt', 'created_at', 'createdAt'],
	completed: ['completed_at', 'completedAt'],
	orderId: {
		number: ['name', 'order_number'],
		id: ['id', 'legacyResourceId', 'admin_graphql_api_id'],
	},
	idInside: /^gid:\/\/shopify\/\w+\/(\d+)/,
	money: {
		total: ['total_price', ...shopMoney.total, 'current_total_price', 'totalPrice'],
		currency: ['currency', 'currencyCode', ...shopMoney.currency],
		discounts: ['total_discounts', 'totalDiscountsSet.shopMoney'],
		price: ['price', ...shopMoney.price],
	},
	customerMoney: {
		...customerMoney,
		currency: ['presentment_currency', 'presentmentCurrencyCode', ...customerMoney.currency],
		discounts: ['total_discounts_set.presentment_money', 'totalDiscountsSet.presentmentMoney'],
	},
	lines: {
		in: ['line_items', 'lineItems.nodes', 'lineItems.edges.node', 'lineItems'],
		name: ['title', 'name'],
		quantity: ['quantity'],
		ids: {
			sku: ['sku', 'variant.sku'],
			product: ['product_id', 'product.legacyResourceId', 'product.id'],
			variant: ['variant_id', 'variant.legacyResourceId', 'variant.id'],
		},
		notProducts: [
			...['current_quantity', 'currentQuantity'].map((at) => ({
				at,
				is: ['0'],
				called: 'removed from the order',
			})),
			{ at: 'gift_card', is: ['true'], called: 'a gift card' },
			{ at: 'isGiftCard', is: ['true'], called: 'a gift card' },
			{ at: 'fulfillment_service', is: ['gift_card'], called: 'a gift card' },
			{ at: 'tip', called: 'a tip' },
			{
				lacks: ['product_id', 'variant_id', 'product.id', 'variant.id', 'sku'],
				called: 'a custom item',
			},
		],
	},
	customer: [
		{
			in: PLACES,
			attributes: { first_name: ['first_name', 'firstName'], last_name: ['last_name', 'lastName'] },
		},
		{ in: PLACES, attributes: { phone: ['phone', 'defaultPhoneNumber.phoneNumber'] } },
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
