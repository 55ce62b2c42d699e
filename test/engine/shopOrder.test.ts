import type { IDataObject } from 'n8n-workflow';

import { SHOPS } from '../../nodes/BluecoreEvents/shopOrder/shops';
import { runNode, type NodeRun } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { SHOP_ORDERS, SHOPIFY_GRAPHQL_ORDER, type ShopName } from '../support/shopOrders';

const sandbox = useSandbox();

const run = async (items: IDataObject[], given: Partial<NodeRun> = {}) =>
	await runNode({
		node: 'bluecoreEvents',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		items,
		...given,
		parameters: { operation: 'shopOrder', ...given.parameters },
	});

/** What comes of one order: its output, or its error with the advice. */
async function record(order: unknown, parameters: IDataObject = {}): Promise<IDataObject> {
	const { main, errors } = await run([{ given: order } as IDataObject], {
		parameters: {
			order: '={{ $json.given }}',
			...parameters,
			options: { includePayload: true, ...(parameters.options as IDataObject) },
		},
		onError: 'continueErrorOutput',
	});
	expect([...main, ...errors]).toHaveLength(1);
	return [...main, ...errors][0].json;
}

const propertiesOf = ({ payload, ...rest }: IDataObject): IDataObject => {
	expect({ ...rest, payload }).toEqual({
		...rest,
		payload: expect.objectContaining({ event: 'purchase' }) as unknown,
	});
	return (payload as { properties: IDataObject }).properties;
};
const sentFor = async (order: unknown, parameters?: IDataObject) =>
	propertiesOf(await record(order, parameters));
const productIdsOf = async (order: unknown, parameters?: IDataObject) =>
	((await sentFor(order, parameters)).products as Array<{ id: string }>).map(({ id }) => id);

const { shopify, woocommerce, bigcommerce, magento, salesforce, commercetools, shopware } =
	SHOP_ORDERS;
const withLines = (...lines: IDataObject[]) => ({
	...shopify,
	line_items: [...shopify.line_items, ...lines],
});

/** What Bluecore gets for the order of each shop. */
const PURCHASES: Record<ShopName, IDataObject> = {
	shopify: {
		distinct_id: 'jane@example.com',
		order_id: '#1001',
		total: 89.8,
		currency: 'USD',
		discount: 10,
		products: [
			{ id: 'JACKET-M', name: 'Rain Jacket', price: 79.9, quantity: 1 },
			{ id: 'SOCKS', name: 'Socks', price: 9.95, quantity: 2 },
		],
		customer: {
			email: 'jane@example.com',
			first_name: 'Jane',
			last_name: 'Doe',
			phone: '+1 503 555 0100',
			city: 'Portland',
			state: 'OR',
			zip: '97201',
			country: 'US',
		},
	},
	woocommerce: {
		distinct_id: 'juergen@example.com',
		order_id: '727',
		total: 35.9,
		currency: 'EUR',
		discount: 0,
		products: [
			{ id: 'SHIRT-BLUE', name: 'T-Shirt - Blue', price: 14.95, quantity: 2 },
			{ id: 'MUG', name: 'Mug', price: 6, quantity: 1 },
		],
		customer: {
			email: 'juergen@example.com',
			first_name: 'Jürgen',
			last_name: 'Groß',
			city: 'Köln',
			zip: '50667',
			country: 'DE',
		},
	},
	bigcommerce: {
		distinct_id: 'jane@example.com',
		order_id: '118',
		total: 61.95,
		currency: 'USD',
		discount: 5,
		products: [
			{ id: 'LAMP-R', name: 'Lamp', price: 56.95, quantity: 1 },
			{ id: 'BULB', name: 'Bulb', price: 5, quantity: 2 },
		],
		customer: {
			email: 'jane@example.com',
			first_name: 'Jane',
			last_name: 'Doe',
			city: 'Austin',
			state: 'Texas',
			zip: '78751',
			country: 'US',
		},
	},
	magento: {
		distinct_id: 'jane@example.com',
		order_id: '000000005',
		total: 70,
		currency: 'USD',
		discount: 5.5,
		products: [
			{ id: 'TEE-XS', name: 'Tee', price: 29.5, quantity: 2 },
			{ id: 'BAG', name: 'Bag', price: 11, quantity: 1 },
		],
		customer: {
			email: 'jane@example.com',
			first_name: 'Jane',
			last_name: 'Doe',
			phone: '512-555-0111',
			city: 'Austin',
			state: 'TX',
			zip: '78758',
			country: 'US',
		},
	},
	salesforce: {
		distinct_id: 'jane@example.com',
		order_id: '00028011',
		total: 76.2,
		currency: 'GBP',
		products: [
			{ id: '7016M', name: 'Shirt', price: 30.1, quantity: 2 },
			{ id: '7017M', name: 'Belt', price: 16, quantity: 1 },
		],
		customer: {
			email: 'jane@example.com',
			first_name: 'Jane',
			last_name: 'Doe',
			city: 'London',
			zip: 'E1 6AN',
			country: 'GB',
		},
	},
	commercetools: {
		distinct_id: 'jane@example.com',
		order_id: 'CT-17',
		total: 49.9,
		currency: 'EUR',
		products: [
			{ id: 'POT-1', name: 'Teekanne', price: 39.9, quantity: 1 },
			{ id: 'TEA-1', name: 'Tee', price: 5, quantity: 2 },
		],
		customer: {
			email: 'jane@example.com',
			first_name: 'Jane',
			last_name: 'Doe',
			city: 'Wien',
			zip: '1010',
			country: 'AT',
		},
	},
	shopware: {
		distinct_id: 'jane@example.com',
		order_id: '10042',
		total: 59.97,
		currency: 'EUR',
		products: [
			{ id: 'SW-1', name: 'Scarf', price: 19.99, quantity: 1 },
			{ id: 'SW-2', name: 'Hat', price: 24.99, quantity: 2 },
		],
		customer: {
			email: 'jane@example.com',
			first_name: 'Jane',
			last_name: 'Doe',
			phone: '0421 123456',
			city: 'Bremen',
			zip: '28195',
			country: 'DE',
		},
	},
};

describe('an order of each shop', () => {
	test('is tested here', () =>
		expect(Object.keys(SHOP_ORDERS).sort()).toEqual(SHOPS.map(({ name }) => name).sort()));

	test.each(Object.keys(SHOP_ORDERS) as ShopName[])('%s: is a purchase', async (name) => {
		const { json } = await run([SHOP_ORDERS[name]]);
		expect(sandbox.state.events).toEqual([
			{ event: 'purchase', properties: { token: NAMESPACE, ...PURCHASES[name] } },
		]);
		const { distinct_id } = PURCHASES[name];
		expect(json[0]).toMatchObject({ event: 'purchase', distinct_id, accepted: true, attempts: 1 });
	});

	test.each(Object.keys(SHOP_ORDERS) as ShopName[])(
		'%s: is the same if chosen',
		async (platform) => {
			expect(await sentFor(SHOP_ORDERS[platform], { platform })).toEqual(PURCHASES[platform]);
		},
	);

	test.each<[ShopName, productIdFrom: string, ids: string[]]>([
		['shopify', 'product', ['8001', '8002']],
		['shopify', 'variant', ['7001', '7002']],
		['woocommerce', 'product', ['93', '22']],
		['woocommerce', 'variant', ['94', '22']],
		['bigcommerce', 'product', ['201', '202']],
		['bigcommerce', 'variant', ['477', '478']],
		['magento', 'product', ['67', '14']],
		['magento', 'variant', ['52', '14']],
		['salesforce', 'product', ['7016M', '7017M']],
		['salesforce', 'variant', ['7016M', '7017M']],
		[
			'commercetools',
			'product',
			['c5c75935-595a-4cc3-a80e-24e9a9c55094', 'c5c75935-595a-4cc3-a80e-24e9a9c55095'],
		],
		['commercetools', 'variant', ['pot-red', 'tea-green']],
		['shopware', 'product', ['aa00', 'bb22']],
		['shopware', 'variant', ['aa11', 'bb22']],
	])('%s: the %s IDs, never those of the lines', async (name, productIdFrom, ids) => {
		expect(await productIdsOf(SHOP_ORDERS[name], { productIdFrom })).toEqual(ids);
	});

	test('Shopify in GraphQL gives the same purchase as by webhook', async () => {
		expect(await sentFor(SHOPIFY_GRAPHQL_ORDER)).toEqual(PURCHASES.shopify);
		expect(await productIdsOf(SHOPIFY_GRAPHQL_ORDER, { productIdFrom: 'variant' })).toEqual([
			'7001',
			'7002',
		]);
		const nodes = SHOPIFY_GRAPHQL_ORDER.lineItems.edges.map(({ node }) => node);
		expect(await productIdsOf({ ...SHOPIFY_GRAPHQL_ORDER, lineItems: { nodes } })).toHaveLength(2);
	});

	test('BigCommerce with its line items in consignments', async () => {
		const { products, ...order } = bigcommerce;
		const link = { url: 'https://api.example.com/v2/orders/118/products' };
		const consignments = [
			{ shipping: [{ line_items: [products[0]] }, { line_items: [products[1]] }], pickups: [] },
		];
		expect(await sentFor({ ...order, products: link, consignments })).toEqual(
			PURCHASES.bigcommerce,
		);
	});

	test('BigCommerce with downloads only, or besides what is shipped', async () => {
		const { products, ...order } = bigcommerce;
		const [lamp, bulb] = products;
		const consignments = (shipped: unknown[]) => ({
			shipping: shipped,
			pickups: [],
			downloads: [{ line_items: [bulb] }],
			email: { gift_certificates: [] },
		});
		expect(await productIdsOf({ ...order, consignments: [consignments([])] })).toEqual(['BULB']);
		expect(
			await productIdsOf({ ...order, consignments: [consignments([{ line_items: [lamp] }])] }),
		).toEqual(['LAMP-R', 'BULB']);
		expect(
			await productIdsOf({ ...order, products: [], consignments: [consignments([])] }),
		).toEqual(['BULB']);
	});

	test('BigCommerce in the Storefront API', async () => {
		const physicalItems = [
			{
				id: 20,
				productId: 94,
				variantId: 68,
				sku: 'G',
				name: 'Grater',
				quantity: 1,
				listPrice: 9,
				salePrice: 8,
			},
		];
		const digitalItems = [
			{ id: 21, productId: 95, sku: 'E', name: 'Book', quantity: 1, salePrice: 5 },
		];
		const order = {
			orderId: 110,
			cartId: 'c',
			orderAmount: 33,
			discountAmount: 1,
			currency: { code: 'USD' },
			lineItems: {
				physicalItems,
				digitalItems,
				giftCertificates: [{ id: 'g', name: 'Card', amount: 20 }],
			},
			billingAddress: {
				firstName: 'Jane',
				lastName: 'Doe',
				email: 'jane@example.com',
				stateOrProvince: 'Ohio',
				countryCode: 'US',
				postalCode: '44114',
			},
		};
		const { warnings, ...output } = await record(order);
		expect(propertiesOf(output)).toEqual({
			distinct_id: 'jane@example.com',
			order_id: '110',
			total: 33,
			currency: 'USD',
			discount: 1,
			products: [
				{ id: 'G', name: 'Grater', price: 8, quantity: 1 },
				{ id: 'E', name: 'Book', price: 5, quantity: 1 },
			],
			customer: {
				email: 'jane@example.com',
				first_name: 'Jane',
				last_name: 'Doe',
				state: 'Ohio',
				zip: '44114',
				country: 'US',
			},
		});
		expect(warnings).toEqual([
			'Left out because they are not products: line 3 "Card" is a gift certificate or a custom item',
		]);
		expect(await productIdsOf(order, { productIdFrom: 'product' })).toEqual(['94', '95']);
		expect(await sentFor({ ...order, status: 'AWAITING_PAYMENT' })).toMatchObject({ total: 33 });
		expect(await record({ ...order, status: 'INCOMPLETE' })).toMatchObject({
			reason: 'Not paid: status is INCOMPLETE',
		});
	});

	test('WooCommerce in its legacy API', async () => {
		const { billing, number, discount_total, ...order } = woocommerce;
		const legacy = {
			...order,
			order_number: number,
			total_discount: discount_total,
			billing_address: billing,
			payment_details: { paid: true },
		};
		expect(await sentFor({ order: legacy })).toEqual(PURCHASES.woocommerce);
	});

	test('Magento 1', async () => {
		const { items, ...order } = magento;
		expect(await sentFor({ ...order, order_items: items })).toEqual(PURCHASES.magento);
	});

	test('with NULL as text where there is no value', async () => {
		const order = {
			...shopify,
			cancelled_at: 'NULL',
			customer: { ...shopify.customer, phone: 'NULL' },
		};
		expect(await sentFor(order)).toEqual(PURCHASES.shopify);
	});

	test('Salesforce in OCAPI, whose names have underscores', async () => {
		const sent = await sentFor({
			order_no: '7',
			status: 'open',
			order_total: 60.2,
			customer_info: { email: 'jane@example.com' },
			product_items: [
				{
					item_id: 'a1',
					product_id: '7016M',
					product_name: 'Shirt',
					base_price: 30.1,
					quantity: 2,
				},
			],
		});
		expect(sent).toMatchObject({
			order_id: '7',
			total: 60.2,
			products: [{ id: '7016M', name: 'Shirt', price: 30.1, quantity: 2 }],
		});
	});
});

describe('an order in something else is found', () => {
	test.each<[string, unknown]>([
		['the output of a Webhook node', { headers: {}, params: {}, query: {}, body: shopify }],
		['a body that is text', { headers: {}, body: JSON.stringify(shopify) }],
		['order', { order: shopify }],
		['orders with one', { orders: [shopify] }],
		['a list of one', [shopify]],
		['text', JSON.stringify(shopify)],
		['an answer in GraphQL', { data: { order: SHOPIFY_GRAPHQL_ORDER } }],
		['a list in GraphQL', { data: { orders: { edges: [{ node: SHOPIFY_GRAPHQL_ORDER }] } } }],
	])('%s', async (_name, given) => expect(await sentFor(given)).toEqual(PURCHASES.shopify));

	test("Magento's list with one order", async () => {
		const list = { items: [magento], search_criteria: {}, total_count: 1 };
		expect(await sentFor(list)).toEqual(PURCHASES.magento);
	});

	test("an event of Shopware's", async () => {
		const event = { data: { event: 'checkout.order.placed', payload: { order: shopware } } };
		expect(await sentFor(event)).toEqual(PURCHASES.shopware);
	});

	test.each<[string, unknown, message: string, advice: string]>([
		[
			'several orders',
			{ body: { orders: [shopify, shopify] } },
			'Order has 2 orders, but must be one [item 0]',
			'set its Fields To Split Out to body.orders: then each order is an item.',
		],
		['a list', [shopify, shopify], 'Order has 2 orders, but must be one [item 0]', 'Make an item'],
		['an empty list', { orders: [] }, 'Order has an empty list of orders [item 0]', 'Split Out'],
		[
			'something else',
			{ sku: 'A', color: 'red' },
			'Order is not an order of a known shop system; it has the fields sku, color [item 0]',
			'use the operation Purchase, and map each field',
		],
		['a number', 7, 'Order must be an order, but is a number [item 0]', '{{ $json }}'],
		['nothing', '', 'Order is required [item 0]', '{{ $json }}'],
	])('%s: refused with advice', async (_name, given, message, advice) => {
		const { error, advice: given_advice } = await record(given);
		expect([error, given_advice]).toEqual([message, expect.stringContaining(advice)]);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('an order of another shop than the chosen one is refused', async () => {
		expect(await record(woocommerce, { platform: 'shopify' })).toMatchObject({
			error: 'Shop System is Shopify, but the order is one of WooCommerce [item 0]',
		});
	});

	test('an order that is not complete can be sent if its shop is chosen', async () => {
		const order = {
			increment_id: '5',
			customer_email: 'jane@example.com',
			items: [{ sku: 'A', price: 1 }],
			grand_total: '',
		};
		expect(await record(order, { platform: 'magento' })).toMatchObject({
			error: 'Total (grand_total) is required [item 0]',
		});
		expect(await sentFor({ ...order, grand_total: 9 }, { platform: 'magento' })).toMatchObject({
			total: 9,
			products: [{ id: 'A', price: 1 }],
		});
	});
});

describe('an order that is no purchase is held back, and the output says why', () => {
	const line_items = shopify.line_items;
	test.each<[reason: string, order: IDataObject]>([
		['Test order: test is true', { ...shopify, test: true }],
		['Test order: test is TRUE', { ...shopify, test: 'TRUE', cancelled_at: '2025-03-01' }],
		['Cancelled: cancelled_at is 2025-03-01', { ...shopify, cancelled_at: '2025-03-01' }],
		['Not paid: financial_status is voided', { ...shopify, financial_status: 'voided' }],
		['Refunded: financial_status is refunded', { ...shopify, financial_status: 'refunded' }],
		[
			'Cancelled: cancelledAt is 2025-03-01',
			{ ...SHOPIFY_GRAPHQL_ORDER, cancelledAt: '2025-03-01' },
		],
		[
			'Not paid: displayFinancialStatus is VOIDED',
			{ ...SHOPIFY_GRAPHQL_ORDER, displayFinancialStatus: 'VOIDED' },
		],
		['Not paid: status is pending', { ...woocommerce, status: 'pending' }],
		['Not paid: status is failed', { ...woocommerce, status: 'failed' }],
		['Not paid: status is checkout-draft', { ...woocommerce, status: 'checkout-draft' }],
		['Cancelled: status is cancelled', { ...woocommerce, status: 'cancelled' }],
		['Refunded: status is refunded', { ...woocommerce, status: 'refunded' }],
		['Not paid: status_id is 0', { ...bigcommerce, status_id: 0 }],
		['Cancelled: status_id is 5', { ...bigcommerce, status_id: 5 }],
		['Deleted: is_deleted is true', { ...bigcommerce, is_deleted: true }],
		[
			'Test order: payment_method is Test Payment Gateway',
			{ ...bigcommerce, payment_method: 'Test Payment Gateway' },
		],
		['Cancelled: state is canceled', { ...magento, state: 'canceled' }],
		['Refunded: state is closed', { ...magento, state: 'closed' }],
		['Not placed yet: status is created', { ...salesforce, status: 'created' }],
		['Cancelled: orderState is Cancelled', { ...commercetools, orderState: 'Cancelled' }],
		[
			'Cancelled: stateMachineState.technicalName is cancelled',
			{ ...shopware, stateMachineState: { technicalName: 'cancelled' } },
		],
	])('%s', async (reason, order) => {
		const { json } = await run([order]);
		const { distinct_id } = json[0];
		expect(json).toEqual([{ event: 'purchase', distinct_id, accepted: false, reason }]);
		expect(distinct_id).toMatch(/@example\.com$/);
		expect(sandbox.state.calls).toEqual([]);
	});

	test.each<[reason: string, order: IDataObject]>([
		[
			'No email: the order has none in contact_email, email, customer.email',
			{ ...shopify, email: '', contact_email: null, customer: null },
		],
		[
			'No email: the order has none in billing.email',
			{ ...woocommerce, billing: { ...woocommerce.billing, email: '' } },
		],
		[
			'Not an order: this is a draft order; when it is completed, Shopify sends the order itself',
			{
				draft_order: { id: 1, name: '#D1', line_items, total_price: '1', invoice_url: 'https://a' },
			},
		],
		[
			'Not an order: this is a checkout; when it is completed, Shopify sends the order itself',
			{ id: 1, token: 'a', line_items, total_price: '1', abandoned_checkout_url: 'https://a' },
		],
		['Not an order: this is a cart', { id: 'a', token: 'a', line_items }],
		['Not an order: this is a refund', { id: 1, order_id: 2, refund_line_items: [] }],
		[
			'Not an order: this is a subscription; WooCommerce sends each of its orders itself',
			{ ...woocommerce, status: 'active', billing_period: 'month' },
		],
		[
			'Not an order: this is the call by which WooCommerce tests a new webhook; it has no order',
			{ headers: {}, body: { webhook_id: '3' } },
		],
		[
			'Not an order: this is a refund',
			{ id: 726, amount: '10.00', refunded_by: 1, line_items: [] },
		],
		[
			'Not an order: this is a cart',
			{ id: 3, is_active: true, items: [], items_count: 2, items_qty: 5 },
		],
		['Not an order: this is a basket', { basketId: 'b', productItems: [], orderTotal: null }],
		['Not an order: this is a cart', { lineItems: [], totalPrice: { centAmount: 5 } }],
	])('%s', async (reason, order) => {
		const { json } = await run([order]);
		expect(json).toEqual([{ event: 'purchase', distinct_id: null, accepted: false, reason }]);
	});

	test('an order of gift cards only has no products', async () => {
		const card = {
			id: 1,
			product_id: 5,
			title: 'Gift Card',
			gift_card: true,
			price: '50.00',
			quantity: 1,
		};
		expect(await record({ ...shopify, line_items: [card] })).toEqual({
			event: 'purchase',
			distinct_id: 'jane@example.com',
			accepted: false,
			reason: 'No products: line 1 "Gift Card" is a gift card',
		});
	});
});

describe('what is not the order is refused, with what to do', () => {
	test.each<[error: string, order: IDataObject, advice: string]>([
		[
			'This is the call of a webhook of BigCommerce, which has only the ID of the order [item 0]',
			{
				body: {
					scope: 'store/order/created',
					producer: 'stores/abc',
					data: { type: 'order', id: 250 },
				},
			},
			'/v2/orders/{id}?include=consignments.line_items',
		],
		[
			'This is a product line of a BigCommerce order, not the order [item 0]',
			bigcommerce.products[0],
			'/v2/orders/{id}/products',
		],
		[
			'This is an invoice, a shipment or a credit memo of Magento, not the order [item 0]',
			{ increment_id: '3', order_id: 5, grand_total: 9, items: [] },
			'/V1/orders/{order_id}',
		],
		[
			'This is an order of the GraphQL API of Magento, which has no email [item 0]',
			{ number: '7', total: { grand_total: { value: 9 } }, items: [{ product_sku: 'A' }] },
			'/V1/orders/{order_id}',
		],
		[
			'This is an order in the format JSON:API, which has its products and the customer somewhere else [item 0]',
			{ data: { type: 'order', attributes: { orderNumber: '1' }, relationships: { a: {} } } },
			'Accept: application/json',
		],
		[
			"This is an order of Amazon, which does not give the customer's own email [item 0]",
			{ AmazonOrderId: '1-2-3' },
			'Filter such orders out',
		],
		[
			'This is an order of Etsy, which does not give the email of the customer for marketing [item 0]',
			{ receipt_id: 1, transactions: [], buyer_email: 'jane@example.com' },
			'Filter such orders out',
		],
		[
			'This is an order of PrestaShop, which has only the ID of the customer (id_customer) and no email [item 0]',
			{ id_customer: '1', associations: { order_rows: [] } },
			'use the operation Purchase',
		],
		[
			'This is an order of Square, which has only the ID of the customer (customer_id) and no email [item 0]',
			{ line_items: [], location_id: 'L', net_amounts: {} },
			'use the operation Purchase',
		],
		[
			'This is a checkout of Stripe, which does not have its products [item 0]',
			{
				data: {
					object: { object: 'checkout.session', payment_status: 'paid', payment_method_types: [] },
				},
			},
			'Divide the amounts by 100',
		],
	])('%s', async (error, order, advice) => {
		const { main, errors } = await run([order], { onError: 'continueErrorOutput' });
		expect(main).toEqual([]);
		expect(errors[0].json).toEqual({ ...order, error, advice: expect.stringContaining(advice) });
	});

	test('a BigCommerce order with only a link to its products', async () => {
		const { error, advice } = await record({
			...bigcommerce,
			products: { url: 'https://a', resource: '/a' },
		});
		expect(error).toMatch(/^Products \(products, consignments.*\): the order has no list of them/);
		expect(advice).toContain('A BigCommerce order has only a link to its products.');
	});
});

describe('the lines of an order', () => {
	test('gift cards, custom items and lines that were not bought are left out with a warning', async () => {
		const { warnings, ...output } = await record(
			withLines(
				{
					product_id: 5,
					sku: 'CARD',
					title: 'Gift Card',
					gift_card: true,
					price: '50',
					quantity: 1,
				},
				{
					product_id: null,
					variant_id: null,
					sku: null,
					title: 'Engraving',
					price: '5',
					quantity: 1,
				},
				{ product_id: 6, sku: 'HAT', title: 'Hat', price: '5', quantity: 0 },
			),
		);
		expect(propertiesOf(output)).toEqual(PURCHASES.shopify);
		expect(warnings).toEqual([
			'Left out because they are not products: line 3 "Gift Card" is a gift card, line 4 "Engraving" is a custom item, line 5 "Hat" is not bought (quantity 0)',
		]);
	});

	const nameless = {
		product_id: 8003,
		variant_id: 7003,
		sku: '',
		title: 'Belt',
		price: '5',
		quantity: 1,
	};

	test('products without the ID are left out with a warning', async () => {
		const { warnings, ...output } = await record(withLines(nameless));
		expect(propertiesOf(output)).toEqual(PURCHASES.shopify);
		expect(warnings).toEqual([
			'Left out because they have no SKU (sku, variant.sku): line 3 "Belt"',
		]);
		expect(await productIdsOf(withLines(nameless), { productIdFrom: 'variant' })).toEqual([
			'7001',
			'7002',
			'7003',
		]);
	});

	test('or the order is refused', async () => {
		expect(await record(withLines(nameless), { productsWithoutId: 'refuse' })).toMatchObject({
			error: 'These products have no SKU (sku, variant.sku): line 3 "Belt" [item 0]',
			advice:
				'Give the products a SKU in the shop. They have a product ID and a variant ID: if your Bluecore catalog has these IDs, change Product ID From.',
		});
	});

	test('an order of which no product has the ID is refused', async () => {
		expect(await record({ ...shopify, line_items: [nameless] })).toMatchObject({
			error: 'No product of the order has a SKU (sku, variant.sku): line 1 "Belt" [item 0]',
		});
		const deleted = { ...woocommerce.line_items[1], product_id: 0, sku: null };
		const { advice } = await record({ ...woocommerce, line_items: [deleted] });
		expect(advice).toBe('Give the products a SKU in the shop.');
		expect(await record({ ...woocommerce, line_items: [] })).toMatchObject({
			error: 'Products (line_items): the order has none [item 0]',
		});
	});

	test('IDs beyond 2^53 as numbers are refused, unless they are not sent', async () => {
		const line = { ...shopify.line_items[0], product_id: 2 ** 59 };
		const order = { ...shopify, id: 2 ** 59, line_items: [line] };
		expect(await productIdsOf(order)).toEqual(['JACKET-M']);
		expect((await record(order, { productIdFrom: 'product' })).error).toMatch(
			/^Line 1 of line_items: ID is a number with too many digits, and some of them are lost/,
		);
	});

	const bundle = (...prices: number[]) => ({
		...woocommerce,
		line_items: prices.map((price, index) => ({
			id: 50 + index,
			product_id: 60 + index,
			sku: `SKU${index}`,
			name: `Line ${index}`,
			price,
			quantity: 1,
			bundled_by: index === 0 ? '' : 50,
		})),
	});
	test.each<[string, prices: number[], ids: string[]]>([
		['whose parts have no price: the bundle', [59, 0, 0], ['SKU0']],
		['that has no price: its parts', [0, 20, 30], ['SKU1', 'SKU2']],
		['with a part that costs extra: both', [59, 16.2], ['SKU0', 'SKU1']],
	])('of a WooCommerce bundle %s', async (_name, prices, ids) => {
		expect(await productIdsOf(bundle(...prices))).toEqual(ids);
	});

	test('of a Magento bundle that is priced by its parts: the parts', async () => {
		const items = [
			{ item_id: 1, product_id: 1, sku: 'SET-A-B', price: 30, qty_ordered: 1 },
			{ item_id: 2, parent_item_id: 1, product_id: 2, sku: 'A', price: 10, qty_ordered: 1 },
			{ item_id: 3, parent_item_id: 1, product_id: 3, sku: 'B', price: 20, qty_ordered: 1 },
		];
		expect(await productIdsOf({ ...magento, items })).toEqual(['A', 'B']);
	});

	test('a part whose whole is not in the order stays', async () => {
		const items = [
			{ item_id: 2, parent_item_id: 1, product_id: 2, sku: 'A', price: 0, qty_ordered: 1 },
		];
		expect(await productIdsOf({ ...magento, items })).toEqual(['A']);
	});

	test('a price that is no number, and a line that is no object, are refused with their place', async () => {
		const line = { ...shopify.line_items[0], price: 'ask' };
		expect((await record({ ...shopify, line_items: [line, 7] })).error).toBe(
			'Line 1 of line_items: Price must be a number, but is "ask" [item 0]',
		);
		expect((await record({ ...shopify, line_items: [true] })).error).toMatch(
			/^Line 1 of line_items must be a product or an ID, but is a boolean/,
		);
	});
});

describe('the amounts', () => {
	test("can have the decimal comma of the shop's locale", async () => {
		const line = { ...woocommerce.line_items[0], price: '1.299', quantity: '2' };
		const order = {
			...woocommerce,
			total: '2.598,00 €',
			discount_total: '1,50',
			line_items: [line],
		};
		expect(await sentFor(order)).toMatchObject({
			total: 2598,
			discount: 1.5,
			products: [{ price: 1299, quantity: 2 }],
		});
	});

	test('are refused if they can be read in two ways, or are not amounts', async () => {
		expect((await record({ ...woocommerce, total: '1,234' })).error).toBe(
			'Total (total) must be a number of at least 0, but is "1,234" [item 0]',
		);
		expect((await record({ ...woocommerce, total: -1 })).error).toMatch(/at least 0/);
		expect((await record({ ...woocommerce, total: null })).error).toBe(
			'Total (total) is required [item 0]',
		);
	});

	test('a discount that is no number is left out with a warning', async () => {
		const { warnings, ...output } = await record({ ...woocommerce, discount_total: 'some' });
		expect(propertiesOf(output)).not.toHaveProperty('discount');
		expect(warnings).toEqual([
			'Discount (discount_total) is "some", which is not a number, and was left out',
		]);
	});
});

describe('the customer', () => {
	test('is named by the first email of the order, which is checked', async () => {
		const order = { ...shopify, contact_email: null, email: 'jane@' };
		expect((await record(order)).error).toBe(
			'Email (email) is not an email address: "jane@" [item 0]',
		);
	});

	test('has attributes of one address only, and none that are empty', async () => {
		const address = { city: 'Rome', province_code: 'RM', country_code: 'IT', first_name: 'Joe' };
		const order = {
			...shopify,
			billing_address: null,
			shipping_address: { city: 'Oslo' },
			customer: { first_name: ' ', last_name: null, phone: '123', default_address: address },
		};
		const { customer } = await sentFor(order, { options: { sendEmptyValues: true } });
		expect(customer).toEqual({
			email: 'jane@example.com',
			first_name: 'Joe',
			phone: '123',
			city: 'Rome',
			state: 'RM',
			country: 'IT',
		});
	});

	test('has no attributes if the option is off', async () => {
		const { customer } = await sentFor(shopify, { options: { orderAttributes: false } });
		expect(customer).toEqual({ email: 'jane@example.com' });
	});

	test('has the attributes of the node too, which take precedence', async () => {
		const { customer } = await sentFor(shopify, {
			customerAttributes: { city: 'Salem' },
			customAttributes: {
				assignments: [{ id: '1', name: 'Loyalty-Tier', type: 'string', value: 'gold' }],
			},
		});
		expect(customer).toMatchObject({ city: 'Salem', state: 'OR', loyalty_tier: 'gold' });
	});
});

describe('the fields of the operation', () => {
	test('add to the event', async () => {
		const additionalFields = { client: 'shop', properties: { store: 'Portland', currency: 'CAD' } };
		expect(await sentFor(shopify, { additionalFields })).toEqual({
			...PURCHASES.shopify,
			client: 'shop',
			store: 'Portland',
			currency: 'CAD',
		});
	});

	test.each(['token', 'distinct_id', 'order_id', 'products', 'total'])(
		'must not set %s',
		async (name) => {
			const additionalFields = { properties: { [name]: 1 } };
			expect((await record(shopify, { additionalFields })).error).toBe(
				`Properties (JSON) must not set "${name}" [item 0]`,
			);
		},
	);

	test.each<[name: string, error: string]>([
		['platform', 'Shop System must be one of auto, '],
		['productIdFrom', 'Product ID From must be one of '],
		['productsWithoutId', 'Products Without ID must be one of leaveOut, refuse, but is "x"'],
	])('%s by an expression must be one of the choices, and not empty', async (name, error) => {
		const refusal = async (value: string) => (await record(shopify, { [name]: value })).error;
		expect(await refusal('={{ "x" }}')).toMatch(new RegExp(`^${error}`));
		expect(await refusal('={{ $json.none }}')).toMatch(
			/ must be one of .*, but is empty \[item 0\]$/,
		);
	});

	test('nothing is sent if one of several orders is bad and the node stops', async () => {
		const bad = { ...shopify, email: 'jane', contact_email: '' };
		const { error } = await run([woocommerce, bad]);
		expect(error?.message).toBe(
			'1 of 2 items cannot be sent, so nothing was sent: Email (email) is not an email address: "jane" [item 1]',
		);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('two orders with one number get a warning', async () => {
		const { json } = await run([shopify, { ...shopify, id: 5002 }]);
		expect(json.map(({ warnings }) => warnings)).toEqual([
			[expect.stringContaining('Order ID "#1001" is also that of item 1')],
			[expect.stringContaining('Order ID "#1001" is also that of item 0')],
		]);
	});
});
