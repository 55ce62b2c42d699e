import type { IDataObject } from 'n8n-workflow';

import { SHOPS } from '../../../../nodes/BluecoreEvents/shopOrder/shops';
import { recordOrder as record, recordOrders } from '../../../support/recordOrder';
import { SHOP_ORDERS, SHOPIFY_GRAPHQL_ORDER, type ShopName } from '../../../support/shopOrders';
import { casesOf, pairsOf, rowsOf, valueOf } from '../../../support/table';

const EMAIL = 'jane@example.com';
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

const { shopify, woocommerce, bigcommerce, magento, salesforce } = SHOP_ORDERS;
const { shopware, stripe, wix, medusa } = SHOP_ORDERS;
const graphql = SHOPIFY_GRAPHQL_ORDER;
const ofShopify = (fields: IDataObject): IDataObject => ({ ...shopify, ...fields });
const ofWoo = (fields: IDataObject): IDataObject => ({ ...woocommerce, ...fields });
const withLines = (...lines: IDataObject[]) =>
	ofShopify({ line_items: [...shopify.line_items, ...lines] });
const line = (sku: string) => ({ product_id: 1, sku, title: sku, price: '5', quantity: 1 });
const BELT = { ...line(''), product_id: 8003, variant_id: 7003, title: 'Belt' };

/**
 * What Bluecore gets for the order of each shop, and below of its customer: number and ID of the order, total, currency, discount,
 * and each product with its SKU, product ID and variant ID, name, price and quantity.
 */
const PURCHASED = rowsOf(`
	shopify       | 1001 5001           | 89.8   | USD | 10  | JACKET-M 8001 7001, Rain Jacket, 79.9, 1; SOCKS 8002 7002, Socks, 9.95, 2
	woocommerce   | 727 727             | 35.9   | EUR | 0   | SHIRT-BLUE 93 94, T-Shirt - Blue, 14.95, 2; MUG 22 22, Mug, 6, 1
	bigcommerce   | 118 118             | 61.95  | USD | 5   | LAMP-R 201 477, Lamp, 56.95, 1; BULB 202 478, Bulb, 5, 2
	magento       | 000000005 5         | 70     | USD | 5.5 | TEE-XS 67 52, Tee, 29.5, 2; BAG 14 14, Bag, 11, 1
	salesforce    | 00028011 00028011   | 76.2   | GBP |     | 7016M 7016M 7016M, Shirt, 30.1, 2; 7017M 7017M 7017M, Belt, 16, 1
	commercetools | CT-17 92f5a867-bf19-47ab-982c-6720a03a3921 | 49.9 | EUR | | POT-1 c5c75935-595a-4cc3-a80e-24e9a9c55094 pot-red, Teekanne, 39.9, 1; TEA-1 c5c75935-595a-4cc3-a80e-24e9a9c55095 tea-green, Tee, 5, 2
	shopware      | 10042 0194a7e4a3d1  | 59.97  | EUR |     | SW-1 aa00 aa11, Scarf, 19.99, 1; SW-2 bb22 bb22, Hat, 24.99, 2
	squarespace   | 2685 6519c771       | 56     | GBP | 5   | CAP-G 6519a644 f54a4e59, Cap, 50, 1
	stripe        | cs_live_1 cs_live_1 | 49.9   | EUR | 0   | POT-1 prod_1 price_1, Teapot, 24.95, 2
	vtex          | v71425090str-01 v71425090str-01 | 54.58 | BRL | | 11167127 4301268 5830010, Shirt M, 69.99, 1
	wix           | 10042 e0e2e0e2      | 219.99 | USD | 0   | HP-1 prod-12345 var-1, Headphones, 199.99, 1
	ecwid         | K8XTQ 516483487     | 11.98  |     | 0   | 00004 66722487 66722487, Cherry, 5.99, 2
	medusa        | 42 order_01H        | 30     | EUR | 0   | TS-M prod_1 variant_1, T-Shirt, 12.5, 2
	nuvemshop     | 306 450789469       | 291.35 | BRL | 0   | WAND 87219151 332977991, Varinha, 58.07, 5
`);
const [CUSTOMER_FIELDS, ...CUSTOMERS] = rowsOf(`
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

const filled = (fields: IDataObject): IDataObject =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

/** The purchase of each shop, by its name, with the other IDs that can be chosen. */
const CASES = PURCHASED.map(([shop, orderIds, total, currency, discount, lines], index) => {
	const [order_id, orderId] = orderIds.split(' ');
	const products = lines.split('; ').map((each) => {
		const [ids, name, price, quantity] = each.split(', ');
		const [id, ...others] = ids.split(' ');
		return { others, sent: { id, name, price: Number(price), quantity: Number(quantity) } };
	});
	const customer = filled(
		Object.fromEntries(CUSTOMER_FIELDS.map((name, n) => [name, CUSTOMERS[index][n]])),
	);
	const purchase = filled({
		...{ distinct_id: customer.email, order_id, total: Number(total), currency, customer },
		...{ discount: discount && Number(discount), products: products.map(({ sent }) => sent) },
	});
	const [productIds, variantIds] = [0, 1].map((n) => products.map(({ others }) => others[n]));
	return { shop: shop as ShopName, orderId, productIds, variantIds, purchase };
});
const PURCHASES = Object.fromEntries(CASES.map(({ shop, purchase }) => [shop, purchase])) as Record<
	ShopName,
	IDataObject
>;

test('an order of each shop is tested here', () =>
	expect(Object.keys(SHOP_ORDERS).sort()).toEqual(SHOPS.map(({ name }) => name).sort()));

test.each(CASES)(
	'an order of $shop is a purchase, with the IDs that are chosen, which are never those of the lines',
	({ shop: platform, purchase, orderId, productIds, variantIds }) => {
		const order = SHOP_ORDERS[platform];
		expect(sentFor(order)).toEqual(purchase);
		expect(sentFor(order, { platform })).toEqual(purchase);
		expect(sentFor(order, { orderIdFrom: 'id' }).order_id).toBe(orderId);
		expect(productIdsOf(order, { productIdFrom: 'product' })).toEqual(productIds);
		expect(productIdsOf(order, { productIdFrom: 'variant' })).toEqual(variantIds);
	},
);

// Orders as other versions and interfaces of the shops give them.
const { products: LAMP_AND_BULB, ...WITHOUT_PRODUCTS } = bigcommerce;
const shipped = (...shipping: unknown[]) => ({ shipping, pickups: [] });
const [LAMP, BULB] = LAMP_AND_BULB.map((product) => ({ line_items: [product] }));
const PRODUCTS_LINK = { url: 'https://api.example.com/v2/orders/118/products' };
const inLegacyApi = ({ billing, number, discount_total, ...order }: typeof woocommerce) => ({
	...{ ...order, order_number: number, total_discount: discount_total, billing_address: billing },
	payment_details: { paid: true },
});
const inMagento1 = ({ items, ...order }: typeof magento) => ({ ...order, order_items: items });
const since2025 = ({ email, customer, ...order }: typeof graphql) => ({
	...order,
	customer: { ...customer, defaultEmailAddress: { emailAddress: email } },
});
const USD_OF = (value: number) => ({ value, currency: 'USD' });
const MAGENTO_IN_GRAPHQL = {
	...{ number: '000000005', order_date: '', status: 'Processing' },
	total: { grand_total: USD_OF(70), discounts: [{ amount: USD_OF(5.5) }] },
	billing_address: {
		...{ firstname: 'Jane', lastname: 'Doe', telephone: '512-555-0111', city: 'Austin' },
		...{ region: 'TX', postcode: '78758', country_code: 'US' },
	},
	items: magento.items
		.filter(({ price }) => price > 0)
		.map(({ sku, name, price, qty_ordered }) => ({
			...{ product_sku: sku, product_name: name, product_sale_price: USD_OF(price) },
			quantity_ordered: qty_ordered,
		})),
};
const MAGENTO_ANSWERS = {
	ofCustomer: { data: { customer: { email: EMAIL, orders: { items: [MAGENTO_IN_GRAPHQL] } } } },
	placed: { data: { placeOrder: { orderV2: { ...MAGENTO_IN_GRAPHQL, email: EMAIL } } } },
};
const inCents = (more: object) => ({
	...{ ...medusa, total: 3000 },
	items: medusa.items.map((each) => ({ ...each, id: undefined, unit_price: 1250, ...more })),
});
const paymentIn = (technicalName: string) => ({ stateMachineState: { technicalName } });
const NULLS = { cancelled_at: 'NULL', customer: { ...shopify.customer, phone: 'NULL' } };

const WIX = JSON.stringify(wix);
const wixEvent = (event: IDataObject) => ({ data: { slug: 'a', ...event } });
const SHOPWARE_EVENT = { event: 'checkout.order.placed', payload: { order: shopware } };

test.each<[what: string, shop: ShopName, given: unknown]>([
	['the output of a Webhook node', 'shopify', { headers: {}, params: {}, body: shopify }],
	['a body that is text', 'shopify', { headers: {}, body: JSON.stringify(shopify) }],
	['the field order', 'shopify', { order: shopify }],
	['the field orders with one', 'shopify', { orders: [shopify] }],
	['a list of one', 'shopify', [shopify]],
	['a text', 'shopify', JSON.stringify(shopify)],
	['an order in GraphQL', 'shopify', graphql],
	[
		'one in GraphQL with its lines in nodes',
		'shopify',
		{ ...graphql, lineItems: { nodes: graphql.lineItems.edges.map(({ node }) => node) } },
	],
	['one in GraphQL since 2025, with the email in the customer', 'shopify', since2025(graphql)],
	['an answer in GraphQL', 'shopify', { data: { order: graphql } }],
	['a list in GraphQL', 'shopify', { data: { orders: { edges: [{ node: graphql }] } } }],
	['one in GraphQL by its name', 'shopify', { data: { orderByIdentifier: graphql } }],
	['one that GraphQL made', 'shopify', { data: { orderCreate: { order: graphql } } }],
	['an event of Amazon EventBridge', 'shopify', { detail: { payload: shopify, metadata: {} } }],
	['an order with NULL as text where there is no value', 'shopify', ofShopify(NULLS)],
	['the legacy API', 'woocommerce', { order: inLegacyApi(woocommerce) }],
	[
		'an order with a link to its products, and the products in consignments',
		'bigcommerce',
		{ ...WITHOUT_PRODUCTS, products: PRODUCTS_LINK, consignments: [shipped(LAMP, BULB)] },
	],
	['a list with one order', 'magento', { items: [magento], search_criteria: {} }],
	['an order of Magento 1', 'magento', inMagento1(magento)],
	['an order of a customer in GraphQL', 'magento', MAGENTO_ANSWERS.ofCustomer],
	['an order that was placed in GraphQL', 'magento', MAGENTO_ANSWERS.placed],
	['an event', 'shopware', { data: SHOPWARE_EVENT }],
	[
		'an order with a payment that failed before another one',
		'shopware',
		{ ...shopware, transactions: [paymentIn('failed'), paymentIn('paid')] },
	],
	['a created event', 'wix', wixEvent({ createdEvent: { entityAsJson: WIX } })],
	['an updated event', 'wix', wixEvent({ updatedEvent: { currentEntityAsJson: WIX } })],
	['an action event', 'wix', wixEvent({ actionEvent: { bodyAsJson: `{"order":${WIX}}` } })],
	['cents, as in version 1, by the ID of the line', 'medusa', inCents({ id: 'item_1' })],
	['cents, as in version 1, by the kind', 'medusa', { ...inCents({}), object: 'order' }],
	['lines in a list of their own', 'stripe', { ...stripe, line_items: stripe.line_items.data }],
])('%s is the purchase of %s', (_what, shop, given) =>
	expect(sentFor(given)).toEqual(PURCHASES[shop]),
);

const downloads = (...shipping: unknown[]) => ({
	consignments: [{ ...shipped(...shipping), downloads: [BULB], email: { gift_certificates: [] } }],
});
const STOREFRONT = JSON.parse(`{
	"orderId": 110, "cartId": "c", "orderAmount": 33, "discountAmount": 1, "currency": {"code": "USD"},
	"lineItems": {
		"physicalItems": [{"id": 20, "productId": 94, "variantId": 68, "sku": "G", "name": "Grater", "quantity": 1, "listPrice": 9, "salePrice": 8}],
		"digitalItems": [{"id": 21, "productId": 95, "sku": "E", "name": "Book", "quantity": 1, "salePrice": 5}],
		"giftCertificates": [{"id": "g", "name": "Card", "amount": 20}]
	},
	"billingAddress": {"firstName": "Jane", "lastName": "Doe", "email": "jane@example.com", "stateOrProvince": "Ohio", "countryCode": "US", "postalCode": "44114"}
}`) as IDataObject;

test('an order in the Storefront API of BigCommerce is a purchase', () => {
	const { warnings, ...output } = record(STOREFRONT);
	const customer = { first_name: 'Jane', last_name: 'Doe', state: 'Ohio' };
	expect(propertiesOf(output)).toEqual({
		...{ distinct_id: EMAIL, order_id: '110', total: 33, currency: 'USD', discount: 1 },
		products: [
			{ id: 'G', name: 'Grater', price: 8, quantity: 1 },
			{ id: 'E', name: 'Book', price: 5, quantity: 1 },
		],
		customer: { email: EMAIL, ...customer, zip: '44114', country: 'US' },
	});
	expect(warnings).toEqual([
		'Left out because they are not products: line 3 "Card" is a gift certificate or a custom item',
	]);
	expect(productIdsOf(STOREFRONT, { productIdFrom: 'product' })).toEqual(['94', '95']);
	expect(sentFor({ ...STOREFRONT, status: 'AWAITING_PAYMENT' })).toMatchObject({ total: 33 });
});

const inBoth = (amount: string, other: string) => ({
	shop_money: { amount, currency_code: 'USD' },
	presentment_money: { amount: other, currency_code: 'EUR' },
});
/** What the orders of the following tables are made of: those of the shops, and other forms of them. */
const ORDERS: Record<string, IDataObject> = {
	...{ ...SHOP_ORDERS, graphql, storefront: STOREFRONT, none: {} },
	newOfMagento: { ...magento, state: 'new' },
	pendingOfMagento: { ...magento, status: 'pending' },
	shopifyInBoth: ofShopify({
		presentment_currency: 'EUR',
		total_price_set: inBoth('89.80', '80.82'),
		total_discounts_set: inBoth('10.00', '9.00'),
		line_items: [{ ...line('CAP'), price_set: inBoth('5.00', '4.50') }],
	}),
	magentoInBoth: {
		...{ ...magento, base_grand_total: 60, base_currency_code: 'GBP', base_discount_amount: -4 },
		items: magento.items.map((item) => ({ ...item, base_price: item.price / 2 })),
	},
	salesforceReduced: {
		...{ ...salesforce, orderPriceAdjustments: [{ price: -5 }, { price: -1.5 }] },
		productItems: salesforce.productItems.map((item) => ({
			...{ ...item, priceAdjustments: [{ price: -2 }] },
		})),
	},
	shopwareReduced: {
		...shopware,
		lineItems: [
			...shopware.lineItems.filter(({ type }) => type !== 'promotion'),
			{ id: 'p', type: 'promotion', label: '-10 %', quantity: 1, totalPrice: -10 },
		],
	},
};
/** The lines of a bundle, of which the first is the whole, as JSON. */
const bundle = (...prices: number[]) =>
	JSON.stringify(
		prices.map((price, index) => ({
			...{ id: 50 + index, product_id: 60 + index, sku: `SKU${index}`, name: 'Tee', price },
			...{ quantity: 1, bundled_by: index === 0 ? '' : 50 },
		})),
	);
const SET = '{"item_id": 1, "product_id": 1, "sku": "SET-A-B", "price": 30, "qty_ordered": 1}';
const partOf = (sku: string, price: number) =>
	`{"item_id": "${sku}", "parent_item_id": 1, "product_id": 2, "sku": "${sku}", "price": ${price}, "qty_ordered": 1}`;
const SHIPPED = JSON.stringify({ products: null, ...downloads(LAMP) });
const BY_VARIANT = '{"productIdFrom": "variant"}';
const LOST_DIGITS =
	'{"id": 576460752303423500, "line_items": [{"sku": "A", "product_id": 576460752303423500}]}';
/** The cells: what it is, the IDs, an order, its other fields, and the parameters. */
test.each(
	casesOf<[string, string, string, IDataObject, IDataObject?]>(`
		Shopify in GraphQL by variants                         | 7001 7002 | graphql | {} | ${BY_VARIANT}
		Shopify with one that has no SKU by variants           | 7001 7002 7003 | shopify | ${JSON.stringify(withLines(BELT))} | ${BY_VARIANT}
		Shopify whose other IDs cannot be sent                 | A         | shopify     | ${LOST_DIGITS}
		BigCommerce with downloads alone                       | BULB      | bigcommerce | ${JSON.stringify({ products: null, ...downloads() })}
		BigCommerce with downloads and an empty list           | BULB      | bigcommerce | ${JSON.stringify({ products: [], ...downloads() })}
		BigCommerce with downloads besides what is shipped     | LAMP-R BULB | bigcommerce | ${SHIPPED}
		a WooCommerce bundle whose parts have no price: it     | SKU0      | woocommerce | {"line_items": ${bundle(59, 0, 0)}}
		a WooCommerce bundle that has no price: its parts      | SKU1 SKU2 | woocommerce | {"line_items": ${bundle(0, 20, 30)}}
		a WooCommerce bundle with a part that costs extra: both | SKU0 SKU1 | woocommerce | {"line_items": ${bundle(59, 16.2)}}
		a Magento bundle that is priced by its parts: the parts | A B      | magento     | {"items": [${SET}, ${partOf('A', 10)}, ${partOf('B', 20)}]}
		a Magento bundle with a price, by variants: its own ID | "1"       | magento     | {"items": [${SET}, ${partOf('A', 0)}, ${partOf('B', 0)}]} | ${BY_VARIANT}
		a Magento part whose whole is not in the order: the part | A       | magento     | {"items": [${partOf('A', 0)}]}
	`),
)('the products of %s are %s', (_what, ids, base, fields, ...[parameters]) =>
	expect(productIdsOf({ ...ORDERS[base], ...fields }, parameters)).toEqual(ids.split(' ')),
);

const PURCHASE_OF_MAGENTO = JSON.stringify(PURCHASES.magento);
const PURCHASE_OF_SHOPIFY = JSON.stringify(PURCHASES.shopify);
const IN_THEIRS = '{"presentmentMoney": {"amount": "89.80", "currencyCode": "USD"}}';
const IN_DOLLARS = '{"total": 89.8, "currency": "USD"}';

/** The cells: what it is, an order, its other fields, some of what is sent, and the parameters. */
test.each(
	casesOf<[string, string, IDataObject, IDataObject, IDataObject?]>(`
		the ID of Shopify in GraphQL | graphql | {} | {"order_id": "5001"} | {"orderIdFrom": "id"}
		the total of Shopify as it is now | graphql | {"totalPriceSet": null, "currentTotalPriceSet": {"shopMoney": {"amount": "89.80", "currencyCode": "USD"}}} | ${IN_DOLLARS}
		the total of Shopify in the money of the customer alone | graphql | {"totalPriceSet": ${IN_THEIRS}} | ${IN_DOLLARS}
		the amounts of Shopify in its own money | shopifyInBoth | {} | {"total": 89.8, "currency": "USD", "discount": 10, "products": [{"id": "CAP", "name": "CAP", "price": 5, "quantity": 1}]}
		the amounts of Shopify in the money of the customer | shopifyInBoth | {} | {"total": 80.82, "currency": "EUR", "discount": 9, "products": [{"id": "CAP", "name": "CAP", "price": 4.5, "quantity": 1}]} | {"options": {"moneyFrom": "customer"}}
		the amounts of Magento in its own money | magentoInBoth | {} | {"total": 60, "currency": "GBP", "discount": 4, "products": [{"id": "TEE-XS", "name": "Tee", "price": 14.75, "quantity": 2}, {"id": "BAG", "name": "Bag", "price": 5.5, "quantity": 1}]}
		the amounts of Magento in the money of the customer | magentoInBoth | {} | ${PURCHASE_OF_MAGENTO} | {"options": {"moneyFrom": "customer"}}
		a configurable product of Magento and its part as one, without item_id | none | {"increment_id": "5", "customer_email": "jane@example.com", "grand_total": 9, "items": [{"sku": "T", "price": 2, "qty_ordered": 2}, {"sku": "T", "price": 0, "qty_ordered": 2}, {"sku": "BAG", "price": 11, "qty_ordered": 1}]} | {"products": [{"id": "T", "price": 2, "quantity": 2}, {"id": "BAG", "price": 11, "quantity": 1}]}
		an order that is not complete, if its shop is chosen | none | {"increment_id": "5", "customer_email": "jane@example.com", "grand_total": 9, "items": [{"sku": "A", "price": 1}]} | {"total": 9, "products": [{"id": "A", "price": 1}]} | {"platform": "magento"}
		all discounts of Magento in GraphQL | none | {"number": "5", "email": "jane@example.com", "items": [{"product_sku": "A", "quantity_ordered": 1}], "total": {"grand_total": {"value": 70, "currency": "USD"}, "discounts": [{"amount": {"value": 5.5}}, {"amount": {"value": 2}}]}} | {"discount": 7.5}
		Salesforce in OCAPI, whose names have underscores | none | {"order_no": "7", "status": "open", "order_total": 60.2, "customer_info": {"email": "jane@example.com"}, "product_items": [{"item_id": "a1", "product_id": "7016M", "product_name": "Shirt", "base_price": 30.1, "quantity": 2}]} | {"order_id": "7", "total": 60.2, "products": [{"id": "7016M", "name": "Shirt", "price": 30.1, "quantity": 2}]}
		Wix Stores, as its orders were before | none | {"id": "a", "number": 10042, "currency": "USD", "paymentStatus": "PAID", "buyerInfo": {"email": "jane@example.com"}, "totals": {"total": "45", "discount": "0"}, "lineItems": [{"quantity": 2, "price": "20", "name": "Cap", "productId": "p", "sku": "CAP"}]} | {"order_id": "10042", "total": 45, "products": [{"id": "CAP", "name": "Cap", "price": 20, "quantity": 2}]}
		Stripe in a currency without cents | stripe | {"currency": "jpy"} | {"total": 4990, "currency": "JPY"}
		Stripe with parts of a cent, and the SKU in capital letters | stripe | {"line_items": {"data": [{"id": "li_1", "quantity": 40, "price": {"id": "p", "unit_amount": null, "unit_amount_decimal": "12.5", "product": {"id": "prod_1", "metadata": {"SKU": "BOLT"}}}}]}} | {"products": [{"id": "BOLT", "price": 0.125, "quantity": 40}]}
		the currency in which a customer of BigCommerce pays, not the one in which prices were shown | bigcommerce | {"currency_code": "EUR", "default_currency_code": "USD"} | {"total": 61.95, "currency": "USD"}
		the total of commercetools with the taxes that come on top | commercetools | {"taxedPrice": {"totalNet": {"currencyCode": "EUR", "centAmount": 4990, "fractionDigits": 2}, "totalGross": {"currencyCode": "EUR", "centAmount": 5450, "fractionDigits": 2}}} | {"total": 54.5, "currency": "EUR"}
		the price of commercetools after a product discount, and chosen fields | commercetools | {"orderState": null, "lineItems": [{"variant": {"sku": "POT-1"}, "price": {"value": {"centAmount": 3990}, "discounted": {"value": {"centAmount": 2990, "fractionDigits": 2}}}, "quantity": 1}]} | {"order_id": "CT-17", "products": [{"id": "POT-1", "price": 29.9, "quantity": 1}]}
		the ID of commercetools without a number | commercetools | {"orderState": null, "orderNumber": null, "paymentState": "Paid"} | {"order_id": "92f5a867-bf19-47ab-982c-6720a03a3921"} | {"orderIdFrom": "id"}
		amounts with the decimal comma of the locale of the shop | woocommerce | {"total": "2.598,00 €", "discount_total": "1,50", "line_items": [{"sku": "S", "price": "1.299", "quantity": "2"}]} | {"total": 2598, "discount": 1.5, "products": [{"id": "S", "price": 1299, "quantity": 2}]}
		an amount that is clear by the discount | woocommerce | {"total": "1.299", "discount_total": "1,50", "line_items": [{"sku": "S", "price": "1.299", "quantity": 1}]} | {"total": 1299, "discount": 1.5}
		an amount that is clear by a price     | woocommerce | {"total": "1.299", "line_items": [{"sku": "S", "price": "12,50", "quantity": 1}]} | {"total": 1299}
		the discounts in the totals of VTEX | vtex | {"totals": [{"id": "Items", "value": 6999}, {"id": "Discounts", "value": -1541}]} | {"discount": 15.41}
		the adjustments of Salesforce as a discount | salesforceReduced | {} | {"discount": 10.5}
		the promotions of Shopware as a discount    | shopwareReduced | {} | {"discount": 10}
		an order where unfinished ones are carts    | shopify | {} | ${PURCHASE_OF_SHOPIFY} | {"unfinishedOrders": "addToCart"}
		the fields of the operation, too | shopify | {} | {"client": "shop", "store": "Portland", "currency": "CAD", "total": 89.8} | {"additionalFields": {"client": "shop", "properties": {"store": "Portland", "currency": "CAD"}}}
		attributes of one address only, and none that are empty | shopify | {"billing_address": null, "shipping_address": {"city": "Oslo"}, "customer": {"first_name": " ", "last_name": null, "phone": "123", "default_address": {"city": "Rome", "province_code": "RM", "country_code": "IT", "first_name": "Joe"}}} | {"customer": {"email": "jane@example.com", "first_name": "Joe", "phone": "123", "city": "Rome", "state": "RM", "country": "IT"}} | {"options": {"sendEmptyValues": true}}
		attributes of the default address in GraphQL | graphql | {"billingAddress": null, "customer": {"firstName": "Joe", "defaultAddress": {"city": "Rome", "provinceCode": "RM", "countryCodeV2": "IT"}}} | {"customer": {"email": "jane@example.com", "first_name": "Joe", "city": "Rome", "state": "RM", "country": "IT"}}
		no attributes if the option is off | shopify | {} | {"customer": {"email": "jane@example.com"}} | {"options": {"orderAttributes": false}}
		the attributes of the node too, which take precedence | salesforce | {} | {"customer": {"email": "jane@example.com", "first_name": "Jane", "last_name": "Doe", "city": "Salem", "zip": "E1 6AN", "country": "GB", "loyalty_tier": "gold"}} | {"customerAttributes": {"city": "Salem"}, "customAttributes": {"assignments": [{"id": "1", "name": "Loyalty-Tier", "type": "string", "value": "gold"}]}}
	`),
)('what is sent is %s', (_what, base, fields, sent, ...[parameters]) => {
	const properties = sentFor({ ...ORDERS[base], ...fields }, parameters);
	const those = Object.fromEntries(Object.keys(sent).map((name) => [name, properties[name]]));
	expect(those).toEqual(sent);
});

const NO_PRODUCTS = withLines(
	{ ...line('CARD'), title: 'Gift Card', gift_card: true },
	{ ...line('X'), product_id: null, variant_id: null, sku: null, title: 'Engraving' },
	{ ...line('HAT'), title: 'Hat', quantity: 0 },
	{ ...line('CAP'), current_quantity: 0 },
);
const WITHOUT_PRICES =
	'[{"id": "JACKET-M", "name": "Rain Jacket", "quantity": 1}, {"id": "SOCKS", "name": "Socks", "quantity": 2}]';
const onPage = (lines: IDataObject, hasNextPage: boolean): IDataObject => ({
	...{ order_number: null, line_items: null, displayFinancialStatus: 'PAID' },
	lineItems: { ...lines, pageInfo: { hasNextPage } },
});
const NODES = { nodes: shopify.line_items };
const ON_A_PAGE = JSON.stringify(onPage(NODES, true));
const EDGES = { edges: shopify.line_items.map((node) => ({ node })) };
const ON_A_PAGE_OF_EDGES = JSON.stringify(onPage(EDGES, true));
const MORE_LINES =
	'The order has more lines than those that are here: lineItems.pageInfo.hasNextPage is true. Ask for all of them at once, such as with lineItems(first: 250)';
/** The cells: the warning, an order, its other fields, what is other in its purchase, and the options. */
test.each(
	casesOf<[string, ShopName, IDataObject, IDataObject, IDataObject?]>(`
		Left out because they are not products: line 3 "Gift Card" is a gift card, line 4 "Engraving" is a custom item, line 5 "Hat" is not bought (quantity 0), line 6 "CAP" is removed from the order | shopify | ${JSON.stringify(NO_PRODUCTS)} | {}
		Left out because they have no SKU (sku, variant.sku): line 3 "Belt"               | shopify       | ${JSON.stringify(withLines(BELT))} | {}
		${MORE_LINES} | shopify | ${ON_A_PAGE} | {}
		${MORE_LINES} | shopify | ${ON_A_PAGE_OF_EDGES} | {}
		Discount (discount_total) is "some", which is not a number, and was left out      | woocommerce   | {"discount_total": "some"} | {"discount": ""}
		Order ID (id) is the shop's own ID, because the order has no number (orderNumber) | commercetools | {"orderNumber": ""} | {"order_id": "92f5a867-bf19-47ab-982c-6720a03a3921"}
		The order does not say its currency; it counts as EUR                             | ecwid         | {} | {} | {"currency": "eur"}
		The order has no total in the currency the shop's own (GBP), so its amounts are those in the currency in which the customer paid (USD) | shopify | {"total_price": null, "currency": "GBP", "total_price_set": {"presentment_money": {"amount": "89.80", "currency_code": "USD"}}} | {"discount": "", "products": ${WITHOUT_PRICES}}
	`),
)('a warning says: %s', (warning, shop, fields, changed, ...[options]) => {
	const { warnings, ...output } = record({ ...ORDERS[shop], ...fields }, { options });
	const purchase = filled({ ...PURCHASES[shop], ...changed });
	expect({ warnings, sent: propertiesOf(output) }).toEqual({ warnings: [warning], sent: purchase });
});

test('an order in GraphQL with all of its lines gets no warning', () => {
	expect(record({ ...shopify, ...onPage(NODES, false) }).warnings).toBeUndefined();
});

test('of several orders in a run, those in another currency than most get a warning', () => {
	const outputs = recordOrders([shopify, woocommerce, { ...shopify, name: '#1002' }]);
	const warning =
		'The orders of this run are in several currencies: USD (2), EUR (1). Bluecore adds amounts up without looking at the currency; the option Currency holds back the orders in others';
	expect(outputs.map(({ warnings }) => warnings)).toEqual([undefined, [warning], undefined]);
});

describe('what is not one order is refused, with what to do', () => {
	const NO_SHOP = 'is not an order of a known shop system; it has the fields';
	const LINES = 'products, consignments.*.line_items, lineItems.*, line_items.*';
	const LINK = JSON.stringify({ ...bigcommerce, products: PRODUCTS_LINK });
	const WITH_BELT = JSON.stringify(withLines(BELT));
	const DELETED = { ...woocommerce.line_items[1], product_id: 0, sku: null };
	const ORDER = '{"line_items": [], "total_price": "1"}';
	test.each(
		casesOf<[error: string, advice: string, given: unknown, parameters?: IDataObject]>(`
			Order has 2 orders, but must be one      | set its Fields To Split Out to body.orders: then each order is an item. | {"body": {"orders": [${ORDER}, ${ORDER}]}}
			Order has 2 orders, but must be one      | Make an item of each order before this node. | [${ORDER}, ${ORDER}]
			Order has an empty list of orders        | Split Out | {"orders": []}
			Order ${NO_SHOP} sku, color              | use the operation Purchase, and map each field. | {"sku": "A", "color": "red"}
			Order ${NO_SHOP} id, type, data          | Map the whole order | {"id": 1, "type": "x", "data": {"object": {"id": 2, "total": 5}}}
			Order (body) ${NO_SHOP} id, data         | Map the whole order | {"headers": {}, "body": {"id": 1, "data": [{"a": 1}, {"a": 2}]}}
			Order (order) ${NO_SHOP} sku             | Map the whole order | {"order": {"sku": "A"}}
			Order must be an order, but is a number  | such as {{ $json }}. | 7
			Order is required                        | such as {{ $json }}. | ""
			Products Without ID must be one of leaveOut, refuse, but is "x"; Order is required | such as {{ $json }}. | "" | {"productsWithoutId": "x"}
			Products (${LINES}): the order has no list of them | A BigCommerce order has only a link to its products. | ${LINK}
			These products have no SKU (sku, variant.sku): line 3 "Belt" | Give the products a SKU in the shop. They have a product ID and a variant ID: if your Bluecore catalog has these IDs, change Product ID From. | ${WITH_BELT} | {"productsWithoutId": "refuse"}
		`),
	)('%s: %s', (error, advice, given, ...[parameters]) =>
		expect(record(given, parameters)).toEqual({ error, advice: expect.stringContaining(advice) }),
	);

	test('IDs that the products do not have at all are not advised', () => {
		const { advice } = record(ofWoo({ line_items: [DELETED] }));
		expect(advice).toBe('Give the products a SKU in the shop.');
	});

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
});

const TOTALS = 'base_grand_total, total.base_grand_total, grand_total, total.grand_total';
test.each(
	casesOf<[error: string, base: string, fields: IDataObject, parameters?: IDataObject]>(`
		Total (total) must be a number of at least 0, but is "1,234" | woocommerce | {"total": "1,234"}
		Total (total) must be a number of at least 0, but is "-1"    | woocommerce | {"total": -1}
		Total (total) is required                        | woocommerce | {"total": null}
		Total (${TOTALS}) is required                    | none | {"increment_id": "5", "customer_email": "jane@example.com", "items": [{"sku": "A", "price": 1}]} | {"platform": "magento"}
		Products (line_items): the order has none        | woocommerce | {"line_items": []}
		Email (email) is not an email address: "jane@"   | shopify | {"contact_email": null, "email": "jane@"}
		No product of the order has a SKU (sku, variant.sku): line 1 "Belt"  | shopify | {"line_items": [{"product_id": 1, "sku": "", "title": "Belt"}]}
		Line 1 of line_items: Price must be a number, but is "ask"           | shopify | {"line_items": [{"sku": "A", "price": "ask"}, 7]}
		Line 1 of line_items must be a product or an ID, but is a boolean    | shopify | {"line_items": [true]}
		Line 1 of line_items: ID is a number with too many digits            | shopify | {"line_items": [{"sku": "A", "product_id": 576460752303423500}]} | {"productIdFrom": "product"}
		Shop System is Shopify, but the order is one of  | woocommerce | {} | {"platform": "shopify"}
		Shop System must be one of auto,                 | shopify | {} | {"platform": "x"}
		Product ID From must be one of                   | shopify | {} | {"productIdFrom": "x"}
		Products Without ID must be one of               | shopify | {} | {"productsWithoutId": "x"}
		Order ID From must be one of id, number, but is "x" | shopify | {} | {"orderIdFrom": "x"}
		Unfinished Orders must be one of                 | shopify | {} | {"unfinishedOrders": "x"}
		The option Currency must be the three letters of a currency, but is "Euro" | shopify | {} | {"options": {"currency": "Euro"}}
		Properties (JSON) must not set "token", "distinct_id", "order_id", "products", "total" | shopify | {} | {"additionalFields": {"properties": {"token": 1, "distinct_id": 1, "order_id": 1, "products": 1, "total": 1}}}
	`),
)('an order is refused: %s', (message, base, fields, ...[parameters]) => {
	const error = record({ ...ORDERS[base], ...fields }, parameters).error as string;
	expect(error.slice(0, message.length)).toBe(message);
});

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
	test.each(
		statesIn(`
			Test order     | shopify test true | bigcommerce payment_method Test Payment Gateway | squarespace testmode true
			Test order     | stripe livemode false
			Cancelled      | shopify cancelled_at 2025-03-01 | graphql cancelledAt 2025-03-01 | woocommerce status cancelled
			Cancelled      | woocommerce status wc-cancelled | bigcommerce status_id 5 | magento state canceled | wix status CANCELED
			Cancelled      | commercetools orderState Cancelled | vtex status canceled | nuvemshop status cancelled
			Not paid       | shopify financial_status voided | graphql displayFinancialStatus VOIDED | woocommerce status pending
			Not paid       | woocommerce status failed | bigcommerce status_id 0 | bigcommerce payment_status declined
			Not paid       | newOfMagento status pending_payment | salesforce status failed_with_reopen
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

	const STATE = 'stateMachineState.technicalName';
	const EMAILS = 'contact_email, email, customer.email, customer.defaultEmailAddress.emailAddress';
	/** The cells: the reason, an order, its other fields, who it is of, and the options. */
	test.each(
		casesOf<[string, string, IDataObject, (string | null)?, IDataObject?]>(`
			Test order: test is TRUE           | shopify  | {"test": "TRUE", "cancelled_at": "2025-03-01"}
			Cancelled: ${STATE} is cancelled   | shopware | {"stateMachineState": {"technicalName": "cancelled"}}
			Refunded: transactions.0.${STATE} is refunded      | shopware | {"transactions": [{"stateMachineState": {"technicalName": "refunded"}}]}
			Not paid: primaryOrderTransaction.${STATE} is failed | shopware | {"primaryOrderTransaction": {"stateMachineState": {"technicalName": "failed"}}}
			Not paid: status is INCOMPLETE     | storefront | {"status": "INCOMPLETE"}
			No email: clientProfileData.email is an alias that VTEX made for this order, not the customer's own address | vtex | {"clientProfileData": {"email": "jane@example.com-1b.ct.vtex.com.br"}} | jane@example.com-1b.ct.vtex.com.br
			No email: the order has none in ${EMAILS}          | shopify     | {"email": "", "contact_email": null, "customer": null} | null
			No email: the order has none in billing.email      | woocommerce | {"billing": {"first_name": "Jane", "email": ""}} | null
			No products: line 1 "Gift Card" is a gift card     | shopify     | {"line_items": [{"sku": "CARD", "title": "Gift Card", "gift_card": true}]}
			No products: line 1 "Card" is a gift card          | magento     | {"items": [{"sku": "CARD", "name": "Card", "product_type": "giftcard", "price": 20, "qty_ordered": 1}]}
			Another currency: the order is in USD, and Currency is EUR | shopify | {} | jane@example.com | {"currency": "eur"}
		`),
	)('%s', (reason, base, fields, ...[distinct_id = EMAIL, options]) =>
		expect(record({ ...ORDERS[base], ...fields }, { options })).toEqual({
			...{ event: 'purchase', distinct_id, accepted: false, reason },
		}),
	);

	test.each(Object.values(MAGENTO_ANSWERS))('On hold: %#, in an answer of GraphQL', (answer) => {
		const onHold: unknown = JSON.parse(JSON.stringify(answer).replace('Processing', 'On Hold'));
		expect(record(onHold).reason).toBe('On hold: status is On Hold');
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
			a change of an order; the topic orders/updated has the order itself | {"order_edit": {"id": 1, "order_id": 2, "line_items": {"additions": [{"id": 3, "delta": 1}], "removals": []}}}
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
});

describe('the age of an order', () => {
	const HOUR_MS = 3_600_000;
	const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();

	const withoutZone = (time: string) => time.slice(0, 19);
	const withBlank = (time: string) => withoutZone(time).replace('T', ' ');
	test.each<[shop: string, path: string, written?: (time: string) => unknown]>([
		...pairsOf(`
			shopify → created_at | commercetools → createdAt | salesforce → creationDate | shopware → orderDateTime
			squarespace → createdOn | wix → createdDate | wix → _dateCreated | medusa → created_at
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

	test.each(
		pairsOf(`
			shopify → created_at processed_at | commercetools → createdAt completedAt
			wix → createdDate purchasedDate
		`),
	)('of an order that was imported to %s is told by the second of its %s', (shop, paths) => {
		const [imported, made] = paths.split(' ');
		const order = { ...ORDERS[shop], [imported]: hoursAgo(1), [made]: hoursAgo(50) };
		expect(record(order).reason).toMatch(`Too old: its ${made} was 2 days ago`);
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

describe('carts and unfinished checkouts as add_to_cart', () => {
	const unfinishedOrders = 'addToCart';

	test.each(
		casesOf<[what: string, base: string, fields: IDataObject, ids: string]>(`
			a checkout of Shopify              | shopify       | {"order_number": null, "abandoned_checkout_url": "https://a"} | JACKET-M SOCKS
			a checkout of Shopify in GraphQL   | graphql       | {"id": "gid://shopify/AbandonedCheckout/1"} | JACKET-M SOCKS
			a checkout of WooCommerce          | woocommerce   | {"status": "checkout-draft"} | SHIRT-BLUE MUG
			an incomplete order of BigCommerce | bigcommerce   | {"status_id": 0} | LAMP-R BULB
			a cart of commercetools            | commercetools | {"type": "Cart", "orderState": null} | POT-1 TEA-1
			a basket of Salesforce             | salesforce    | {"orderNo": null, "basketId": "b"} | 7016M 7017M
			a cart of Magento                  | none          | {"id": 4, "is_active": true, "items_count": 1, "items_qty": 2, "customer": {"email": "jane@example.com"}, "items": [{"item_id": 7, "sku": "BAG", "qty": 2, "name": "Bag", "price": 11}]} | BAG
			a cart of Magento in GraphQL       | none          | {"email": "jane@example.com", "items": [{"product": {"sku": "BAG", "name": "Bag"}, "quantity": 2, "prices": {"price": {"value": 11}}}], "prices": {"grand_total": {"value": 22, "currency": "USD"}}} | BAG
			a checkout of Wix                  | wix           | {"number": null, "status": null, "paymentStatus": null, "fulfillmentStatus": null, "completed": false} | HP-1
			a checkout of Nuvemshop            | nuvemshop     | {"number": null, "abandoned_checkout_url": "https://a"} | WAND
		`),
	)('%s: one for each product', (_what, base, fields, ids) => {
		const outputs = recordOrders([{ ...ORDERS[base], ...fields }], { unfinishedOrders });
		const sent = outputs.map(({ payload }) => {
			const { event, properties } = payload as { event: string; properties: IDataObject };
			const [{ id }] = properties.products as Array<{ id: string }>;
			return [event, properties.distinct_id, id, 'order_id' in properties];
		});
		const someone = expect.stringMatching(/@example\.com$/) as unknown;
		expect(sent).toEqual(ids.split(' ').map((id) => ['add_to_cart', someone, id, false]));
	});

	test.each(
		casesOf<[reason: string, fields: IDataObject]>(`
			No email: the order has none in customer.email, customer.defaultEmailAddress.emailAddress | {"email": null, "contact_email": null, "customer": {}}
			Not an order: this is ${OTHERS.checkout} | {"completed_at": "2025-03-01T10:00:00Z"}
			Too old: its created_at was                | {"created_at": "2025-03-01"}
		`),
	)('without an email, completed, or old, they are held back: %s', (reason, fields) => {
		const checkout = { ...shopify, abandoned_checkout_url: 'https://a', ...fields };
		const given = Object.entries({ ...checkout, order_number: null }).filter(
			([, value]) => value !== null,
		);
		expect(record(Object.fromEntries(given), { unfinishedOrders })).toMatchObject({
			accepted: false,
			// An old one is nothing for a file of purchases.
			reason: expect.stringMatching(
				reason.startsWith('Too old')
					? /^Too old: its created_at was \d+ days ago, and Max Age \(Hours\) is 24$/
					: `^${reason}$`,
			),
		});
	});
});
