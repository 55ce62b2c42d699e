import type { IDataObject } from 'n8n-workflow';

import { SHOPS } from '../../../../nodes/BluecoreEvents/shopOrder/shops';
import { recordOrder as record, recordOrders } from '../../../support/recordOrder';
import { SHOP_ORDERS, SHOPIFY_GRAPHQL_ORDER, type ShopName } from '../../../support/shopOrders';
import { casesOf, pairsOf, rowsOf, valueOf } from '../../../support/table';

const propertiesOf = ({ payload, ...rest }: IDataObject): IDataObject => {
	expect({ ...rest, payload }).toEqual({
		...rest,
		payload: expect.objectContaining({ event: 'purchase' }) as unknown,
	});
	return (payload as { properties: IDataObject }).properties;
};
const sentFor = (order: unknown, parameters?: IDataObject) =>
	propertiesOf(record(order, parameters));
const productIdsOf = (order: unknown, parameters?: IDataObject) =>
	(sentFor(order, parameters).products as Array<{ id: string }>).map(({ id }) => id);

const { shopify, woocommerce, bigcommerce, magento, salesforce, commercetools } = SHOP_ORDERS;
const { shopware, stripe, vtex, wix, ecwid, medusa, nuvemshop } = SHOP_ORDERS;
const graphql = SHOPIFY_GRAPHQL_ORDER;
const ofWoo = (fields: IDataObject): IDataObject => ({ ...woocommerce, ...fields });
const withLines = (...lines: IDataObject[]) => ({
	...shopify,
	line_items: [...shopify.line_items, ...lines],
});
const line = (sku: string) => ({ product_id: 1, sku, title: sku, price: '5', quantity: 1 });

/** What Bluecore gets for the order of each shop: the order, its products, and below its customer. */
const PURCHASED = rowsOf(`
	shopify       | 1001            | 89.8   | USD | 10  | JACKET-M, Rain Jacket, 79.9, 1; SOCKS, Socks, 9.95, 2
	woocommerce   | 727             | 35.9   | EUR | 0   | SHIRT-BLUE, T-Shirt - Blue, 14.95, 2; MUG, Mug, 6, 1
	bigcommerce   | 118             | 61.95  | USD | 5   | LAMP-R, Lamp, 56.95, 1; BULB, Bulb, 5, 2
	magento       | 000000005       | 70     | USD | 5.5 | TEE-XS, Tee, 29.5, 2; BAG, Bag, 11, 1
	salesforce    | 00028011        | 76.2   | GBP |     | 7016M, Shirt, 30.1, 2; 7017M, Belt, 16, 1
	commercetools | CT-17           | 49.9   | EUR |     | POT-1, Teekanne, 39.9, 1; TEA-1, Tee, 5, 2
	shopware      | 10042           | 59.97  | EUR |     | SW-1, Scarf, 19.99, 1; SW-2, Hat, 24.99, 2
	squarespace   | 2685            | 56     | GBP | 5   | CAP-G, Cap, 50, 1
	stripe        | cs_live_1       | 49.9   | EUR | 0   | POT-1, Teapot, 24.95, 2
	vtex          | v71425090str-01 | 54.58  | BRL |     | 11167127, Shirt M, 69.99, 1
	wix           | 10042           | 219.99 | USD | 0   | HP-1, Headphones, 199.99, 1
	ecwid         | K8XTQ           | 11.98  |     | 0   | 00004, Cherry, 5.99, 2
	medusa        | 42              | 30     | EUR | 0   | TS-M, T-Shirt, 12.5, 2
	nuvemshop     | 306             | 291.35 | BRL | 0   | WAND, Varinha, 58.07, 5
`);
const CUSTOMERS = rowsOf(`
	email               | first_name | last_name | phone           | city           | state          | zip       | country
	jane@example.com    | Jane       | Doe       | +1 503 555 0100 | Portland       | OR             | 97201     | US
	juergen@example.com | Jürgen     | Groß      |                 | Köln           |                | 50667     | DE
	jane@example.com    | Jane       | Doe       |                 | Austin         | Texas          | 78751     | US
	jane@example.com    | Jane       | Doe       | 512-555-0111    | Austin         | TX             | 78758     | US
	jane@example.com    | Jane       | Doe       |                 | London         |                | E1 6AN    | GB
	jane@example.com    | Jane       | Doe       |                 | Wien           |                | 1010      | AT
	jane@example.com    | Jane       | Doe       | 0421 123456     | Bremen         |                | 28195     | DE
	jane@example.com    | Jane       | Doe       |                 | Leeds          |                | LS1 1AA   | GB
	jane@example.com    |            |           | +43 1 5550100   | Wien           |                | 1010      | AT
	jane@example.com    | Jane       | Doe       | +5521555550100  | Rio de Janeiro | RJ             | 21020-402 | BRA
	jane@example.com    | Jane       | Doe       | +1 503 555 0100 | Portland       | US-OR          | 97201     | US
	jane@example.com    | Jane       | Doe       |                 | Portland       | OR             | 97201     | US
	jane@example.com    | Jane       | Doe       |                 | Aarhus         |                | 8000      | dk
	jane@example.com    |            |           | +553355550100   | Vitória        | Espirito Santo | 29580000  | BR
`);

const filled = (fields: ReadonlyArray<readonly [string, unknown]>): IDataObject =>
	Object.fromEntries(fields.filter(([, value]) => value !== '')) as IDataObject;

const PURCHASES = Object.fromEntries(
	PURCHASED.map(([shop, order_id, total, currency, discount, products], index) => {
		const [names, ...customers] = CUSTOMERS;
		const customer = filled(names.map((name, column) => [name, customers[index][column]]));
		const properties = filled([
			['distinct_id', customer.email],
			['order_id', order_id],
			['total', Number(total)],
			['currency', currency],
			['discount', discount && Number(discount)],
			[
				'products',
				products.split('; ').map((product) => {
					const [id, name, price, quantity] = product.split(', ');
					return { id, name, price: Number(price), quantity: Number(quantity) };
				}),
			],
			['customer', customer],
		]);
		return [shop, properties];
	}),
) as Record<ShopName, IDataObject>;

describe('an order of each shop', () => {
	test('is tested here', () =>
		expect(Object.keys(SHOP_ORDERS).sort()).toEqual(SHOPS.map(({ name }) => name).sort()));

	test.each(Object.keys(SHOP_ORDERS) as ShopName[])('of %s is a purchase', (platform) => {
		expect(sentFor(SHOP_ORDERS[platform])).toEqual(PURCHASES[platform]);
		expect(sentFor(SHOP_ORDERS[platform], { platform })).toEqual(PURCHASES[platform]);
	});

	test.each(
		rowsOf(`
			shopify       | 1001            | 5001            | 8001 8002   | 7001 7002
			woocommerce   | 727             | 727             | 93 22       | 94 22
			bigcommerce   | 118             | 118             | 201 202     | 477 478
			magento       | 000000005       | 5               | 67 14       | 52 14
			salesforce    | 00028011        | 00028011        | 7016M 7017M | 7016M 7017M
			commercetools | CT-17           | 92f5a867-bf19-47ab-982c-6720a03a3921 | c5c75935-595a-4cc3-a80e-24e9a9c55094 c5c75935-595a-4cc3-a80e-24e9a9c55095 | pot-red tea-green
			shopware      | 10042           | 0194a7e4a3d1    | aa00 bb22   | aa11 bb22
			squarespace   | 2685            | 6519c771        | 6519a644    | f54a4e59
			stripe        | cs_live_1       | cs_live_1       | prod_1      | price_1
			vtex          | v71425090str-01 | v71425090str-01 | 4301268     | 5830010
			wix           | 10042           | e0e2e0e2        | prod-12345  | var-1
			ecwid         | K8XTQ           | 516483487       | 66722487    | 66722487
			medusa        | 42              | order_01H       | prod_1      | variant_1
			nuvemshop     | 306             | 450789469       | 87219151    | 332977991
		`),
	)('of %s: the IDs that can be chosen, never those of the lines', (shop, number, id, ...ids) => {
		const order = SHOP_ORDERS[shop as ShopName];
		expect(sentFor(order).order_id).toBe(number);
		expect(sentFor(order, { orderIdFrom: 'id' }).order_id).toBe(id);
		const chosen = ['product', 'variant'].map((productIdFrom) =>
			productIdsOf(order, { productIdFrom }),
		);
		expect(chosen.map((all) => all.join(' '))).toEqual(ids);
	});

	test('Shopify in GraphQL gives the same purchase as by webhook', () => {
		expect(sentFor(graphql)).toEqual(PURCHASES.shopify);
		expect(productIdsOf(graphql, { productIdFrom: 'variant' })).toEqual(['7001', '7002']);
		expect(sentFor(graphql, { orderIdFrom: 'id' }).order_id).toBe('5001');
		const nodes = graphql.lineItems.edges.map(({ node }) => node);
		expect(productIdsOf({ ...graphql, lineItems: { nodes } })).toHaveLength(2);
	});

	test('BigCommerce with its line items in consignments, and downloads besides what is shipped or alone', () => {
		const { products, ...order } = bigcommerce;
		const [lamp, bulb] = products;
		const [one, other] = products.map((product) => ({ line_items: [product] }));
		const link = { url: 'https://api.example.com/v2/orders/118/products' };
		const consignments = [{ shipping: [one, other], pickups: [] }];
		expect(sentFor({ ...order, products: link, consignments })).toEqual(PURCHASES.bigcommerce);

		const downloads = [{ line_items: [bulb] }];
		const besides = (...shipping: unknown[]) => ({
			consignments: [{ shipping, pickups: [], downloads, email: { gift_certificates: [] } }],
		});
		expect(productIdsOf({ ...order, ...besides() })).toEqual(['BULB']);
		expect(productIdsOf({ ...order, ...besides({ line_items: [lamp] }) })).toEqual([
			...['LAMP-R', 'BULB'],
		]);
		expect(productIdsOf({ ...order, products: [], ...besides() })).toEqual(['BULB']);
	});

	test('BigCommerce in the Storefront API', () => {
		const grater = { id: 20, productId: 94, variantId: 68, sku: 'G', name: 'Grater' };
		const book = { id: 21, productId: 95, sku: 'E', name: 'Book' };
		const order = {
			...{ orderId: 110, cartId: 'c', orderAmount: 33, discountAmount: 1 },
			currency: { code: 'USD' },
			lineItems: {
				physicalItems: [{ ...grater, quantity: 1, listPrice: 9, salePrice: 8 }],
				digitalItems: [{ ...book, quantity: 1, salePrice: 5 }],
				giftCertificates: [{ id: 'g', name: 'Card', amount: 20 }],
			},
			billingAddress: {
				...{ firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' },
				...{ stateOrProvince: 'Ohio', countryCode: 'US', postalCode: '44114' },
			},
		};
		const { warnings, ...output } = record(order);
		const customer = { first_name: 'Jane', last_name: 'Doe', state: 'Ohio' };
		expect(propertiesOf(output)).toEqual({
			...{ distinct_id: 'jane@example.com', order_id: '110' },
			...{ total: 33, currency: 'USD', discount: 1 },
			products: [
				{ id: 'G', name: 'Grater', price: 8, quantity: 1 },
				{ id: 'E', name: 'Book', price: 5, quantity: 1 },
			],
			customer: { email: 'jane@example.com', ...customer, zip: '44114', country: 'US' },
		});
		expect(warnings).toEqual([
			'Left out because they are not products: line 3 "Card" is a gift certificate or a custom item',
		]);
		expect(productIdsOf(order, { productIdFrom: 'product' })).toEqual(['94', '95']);
		expect(sentFor({ ...order, status: 'AWAITING_PAYMENT' })).toMatchObject({ total: 33 });
		expect(record({ ...order, status: 'INCOMPLETE' })).toMatchObject({
			reason: 'Not paid: status is INCOMPLETE',
		});
	});

	test('WooCommerce in its legacy API', () => {
		const { billing, number, discount_total, ...order } = woocommerce;
		const legacy = {
			order_number: number,
			total_discount: discount_total,
			billing_address: billing,
		};
		expect(sentFor({ order: { ...order, ...legacy, payment_details: { paid: true } } })).toEqual(
			PURCHASES.woocommerce,
		);
	});

	test('Magento 1', () => {
		const { items, ...order } = magento;
		expect(sentFor({ ...order, order_items: items })).toEqual(PURCHASES.magento);
	});

	test('with NULL as text where there is no value', () => {
		const customer = { ...shopify.customer, phone: 'NULL' };
		expect(sentFor({ ...shopify, cancelled_at: 'NULL', customer })).toEqual(PURCHASES.shopify);
	});

	test('Salesforce in OCAPI, whose names have underscores', () => {
		const shirt = { item_id: 'a1', product_id: '7016M', product_name: 'Shirt' };
		const sent = sentFor({
			...{ order_no: '7', status: 'open', order_total: 60.2 },
			customer_info: { email: 'jane@example.com' },
			product_items: [{ ...shirt, base_price: 30.1, quantity: 2 }],
		});
		const products = [{ id: '7016M', name: 'Shirt', price: 30.1, quantity: 2 }];
		expect(sent).toMatchObject({ order_id: '7', total: 60.2, products });
	});
});

describe('an order in something else is found', () => {
	const gid = 'checkout.order.placed';
	const WIX = JSON.stringify(wix);
	const WIX_ORDER = `{"order":${WIX}}`;
	const wixEvent = (event: IDataObject) => ({ data: { slug: 'a', ...event } });
	test.each<[string, ShopName, unknown]>([
		['the output of a Webhook node', 'shopify', { headers: {}, params: {}, body: shopify }],
		['a body that is text', 'shopify', { headers: {}, body: JSON.stringify(shopify) }],
		['order', 'shopify', { order: shopify }],
		['orders with one', 'shopify', { orders: [shopify] }],
		['a list of one', 'shopify', [shopify]],
		['text', 'shopify', JSON.stringify(shopify)],
		['an answer in GraphQL', 'shopify', { data: { order: graphql } }],
		['a list in GraphQL', 'shopify', { data: { orders: { edges: [{ node: graphql }] } } }],
		['one in GraphQL by its name', 'shopify', { data: { orderByIdentifier: graphql } }],
		['one that GraphQL made', 'shopify', { data: { orderCreate: { order: graphql } } }],
		['an event of Amazon EventBridge', 'shopify', { detail: { payload: shopify, metadata: {} } }],
		["Magento's list with one order", 'magento', { items: [magento], search_criteria: {} }],
		["an event of Shopware's", 'shopware', { data: { event: gid, payload: { order: shopware } } }],
		["a created event of Wix's", 'wix', wixEvent({ createdEvent: { entityAsJson: WIX } })],
		["an updated event of Wix's", 'wix', wixEvent({ updatedEvent: { currentEntityAsJson: WIX } })],
		["an action event of Wix's", 'wix', wixEvent({ actionEvent: { bodyAsJson: WIX_ORDER } })],
	])('%s', (_what, shop, given) => expect(sentFor(given)).toEqual(PURCHASES[shop]));

	const TWO = 'Order has 2 orders, but must be one';
	const SPLIT = 'set its Fields To Split Out to body.orders: then each order is an item.';
	const UNKNOWN = 'Order is not an order of a known shop system; it has the fields sku, color';
	test.each<[string, unknown, message: string, advice: string]>([
		['several orders', { body: { orders: [shopify, shopify] } }, TWO, SPLIT],
		['a list', [shopify, shopify], TWO, 'Make an item'],
		['an empty list', { orders: [] }, 'Order has an empty list of orders', 'Split Out'],
		['something else', { sku: 'A', color: 'red' }, UNKNOWN, 'use the operation Purchase, and map'],
		['a number', 7, 'Order must be an order, but is a number', '{{ $json }}'],
		['nothing', '', 'Order is required', '{{ $json }}'],
	])('%s is refused with advice', (_name, given, error, advice) =>
		expect(record(given)).toEqual({ error, advice: expect.stringContaining(advice) }),
	);

	test('an order that is not complete can be sent if its shop is chosen', () => {
		const more = { customer_email: 'jane@example.com', items: [{ sku: 'A', price: 1 }] };
		const order = (grand_total: unknown) => ({ increment_id: '5', ...more, grand_total });
		expect(record(order(''), { platform: 'magento' })).toMatchObject({
			error:
				'Total (base_grand_total, total.base_grand_total, grand_total, total.grand_total) is required',
		});
		const products = [{ id: 'A', price: 1 }];
		expect(sentFor(order(9), { platform: 'magento' })).toMatchObject({ total: 9, products });
	});
});

const EMAILS_OF_SHOPIFY =
	'contact_email, email, customer.email, customer.defaultEmailAddress.emailAddress';
/** How the reasons name some of what is no order. */
const OTHERS: Record<string, string> = {
	draft: 'a draft order; when it is completed, Shopify sends the order itself',
	checkout: 'a checkout; when it is completed, Shopify sends the order itself',
	charge:
		'a charge or an order of a subscription app such as Recharge; Shopify sends the order itself',
	'test of a webhook': 'the call by which WooCommerce tests a new webhook; it has no order',
	subscription: 'a subscription; WooCommerce sends each of its orders itself',
	'draft of Nuvemshop': 'a draft order; when it is confirmed, it gets a number',
	...Object.fromEntries(
		['BigCommerce', 'Ecwid', 'Square'].map((shop) => [
			`call of a webhook of ${shop}`,
			`the call of a webhook of ${shop} about something else than an order`,
		]),
	),
};

const ORDERS: Record<string, IDataObject> = {
	...SHOP_ORDERS,
	graphql,
	newOfMagento: { ...magento, state: 'new' },
	pendingOfMagento: { ...magento, status: 'pending' },
};
/** A table of what orders are, each order with the field and the value that say it. */
const statesIn = (table: string) =>
	rowsOf(table).flatMap(([what, ...orders]) =>
		orders.map((name): [string, string, IDataObject, field: string, value: string] => {
			const [shop, field, ...words] = name.split(' ');
			const value = words.join(' ');
			const fields = { [field]: valueOf(value) } as IDataObject;
			return [what, name, { ...ORDERS[shop], ...fields }, field, value];
		}),
	);

describe('an order that is no purchase is held back, and the output says why', () => {
	const paymentIn = (technicalName: string) => ({ stateMachineState: { technicalName } });
	test('a payment of Shopware that failed before another one is none', () => {
		const transactions = [paymentIn('failed'), paymentIn('paid')];
		expect(sentFor({ ...shopware, transactions })).toEqual(PURCHASES.shopware);
	});

	test.each(
		statesIn(`
			Test order     | shopify test true | bigcommerce payment_method Test Payment Gateway | squarespace testmode true
			Test order     | stripe livemode false
			Cancelled      | shopify cancelled_at 2025-03-01 | graphql cancelledAt 2025-03-01 | woocommerce status cancelled
			Cancelled      | woocommerce status wc-cancelled | bigcommerce status_id 5 | magento state canceled | wix status CANCELED
			Cancelled      | commercetools orderState Cancelled | vtex status canceled | nuvemshop status cancelled
			Not paid       | shopify financial_status voided | graphql displayFinancialStatus VOIDED | woocommerce status pending
			Not paid       | woocommerce status failed | bigcommerce status_id 0 | bigcommerce payment_status declined
			Not paid       | newOfMagento status pending_payment
			Not completed  | woocommerce status checkout-draft | ecwid paymentStatus INCOMPLETE
			Not placed yet | salesforce status created
			Refunded       | shopify financial_status refunded | woocommerce status refunded | magento state closed
			Refunded       | bigcommerce payment_status refunded | medusa payment_status refunded
			Deleted        | bigcommerce is_deleted true
			On hold        | magento state holded
			Payment under review      | magento state payment_review
			Replaced by another order | vtex status replaced
		`),
	)('%s: an order of %s', (what, _name, order, field, value) => {
		const output = record(order);
		const { distinct_id } = output;
		const reason = `${what}: ${field} is ${value}`;
		expect(output).toEqual({ event: 'purchase', distinct_id, accepted: false, reason });
		expect(distinct_id).toMatch(/@example\.com$/);
	});

	test.each(
		statesIn(`
			Not paid yet | shopify financial_status pending | shopify financial_status authorized | woocommerce status on-hold
			Not paid yet | bigcommerce status_id 7 | bigcommerce status_id 12 | wix status PENDING | pendingOfMagento state new
			Not paid yet | stripe payment_status unpaid | ecwid paymentStatus AWAITING_PAYMENT | vtex status payment-pending
		`),
	)('%s: an order of %s, if Unpaid Orders says so', (what, _name, order, field, value) => {
		expect(record(order).valid).toBe(true);
		expect(record(order, { options: { unpaidOrders: 'holdBack' } })).toMatchObject({
			...{ accepted: false, reason: `${what}: ${field} is ${value}` },
		});
	});

	const refunded = { transactions: [paymentIn('refunded')] };
	const failed = { primaryOrderTransaction: paymentIn('failed') };
	const STATE = 'stateMachineState.technicalName';
	test.each<[reason: string, order: IDataObject, fields: IDataObject]>([
		['Test order: test is TRUE', shopify, { test: 'TRUE', cancelled_at: '2025-03-01' }],
		[`Cancelled: ${STATE} is cancelled`, shopware, paymentIn('cancelled')],
		[`Refunded: transactions.0.${STATE} is refunded`, shopware, refunded],
		[`Not paid: primaryOrderTransaction.${STATE} is failed`, shopware, failed],
	])('%s', (reason, order, fields) =>
		expect(record({ ...order, ...fields })).toMatchObject({ accepted: false, reason }),
	);

	test('an address that VTEX made for the order is no email', () => {
		const clientProfileData = { email: 'jane@example.com-1b.ct.vtex.com.br' };
		expect(record({ ...vtex, clientProfileData }).reason).toMatch(
			/^No email: clientProfileData\.email is an alias that VTEX made for this order/,
		);
	});

	test.each(
		casesOf<[is: string, order: IDataObject]>(`
			draft    | {"draft_order": {"id": 1, "name": "#D1", "line_items": [{}], "total_price": "1", "invoice_url": "a"}}
			draft    | {"id": "gid://shopify/DraftOrder/2", "name": "#D2", "email": "jane@example.com", "totalPriceSet": {}, "lineItems": {}}
			draft    | {"id": 2, "admin_graphql_api_id": "gid://shopify/DraftOrder/2", "order_number": 1001, "line_items": [{}]}
			draft    | {"id": 1, "name": "#D1", "line_items": [{}], "total_price": "1", "status": "open"}
			draft    | {"data": {"draftOrder": {"id": "gid://shopify/DraftOrder/1", "name": "#D1"}}}
			checkout | {"id": 1, "token": "a", "line_items": [{}], "total_price": "1", "abandoned_checkout_url": "https://a"}
			checkout | {"id": "gid://shopify/AbandonedCheckout/3", "lineItems": {}, "totalPriceSet": {"shopMoney": {}}}
			checkout | {"data": {"abandonedCheckouts": {"nodes": [{"id": "gid://shopify/AbandonedCheckout/1"}]}}}
			charge   | {"charge": {"id": 1, "address_id": 1, "status": "success", "line_items": [{}]}}
			charge   | {"order": {"id": 1, "shopify_order_id": "5", "address_id": 1, "line_items": [{}]}}
			something else of Shopify than an order, as its ID says | {"id": 7, "admin_graphql_api_id": "gid://shopify/Customer/7"}
			call of a webhook of BigCommerce | {"scope": "store/cart/created", "producer": "stores/a", "data": {"type": "cart", "id": "c"}}
			call of a webhook of Ecwid       | {"eventType": "product.updated", "entityId": 1, "storeId": 2}
			call of a webhook of Square      | {"merchant_id": "M", "type": "payment.updated", "event_id": "e", "data": {"id": "p"}}
			test of a webhook                | {"headers": {}, "body": {"webhook_id": "3"}}
			subscription       | {"id": 1, "order_key": "wc", "billing": {}, "line_items": [{}], "status": "active", "billing_period": "month"}
			draft of Nuvemshop | {"id": 1, "number": 0, "token": "t", "contact_email": "jane@example.com", "products": [{}], "total": "5"}
			a refund           | {"id": 1, "order_id": 2, "refund_line_items": []}
			a refund           | {"id": 726, "amount": "10.00", "refunded_by": 1, "line_items": []}
			a cart             | {"id": "a", "token": "a", "line_items": [{}]}
			a cart             | {"token": "a", "line_items": [{}]}
			a cart             | {"id": 3, "is_active": true, "items": [], "items_count": 2, "items_qty": 5}
			a basket           | {"basketId": "b", "productItems": [], "orderTotal": null}
			a cart             | {"lineItems": [], "totalPrice": {"centAmount": 5}}
			a cart             | {"orderFormId": "f", "items": [{"id": "1"}], "value": 5}
			a cart             | {"cart": {"id": "cart_1", "items": [{"unit_price": 5}]}}
			a cart or a checkout | {"lineItems": [{}], "priceSummary": {"total": {}}}
			a cart or a checkout | {"id": "c", "lineItems": [{"catalogReference": {"catalogItemId": "p"}}], "buyerInfo": {"email": "a"}}
			a cart             | {"cartId": "c", "items": [{"sku": "A"}], "total": 5}
			a cart             | {"data": {"cart_amount": 5, "line_items": {"custom_items": []}}}
		`),
	)('something else than an order, row %#: %s', (is, order) => {
		const reason = `Not an order: this is ${is in OTHERS ? OTHERS[is] : is}`;
		expect(record(order)).toEqual({
			...{ event: 'purchase', distinct_id: null, accepted: false, reason },
		});
	});

	const nobody = { email: '', contact_email: null, customer: null };
	test.each<[paths: string, order: IDataObject]>([
		[EMAILS_OF_SHOPIFY, { ...shopify, ...nobody }],
		['billing.email', { ...woocommerce, billing: { ...woocommerce.billing, email: '' } }],
	])('an order without an email in %s', (paths, order) => {
		const reason = `No email: the order has none in ${paths}`;
		expect(record(order)).toEqual({
			...{ event: 'purchase', distinct_id: null, accepted: false, reason },
		});
	});

	test('an order of gift cards only has no products', () => {
		const card = { ...line('CARD'), title: 'Gift Card', gift_card: true };
		expect(record({ ...shopify, line_items: [card] })).toEqual({
			...{ event: 'purchase', distinct_id: 'jane@example.com', accepted: false },
			reason: 'No products: line 1 "Gift Card" is a gift card',
		});
	});
});

describe('what is not the order is refused, with what to do', () => {
	test.each(
		casesOf<[what: string, advice: string, given: IDataObject]>(`
			a webhook of BigCommerce                       | /v2/orders/{id}?include=consignments.line_items | {"body": {"scope": "store/order/created", "producer": "a", "data": {"type": "order", "id": 250}}}
			a webhook of WooCommerce with the topic Action | /wp-json/wc/v3/orders/{arg}                     | {"headers": {}, "body": {"action": "woocommerce_new_order", "arg": 727}}
			a webhook of Ecwid                             | /api/v3/{storeId}/orders/{data.orderId}         | {"eventType": "order.created", "entityId": 1, "storeId": 2, "data": {"orderId": "K8XTQ"}}
			a webhook of Squarespace                       | /1.0/commerce/orders/{data.orderId}             | {"id": "n", "websiteId": "w", "topic": "order.create", "data": {"orderId": "58"}}
			a webhook of Square                            | /v2/customers/{customer_id}                     | {"merchant_id": "M", "type": "order.created", "event_id": "e", "data": {"type": "order_created", "id": "o", "object": {"order_created": {"order_id": "o"}}}}
			a webhook of Square                            | /v2/orders/{data.id}                            | {"merchant_id": "M", "type": "order.created", "event_id": "e", "data": {"id": "o"}}
			a webhook of Nuvemshop                         | /v1/{store_id}/orders/{id}                      | {"store_id": 1, "event": "order/created", "id": 2}
			a hook of VTEX                                 | /api/oms/pvt/orders/{orderId}                   | {"Domain": "Fulfillment", "OrderId": "v1", "State": "payment-approved", "Origin": {"Key": "k"}}
			an event of Medusa                             | /admin/orders/{id}                              | {"event": "order.placed", "data": {"id": "order_01H"}}
			a message of commercetools                     | /orders/{resource.id}                           | {"notificationType": "Message", "resource": {"typeId": "order", "id": "o"}, "type": "OrderCreated"}
		`),
	)('%s has only the ID of the order', (what, advice, given) => {
		const is = /^(an event|a message) /.test(what) ? what : `the call of ${what}`;
		expect(record(given)).toEqual({
			error: `This is ${is}, which has only the ID of the order`,
			advice: expect.stringContaining(advice),
		});
	});

	test.each(
		casesOf<[is: string, advice: string, given: IDataObject]>(`
			a product line of a BigCommerce order, not the order | /v2/orders/{id}/products | {"id": 1, "order_id": 118, "product_id": 2, "quantity": 1, "price_inc_tax": "5.0000"}
			a product line of a BigCommerce order, not the order | /v2/orders/{id}/products | {"id": 1, "product_id": 2, "quantity": 1, "total_inc_tax": "5.0000"}
			an invoice, a shipment or a credit memo of Magento, not the order | /V1/orders/{order_id} | {"increment_id": "3", "order_id": 5, "grand_total": 9, "items": []}
			an order of the GraphQL API of Magento, which has no email | /V1/orders/{order_id} | {"number": "7", "total": {"grand_total": {"value": 9}}, "items": [{"product_sku": "A"}]}
			an order in the format JSON:API, which has its products and the customer somewhere else | Accept: application/json | {"data": {"type": "order", "attributes": {"orderNumber": "1"}, "relationships": {"a": {}}}}
			an order of Amazon, which does not give the customer's own email | Filter such orders out | {"AmazonOrderId": "1-2-3"}
			an order of Amazon, which does not give the customer's own email | Filter such orders out | {"payload": {"Orders": [{"AmazonOrderId": "1-2-3"}]}}
			an order of Etsy, which does not give the email of the customer for marketing | Filter such orders out | {"receipt_id": 1, "transactions": [], "buyer_email": "jane@example.com"}
			an order of PrestaShop, which has only the ID of the customer (id_customer) and no email | use the operation Purchase | {"id_customer": "1", "associations": {"order_rows": []}}
			an order of Square, which has only the ID of the customer (customer_id) and no email | use the operation Purchase | {"line_items": [], "location_id": "L", "net_amounts": {}}
			an order of Square, which has only the ID of the customer (customer_id) and no email | use the operation Purchase | {"order": {"lineItems": [{"uid": "u"}], "locationId": "L", "totalMoney": {"amount": 1}}}
			an order in a list of VTEX, which has no email | /api/oms/pvt/orders/{orderId} | {"list": [{"orderId": "v", "clientName": "Jane", "totalValue": 5}], "paging": {}}
			something else of Stripe than a checkout, and has no products | checkout.session.completed | {"object": "event", "type": "product.created", "data": {"object": {"object": "product"}}}
			something else of Stripe than a checkout, and has no products | checkout.session.completed | {"type": "charge.succeeded", "data": {"object": {"object": "charge", "amount": 500}}}
			something else of Stripe than a checkout | checkout.session.completed | {"object": "invoice", "customer_email": "jane@example.com", "lines": {"data": [{}]}}
			a checkout of Stripe, which does not have its products | expand[]=line_items.data.price.product | {"data": {"object": {"object": "checkout.session", "payment_method_types": []}}}
		`),
	)('it is %s', (is, advice, given) =>
		expect(record(given)).toEqual({
			error: `This is ${is}`,
			advice: expect.stringContaining(advice),
		}),
	);

	test.each<[place: string, fields: string, given: unknown]>([
		['Order', 'id, type, data', { id: 1, type: 'x', data: { object: { id: 2, total: 5 } } }],
		['Order (body)', 'id, data', { headers: {}, body: { id: 1, data: [{ a: 1 }, { a: 2 }] } }],
		['Order (order)', 'sku', { order: { sku: 'A' } }],
	])('an unknown system: the message names the place that was read, %s', (place, fields, given) => {
		expect(record(given).error).toBe(
			`${place} is not an order of a known shop system; it has the fields ${fields}`,
		);
	});

	test('a BigCommerce order with only a link to its products', () => {
		const { error, advice } = record({ ...bigcommerce, products: { url: 'https://a' } });
		expect(error).toMatch(/^Products \(products, consignments.*\): the order has no list of them/);
		expect(advice).toContain('A BigCommerce order has only a link to its products.');
	});
});

const DISCOUNTS = {
	vtex: {
		totals: [
			{ id: 'Items', value: 6999 },
			{ id: 'Discounts', value: -1541 },
		],
	},
	salesforce: {
		orderPriceAdjustments: [{ price: -5 }, { price: -1.5 }],
		productItems: salesforce.productItems.map((item) => ({
			...item,
			priceAdjustments: [{ price: -2 }],
		})),
	},
	shopware: {
		lineItems: [
			...shopware.lineItems.filter(({ type }) => type !== 'promotion'),
			{ id: 'p', type: 'promotion', label: '-10 %', quantity: 1, totalPrice: -10 },
		],
	},
	magento: {
		total: {
			grand_total: { value: 70, currency: 'USD' },
			discounts: [{ amount: { value: 5.5 } }, { amount: { value: 2 } }],
		},
		items: [{ product_sku: 'A', quantity_ordered: 1 }],
	},
};
test.each<[string, IDataObject, discount: number]>([
	['the totals of VTEX', { ...vtex, ...DISCOUNTS.vtex }, 15.41],
	['the adjustments of Salesforce', { ...salesforce, ...DISCOUNTS.salesforce }, 10.5],
	['the promotions of Shopware', { ...shopware, ...DISCOUNTS.shopware }, 10],
	[
		'all discounts of Magento in GraphQL',
		{ number: '5', email: 'jane@example.com', ...DISCOUNTS.magento },
		7.5,
	],
])('the discount is the sum of %s', (_what, order, discount) =>
	expect(sentFor(order).discount).toBe(discount),
);

describe('the lines of an order', () => {
	test('gift cards, custom items and lines that were not bought are left out with a warning', () => {
		const custom = { product_id: null, variant_id: null, sku: null, title: 'Engraving' };
		const { warnings, ...output } = record(
			withLines(
				{ ...line('CARD'), title: 'Gift Card', gift_card: true },
				{ ...line('X'), ...custom },
				{ ...line('HAT'), title: 'Hat', quantity: 0 },
				{ ...line('CAP'), current_quantity: 0 },
			),
		);
		expect(propertiesOf(output)).toEqual(PURCHASES.shopify);
		expect(warnings).toEqual([
			'Left out because they are not products: line 3 "Gift Card" is a gift card, line 4 "Engraving" is a custom item, line 5 "Hat" is not bought (quantity 0), line 6 "CAP" is removed from the order',
		]);
		const card = { sku: 'CARD', name: 'Card', product_type: 'giftcard', price: 20, qty_ordered: 1 };
		expect(record({ ...magento, items: [card] }).reason).toBe(
			'No products: line 1 "Card" is a gift card',
		);
	});

	const nameless = { ...line(''), product_id: 8003, variant_id: 7003, title: 'Belt' };

	test('products without the ID are left out with a warning, or the order is refused', () => {
		const { warnings, ...output } = record(withLines(nameless));
		expect(propertiesOf(output)).toEqual(PURCHASES.shopify);
		expect(warnings).toEqual([
			'Left out because they have no SKU (sku, variant.sku): line 3 "Belt"',
		]);
		const ids = productIdsOf(withLines(nameless), { productIdFrom: 'variant' });
		expect(ids).toEqual(['7001', '7002', '7003']);
		expect(record(withLines(nameless), { productsWithoutId: 'refuse' })).toEqual({
			error: 'These products have no SKU (sku, variant.sku): line 3 "Belt"',
			advice:
				'Give the products a SKU in the shop. They have a product ID and a variant ID: if your Bluecore catalog has these IDs, change Product ID From.',
		});
	});

	test('an ID that cannot be sent is no matter where another one is', () => {
		const line = { ...shopify.line_items[0], product_id: 2 ** 59 };
		expect(productIdsOf({ ...shopify, id: 2 ** 59, line_items: [line] })).toEqual(['JACKET-M']);
	});

	test('IDs that the products do not have at all are not advised', () => {
		const deleted = { ...woocommerce.line_items[1], product_id: 0, sku: null };
		const { advice } = record({ ...woocommerce, line_items: [deleted] });
		expect(advice).toBe('Give the products a SKU in the shop.');
	});

	const bundle = (...prices: number[]) => ({
		...woocommerce,
		line_items: prices.map((price, index) => ({
			...{ id: 50 + index, product_id: 60 + index, sku: `SKU${index}`, name: 'Tee', price },
			...{ quantity: 1, bundled_by: index === 0 ? '' : 50 },
		})),
	});
	test.each<[string, prices: number[], ids: string[]]>([
		['whose parts have no price: the bundle', [59, 0, 0], ['SKU0']],
		['that has no price: its parts', [0, 20, 30], ['SKU1', 'SKU2']],
		['with a part that costs extra: both', [59, 16.2], ['SKU0', 'SKU1']],
	])('of a WooCommerce bundle %s', (_name, prices, ids) => {
		expect(productIdsOf(bundle(...prices))).toEqual(ids);
	});

	const PART = { item_id: 2, parent_item_id: 1, product_id: 2, sku: 'A', price: 0, qty_ordered: 1 };
	const SET = { item_id: 1, product_id: 1, sku: 'SET-A-B', price: 30, qty_ordered: 1 };
	test.each<[string, items: IDataObject[], ids: string[]]>([
		[
			'bundle that is priced by its parts: the parts',
			[SET, { ...PART, price: 10 }, { ...PART, item_id: 3, product_id: 3, sku: 'B', price: 20 }],
			['A', 'B'],
		],
		['part whose whole is not in the order: the part', [PART], ['A']],
	])('of a Magento %s', (_name, items, ids) =>
		expect(productIdsOf({ ...magento, items })).toEqual(ids),
	);
});

describe('an order is refused', () => {
	const [jacket] = shopify.line_items;
	const ofShopify = (...line_items: unknown[]) => ({ ...shopify, line_items });
	const nameless = { ...line(''), product_id: 8003, title: 'Belt' };
	test.each<[error: string, order: unknown, parameters?: IDataObject]>([
		['Total (total) must be a number of at least 0, but is "1,234"', ofWoo({ total: '1,234' })],
		['Total (total) must be a number of at least 0, but is "-1"', ofWoo({ total: -1 })],
		['Total (total) is required', ofWoo({ total: null })],
		['Products (line_items): the order has none', ofWoo({ line_items: [] })],
		[
			'Email (email) is not an email address: "jane@"',
			{ ...shopify, contact_email: null, email: 'jane@' },
		],
		['No product of the order has a SKU (sku, variant.sku): line 1 "Belt"', ofShopify(nameless)],
		[
			'Line 1 of line_items: Price must be a number, but is "ask"',
			ofShopify({ ...jacket, price: 'ask' }, 7),
		],
		['Line 1 of line_items must be a product or an ID, but is a boolean', ofShopify(true)],
		[
			'Line 1 of line_items: ID is a number with too many digits',
			ofShopify({ ...jacket, product_id: 2 ** 59 }),
			{ productIdFrom: 'product' },
		],
		['Shop System is Shopify, but the order is one of', woocommerce, { platform: 'shopify' }],
		['Shop System must be one of auto, ', shopify, { platform: 'x' }],
		['Product ID From must be one of ', shopify, { productIdFrom: 'x' }],
		['Products Without ID must be one of ', shopify, { productsWithoutId: 'x' }],
		['Order ID From must be one of id, number, but is "x"', shopify, { orderIdFrom: 'x' }],
		['Unfinished Orders must be one of ', shopify, { unfinishedOrders: 'x' }],
		...['token', 'distinct_id', 'order_id', 'products', 'total'].map(
			(name): [string, unknown, IDataObject] => {
				const additionalFields = { properties: { [name]: 1 } };
				return [`Properties (JSON) must not set "${name}"`, shopify, { additionalFields }];
			},
		),
	])('%s', (message, order, ...[parameters]) => {
		const error = record(order, parameters).error as string;
		expect(error.slice(0, message.length)).toBe(message);
	});
});

describe('the amounts', () => {
	test("can have the decimal comma of the shop's locale", () => {
		const line_items = [{ ...woocommerce.line_items[0], price: '1.299', quantity: '2' }];
		const products = [{ price: 1299, quantity: 2 }];
		expect(
			sentFor(ofWoo({ total: '2.598,00 €', discount_total: '1,50', line_items })),
		).toMatchObject({ total: 2598, discount: 1.5, products });
	});

	test('a discount that is no number is left out with a warning', () => {
		const { warnings, ...output } = record(ofWoo({ discount_total: 'some' }));
		expect(propertiesOf(output)).not.toHaveProperty('discount');
		expect(warnings).toEqual([
			'Discount (discount_total) is "some", which is not a number, and was left out',
		]);
	});
});

describe('the customer', () => {
	test('has attributes of one address only, and none that are empty', () => {
		const address = { city: 'Rome', province_code: 'RM', country_code: 'IT', first_name: 'Joe' };
		const order = {
			...shopify,
			billing_address: null,
			shipping_address: { city: 'Oslo' },
			customer: { first_name: ' ', last_name: null, phone: '123', default_address: address },
		};
		expect(sentFor(order, { options: { sendEmptyValues: true } }).customer).toEqual({
			...{ email: 'jane@example.com', first_name: 'Joe', phone: '123' },
			...{ city: 'Rome', state: 'RM', country: 'IT' },
		});
	});

	test('has no attributes if the option is off', () => {
		const { customer } = sentFor(shopify, { options: { orderAttributes: false } });
		expect(customer).toEqual({ email: 'jane@example.com' });
	});

	test('has the attributes of the node too, which take precedence', () => {
		const tier = { id: '1', name: 'Loyalty-Tier', type: 'string', value: 'gold' };
		const { customer } = sentFor(shopify, {
			customerAttributes: { city: 'Salem' },
			customAttributes: { assignments: [tier] },
		});
		expect(customer).toMatchObject({ city: 'Salem', state: 'OR', loyalty_tier: 'gold' });
	});
});

test('the fields of the operation add to the event', () => {
	const additionalFields = { client: 'shop', properties: { store: 'Portland', currency: 'CAD' } };
	const added = { client: 'shop', store: 'Portland', currency: 'CAD' };
	expect(sentFor(shopify, { additionalFields })).toEqual({ ...PURCHASES.shopify, ...added });
});

describe('where the values of an order are in newer versions', () => {
	test('the email of the customer in GraphQL since 2025', () => {
		const { email, customer, ...order } = graphql;
		const defaultEmailAddress = { emailAddress: email };
		expect(sentFor({ ...order, customer: { ...customer, defaultEmailAddress } })).toEqual(
			PURCHASES.shopify,
		);
	});

	const { totalPriceSet } = graphql;
	const inTheirs = { presentmentMoney: totalPriceSet.shopMoney };
	test.each<[string, IDataObject]>([
		['only as it is now', { totalPriceSet: null, currentTotalPriceSet: totalPriceSet }],
		["only in the customer's money", { totalPriceSet: inTheirs }],
	])('a total that is there %s', (_name, total) => {
		expect(sentFor({ ...graphql, ...total })).toMatchObject({ total: 89.8, currency: 'USD' });
	});

	const magentoOrder = {
		number: '000000005',
		order_date: '',
		status: 'Processing',
		total: {
			grand_total: { value: 70, currency: 'USD' },
			discounts: [{ amount: { value: 5.5, currency: 'USD' } }],
		},
		billing_address: {
			...{ firstname: 'Jane', lastname: 'Doe', telephone: '512-555-0111', city: 'Austin' },
			...{ region: 'TX', postcode: '78758', country_code: 'US' },
		},
		items: magento.items
			.filter(({ price }) => price > 0)
			.map(({ sku, name, price, qty_ordered }) => ({
				product_sku: sku,
				product_name: name,
				product_sale_price: { value: price, currency: 'USD' },
				quantity_ordered: qty_ordered,
			})),
	};
	const email = 'jane@example.com';
	test.each<[string, unknown]>([
		['of a customer', { data: { customer: { email, orders: { items: [magentoOrder] } } } }],
		['that was placed', { data: { placeOrder: { orderV2: { ...magentoOrder, email } } } }],
	])('an order %s as GraphQL of Magento answers', (_name, answer) => {
		expect(sentFor(answer)).toEqual(PURCHASES.magento);
		const onHold: unknown = JSON.parse(JSON.stringify(answer).replace('Processing', 'On Hold'));
		expect(record(onHold).reason).toBe('On hold: status is On Hold');
	});

	test('a configurable product of Magento and its part are one, also without item_id', () => {
		const items = magento.items.map(({ sku, price, qty_ordered }) => ({ sku, price, qty_ordered }));
		const order = { increment_id: '5', customer_email: 'jane@example.com', grand_total: 9, items };
		expect(sentFor(order).products).toEqual([
			{ id: 'TEE-XS', price: 29.5, quantity: 2 },
			{ id: 'BAG', price: 11, quantity: 1 },
		]);
	});

	test('Medusa 1 and Stripe count in the smallest unit of the currency; lines may be a list of their own', () => {
		const [item] = medusa.items.map((each) => ({ ...each, id: undefined, unit_price: 1250 }));
		for (const more of [
			{ items: [{ ...item, id: 'item_1' }] },
			{ items: [item], object: 'order' },
		]) {
			expect(sentFor({ ...medusa, total: 3000, ...more })).toEqual(PURCHASES.medusa);
		}
		expect(sentFor({ ...stripe, currency: 'jpy' })).toMatchObject({ total: 4990, currency: 'JPY' });
		expect(sentFor({ ...stripe, line_items: stripe.line_items.data })).toEqual(PURCHASES.stripe);
	});

	test('Stripe with a price of parts of a cent, and the SKU in capital letters', () => {
		const product = { id: 'prod_1', metadata: { SKU: 'BOLT' } };
		const price = { id: 'price_1', unit_amount: null, unit_amount_decimal: '12.5', product };
		const line_items = { data: [{ id: 'li_1', quantity: 40, price }] };
		expect(sentFor({ ...stripe, line_items }).products).toEqual([
			{ id: 'BOLT', price: 0.125, quantity: 40 },
		]);
	});

	test('commercetools: an order with chosen fields, and the price after a product discount', () => {
		const [line] = commercetools.lineItems;
		const price = { ...line.price, discounted: { value: { centAmount: 2990, fractionDigits: 2 } } };
		const order = { ...commercetools, orderState: undefined, lineItems: [{ ...line, price }] };
		expect(sentFor(order)).toMatchObject({ order_id: 'CT-17', products: [{ price: 29.9 }] });
		const paid = { ...order, orderNumber: undefined, paymentState: 'Paid' };
		expect(sentFor(paid, { orderIdFrom: 'id' }).order_id).toBe(commercetools.id);
	});

	test('Wix Stores, as its orders were before', () => {
		const order = {
			...{ id: 'a', number: 10042, currency: 'USD', paymentStatus: 'PAID' },
			buyerInfo: { email: 'jane@example.com', firstName: 'Jane' },
			totals: { total: '45', discount: '0' },
			lineItems: [{ quantity: 2, price: '20', name: 'Cap', productId: 'p', sku: 'CAP' }],
		};
		const products = [{ id: 'CAP', name: 'Cap', price: 20, quantity: 2 }];
		expect(sentFor(order)).toMatchObject({ order_id: '10042', total: 45, products });
	});
});

describe('the age of an order', () => {
	const HOUR_MS = 3_600_000;
	const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();

	const withoutZone = (time: string) => time.slice(0, 19);
	const withBlank = (time: string) => withoutZone(time).replace('T', ' ');
	test.each<[shop: string, path: string, written?: (time: string) => unknown]>([
		...pairsOf(`
			shopify → created_at | commercetools → createdAt | salesforce → creationDate | shopware → orderDateTime
			squarespace → createdOn | wix → createdDate | medusa → created_at
		`),
		['woocommerce', 'date_created_gmt', withoutZone],
		['magento', 'created_at', withBlank],
		['bigcommerce', 'date_created', (time) => new Date(time).toUTCString()],
		['stripe', 'created', (time) => Math.floor(Date.parse(time) / 1000)],
		['vtex', 'creationDate', (time) => time.replace('Z', '4567+00:00')],
		['ecwid', 'createDate', (time) => `${withBlank(time)} +0000`],
		['nuvemshop', 'created_at', (time) => `${withoutZone(time)}+0000`],
	])('of %s is told by its %s', (shop, path, ...[written = String]) => {
		const order = (hours: number) => ({ ...ORDERS[shop], [path]: written(hoursAgo(hours)) });
		expect(record(order(23)).valid).toBe(true);
		expect(record(order(50))).toMatchObject({
			accepted: false,
			reason: `Too old: its ${path} was 2 days ago, and Max Age (Hours) is 24. The operation Prepare Import Row makes it a row of a file of past purchases`,
		});
		expect(record(order(50), { options: { maxAgeHours: 0 } }).valid).toBe(true);
	});

	test('a date that cannot be read holds the order back, with a warning', () => {
		expect(record({ ...shopify, created_at: 'soon' })).toMatchObject({
			accepted: false,
			reason: expect.stringMatching(/^Age unknown: its created_at is "soon", which is not a time/),
			warnings: [
				'created_at is not a time, so the age of the order is not known and it was not sent',
			],
		});
	});
});

test("the ID of the order is the shop's own, with a warning, if there is no number", () =>
	expect(record({ ...commercetools, orderNumber: '' }).warnings).toEqual([
		"Order ID (id) is the shop's own ID, because the order has no number (orderNumber)",
	]));

describe('the currency', () => {
	const inBoth = (amount: string, other: string) => ({
		shop_money: { amount, currency_code: 'USD' },
		presentment_money: { amount: other, currency_code: 'EUR' },
	});
	const order = {
		...shopify,
		presentment_currency: 'EUR',
		total_price_set: inBoth('89.80', '80.82'),
		total_discounts_set: inBoth('10.00', '9.00'),
		line_items: [{ ...line('CAP'), price_set: inBoth('5.00', '4.50') }],
	};

	test("is the shop's own, or the customer's: Shopify", () => {
		expect(sentFor(order)).toMatchObject({
			...{ total: 89.8, currency: 'USD', discount: 10 },
			products: [{ price: 5 }],
		});
		expect(sentFor(order, { options: { moneyFrom: 'customer' } })).toMatchObject({
			...{ total: 80.82, currency: 'EUR', discount: 9 },
			products: [{ price: 4.5 }],
		});
	});

	test("is the shop's own, or the customer's: Magento", () => {
		const base = { base_grand_total: 60, base_currency_code: 'GBP', base_discount_amount: -4 };
		const items = magento.items.map((item) => ({ ...item, base_price: item.price / 2 }));
		const both = { ...magento, ...base, items };
		expect(sentFor(both)).toMatchObject({
			...{ total: 60, currency: 'GBP', discount: 4 },
			products: [{ price: 14.75 }, { price: 5.5 }],
		});
		expect(sentFor(both, { options: { moneyFrom: 'customer' } })).toEqual(PURCHASES.magento);
	});

	test('of an order that has no total in the chosen one is the other, with a warning', () => {
		const totalPriceSet = { presentmentMoney: graphql.totalPriceSet.shopMoney };
		expect(record({ ...graphql, currencyCode: 'GBP', totalPriceSet }).warnings).toEqual([
			"The order has no total in the currency the shop's own (GBP), so its amounts are those in the currency in which the customer paid (USD)",
		]);
	});

	test('that is not that of the option Currency holds the order back', () => {
		const options = { currency: 'eur' };
		expect(record(shopify, { options })).toMatchObject({
			accepted: false,
			reason: 'Another currency: the order is in USD, and Currency is EUR',
		});
		expect(record(woocommerce, { options }).valid).toBe(true);
		expect(record(ecwid, { options }).warnings).toEqual([
			'The order does not say its currency; it counts as EUR',
		]);
		expect(record(shopify, { options: { currency: 'Euro' } }).error).toBe(
			'The option Currency must be the three letters of a currency, but is "Euro"',
		);
	});

	test('of several orders in a run: those in another one than most get a warning', () => {
		const outputs = recordOrders([shopify, woocommerce, { ...shopify, name: '#1002' }]);
		const warning =
			'The orders of this run are in several currencies: USD (2), EUR (1). Bluecore adds amounts up without looking at the currency; the option Currency holds back the orders in others';
		expect(outputs.map(({ warnings }) => warnings)).toEqual([undefined, [warning], undefined]);
	});
});

describe('carts and unfinished checkouts as add_to_cart', () => {
	const unfinishedOrders = 'addToCart';
	const someone = expect.stringMatching(/@example\.com$/) as unknown;
	const abandoned_checkout_url = 'https://a';
	const checkout = { ...shopify, order_number: undefined, abandoned_checkout_url };
	const CARTS = {
		salesforce: { ...salesforce, orderNo: undefined, basketId: 'b' },
		magento: {
			...{ id: 4, is_active: true, items_count: 1, items_qty: 2 },
			customer: { email: 'jane@example.com' },
			items: [{ item_id: 7, sku: 'BAG', qty: 2, name: 'Bag', price: 11 }],
		},
		magentoInGraphql: {
			email: 'jane@example.com',
			items: [
				{ product: { sku: 'BAG', name: 'Bag' }, quantity: 2, prices: { price: { value: 11 } } },
			],
			prices: { grand_total: { value: 22, currency: 'USD' } },
		},
		wix: {
			...{ ...wix, number: undefined, status: undefined, paymentStatus: undefined },
			...{ fulfillmentStatus: undefined, completed: false },
		},
	};
	const ABANDONED = { id: 'gid://shopify/AbandonedCheckout/1' };
	const CART = { type: 'Cart', orderState: undefined };

	test.each<[string, IDataObject, ids: string]>([
		['a checkout of Shopify', checkout, 'JACKET-M SOCKS'],
		['a checkout of Shopify in GraphQL', { ...graphql, ...ABANDONED }, 'JACKET-M SOCKS'],
		['a checkout of WooCommerce', { ...woocommerce, status: 'checkout-draft' }, 'SHIRT-BLUE MUG'],
		['an incomplete order of BigCommerce', { ...bigcommerce, status_id: 0 }, 'LAMP-R BULB'],
		['a cart of commercetools', { ...commercetools, ...CART }, 'POT-1 TEA-1'],
		['a basket of Salesforce', CARTS.salesforce, '7016M 7017M'],
		['a cart of Magento', CARTS.magento, 'BAG'],
		['a cart of Magento in GraphQL', CARTS.magentoInGraphql, 'BAG'],
		['a checkout of Wix', CARTS.wix, 'HP-1'],
		[
			'a checkout of Nuvemshop',
			{ ...nuvemshop, number: undefined, abandoned_checkout_url },
			'WAND',
		],
	])('%s: one for each product', (_name, order, ids) => {
		const outputs = recordOrders([order], { unfinishedOrders });
		expect(
			outputs.map(({ payload }) => {
				const { event, properties } = payload as { event: string; properties: IDataObject };
				const [{ id }] = properties.products as Array<{ id: string }>;
				return [event, properties.distinct_id, id, 'order_id' in properties];
			}),
		).toEqual(ids.split(' ').map((id) => ['add_to_cart', someone, id, false]));
	});

	test('orders are purchases nevertheless', () => {
		expect(sentFor(shopify, { unfinishedOrders })).toEqual(PURCHASES.shopify);
	});

	test.each<[reason: string, fields: IDataObject]>([
		[
			'No email: the order has none in customer.email, customer.defaultEmailAddress.emailAddress',
			{ email: undefined, contact_email: undefined, customer: {} },
		],
		[`Not an order: this is ${OTHERS.checkout}`, { completed_at: '2025-03-01T10:00:00Z' }],
	])('without an email, or completed, they are held back: %s', (reason, fields) =>
		expect(record({ ...checkout, ...fields }, { unfinishedOrders })).toMatchObject({
			...{ accepted: false, reason },
		}),
	);

	test('old ones are held back, and are nothing for a file of purchases', () => {
		const { reason } = record({ ...checkout, created_at: '2025-03-01' }, { unfinishedOrders });
		expect(reason).toMatch(
			/^Too old: its created_at was \d+ days ago, and Max Age \(Hours\) is 24$/,
		);
	});
});
