import type { IDataObject } from 'n8n-workflow';

import { COMMON, eventOf, forward, PRODUCT, SENT_PRODUCT, track } from '../../../support/forward';
import { casesOf } from '../../../support/table';

describe('products', () => {
	const productsOf = (properties: IDataObject) =>
		eventOf(track('Product Viewed', properties)).properties.products;

	test.each(
		casesOf<[given: IDataObject, sent: IDataObject]>(`
			{"product_id": "P", "sku": "S", "id": "I", "item_id": "G"} | {"id": "P", "sku": "S", "item_id": "G"}
			{"sku": "S", "id": "I"}                             | {"id": "S"}
			{"id": "I", "item_id": "G"}                         | {"id": "I", "item_id": "G"}
			{"item_id": "G", "item_name": "Jacket"}             | {"id": "G", "name": "Jacket"}
			{"item_id": "G", "item_brand": "B", "item_category": "C", "item_variant": "V"} | {"id": "G", "brand": "B", "category": "C", "variant": "V"}
			{"sku": "S", "name": "Jacket", "item_name": "Rain"} | {"id": "S", "name": "Jacket", "item_name": "Rain"}
			{"productId": "P", "price": "", "quantity": null}   | {"id": "P"}
			{"SKU": "S", "id": " "}                             | {"id": "S"}
			{"product_id": "undefined", "sku": "S"}             | {"id": "S", "product_id": "undefined"}
			{"product_id": "", "sku": 7}                        | {"id": "7", "product_id": ""}
			{"product_id": "P", "price": "12.50", "quantity": "2", "colour": "red"} | {"id": "P", "price": 12.5, "quantity": 2, "colour": "red"}
		`),
	)('%j is sent as %j', (given, sent) => {
		expect(productsOf({ products: [given] })).toEqual([sent]);
		expect(productsOf({ products: given })).toEqual([sent]);
		expect(productsOf({ items: [given] })).toEqual([sent]);
	});

	test('the properties describe the product when there is no list; the others stay properties', () => {
		const properties = { ...PRODUCT, name: 'Jacket', cart_id: 'c-1', currency: 'EUR' };
		expect(eventOf(track('Product Added', properties)).properties).toEqual({
			...COMMON,
			products: [{ ...SENT_PRODUCT, name: 'Jacket' }],
			cart_id: 'c-1',
			currency: 'EUR',
		});
	});

	test('but not that of an order', () => {
		const { problems } = forward(track('Order Completed', { ...PRODUCT, order_id: 'O', total: 1 }));
		expect(problems).toEqual([
			'Products (properties.products or properties.items) must contain at least one product',
		]);
	});

	const LISTS = 'properties.products, properties.items or properties.product_id';
	test.each<[string, IDataObject, problem: string, fix: string]>([
		[
			'a product',
			{ name: 'Jacket' },
			`Products (${LISTS}) must contain at least one product`,
			`Send the message with ${LISTS}, or filter such messages out before this node.`,
		],
		[
			'one in a list',
			{ products: [PRODUCT, { name: 'x' }] },
			'Products (properties.products): product 2 has no ID',
			'Send each product with the ID that it has in your Bluecore catalog, as product_id, sku, id or item_id.',
		],
	])('%s without an ID is refused, with its place', (_what, properties, problem, fix) =>
		expect(forward(track('Product Viewed', properties))).toMatchObject({
			...{ problems: [problem], fixes: [fix] },
		}),
	);

	const ITEMS = [{ item_id: 'SKU1' }];
	test.each<[IDataObject]>([
		[{ products: [], items: ITEMS }],
		[{ items: [], products: ITEMS }],
		[{ products: [], items: [], product_id: 'SKU1' }],
		[{ products: {}, product_id: 'SKU1' }],
		[{ products: {}, items: ITEMS }],
	])('an empty list counts as absent: %j', (properties) => {
		expect(eventOf(track('Product Viewed', properties)).properties).toEqual({
			...COMMON,
			products: [{ id: 'SKU1' }],
		});
	});

	test('an empty list counts as absent in an order and a custom event, too', () => {
		const order = { order_id: 'O-1', total: 10, items: ITEMS, products: [] };
		expect(eventOf(track('Order Completed', order)).properties.products).toEqual([{ id: 'SKU1' }]);
		const shared = track('Cart Shared', { products: [], list: 'x' });
		const { properties } = eventOf(shared, { unmappedEvents: 'send' });
		expect(properties).toEqual({ ...COMMON, list: 'x' });
	});

	test('an entry of a list that is nothing is no product', () => {
		expect(productsOf({ products: [null, PRODUCT, ''] })).toEqual([SENT_PRODUCT]);
	});

	test.each<[IDataObject, string]>([
		[{ price: '750$' }, 'price was left out because it must be a number, but is "750$"'],
		[{ price: {} }, 'price was left out because it must be a number, but is an object'],
		[{ quantity: 0 }, 'quantity was left out because it must be a number above 0, but is "0"'],
	])('what cannot be read is left out: %j', (fields, warning) => {
		const products = [{ sku: 'S', ...fields }];
		const { events, warnings } = forward(track('Product Viewed', { products }));
		expect(events[0].properties.products).toEqual([{ id: 'S' }]);
		expect(warnings).toEqual([`Products (properties.products): product 1: ${warning}`]);
	});

	test('a custom event leaves out those without an ID', () => {
		const shared = (products: IDataObject[string]) =>
			forward(track('Cart Shared', { products }), { unmappedEvents: 'send' });
		const { events, warnings } = shared([PRODUCT, { name: 'x' }, { sku: 'null' }, 'SKU2', null]);
		expect(events[0].properties.products).toEqual([SENT_PRODUCT, { id: 'SKU2' }]);
		const leftOut = (number: number) =>
			`Products (properties.products): product ${number} was left out because it has no ID`;
		expect(warnings.slice(1)).toEqual([leftOut(2), leftOut(3)]);
		expect(shared([{ name: 'x' }]).events[0].properties).toEqual(COMMON);
	});

	test('a search never has any', () => {
		const { events, warnings } = forward(
			track('search', { search_term: 'a', items: [{ item_id: 'SKU1' }], products: [PRODUCT] }),
		);
		expect(events[0].properties).toEqual({ ...COMMON, search_term: 'a' });
		expect(warnings).toEqual([
			'These properties were left out because this event cannot have properties of these names: "items", "products"',
		]);
	});
});
