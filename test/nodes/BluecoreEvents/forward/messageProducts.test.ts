import type { IDataObject } from 'n8n-workflow';

import { COMMON, forward, track } from '../../../support/forward';
import { casesOf } from '../../../support/table';

const propertiesOf = (event: string, properties: IDataObject) => {
	const { events, problems, warnings } = forward(track(event, properties), {
		unmappedEvents: 'send',
	});
	const said = [...problems, ...warnings.filter((each) => !each.startsWith('Event Name'))];
	return { said, properties: events.at(0)?.properties };
};

test.each(
	casesOf<[given: IDataObject, sent: IDataObject]>(`
		{"product_id": "P", "sku": "S", "id": "I", "item_id": "G"} | {"id": "P", "sku": "S", "item_id": "G"}
		{"sku": "S", "id": "I"}                             | {"id": "S"}
		{"id": "I", "item_id": "G"}                         | {"id": "I", "item_id": "G"}
		{"item_id": "G", "item_name": "Jacket"}             | {"id": "G", "name": "Jacket"}
		{"item_id": "G", "item_brand": "B", "item_category": "C", "item_variant": "V"} | {"id": "G", "brand": "B", "category": "C", "variant": "V"}
		{"sku": "S", "name": "Jacket", "item_name": "Rain"} | {"id": "S", "name": "Jacket", "item_name": "Rain"}
		{"productId": "P", "price": "", "quantity": null}   | {"id": "P"}
		{"ProductID": "P", "Name": "Jacket", "Price": "12.50", "QUANTITY": 2, "Color": "red"} | {"id": "P", "name": "Jacket", "price": 12.5, "quantity": 2, "Color": "red"}
		{"sku": "S", "price": 1, "Price": "1 €"}            | {"id": "S", "price": 1, "Price": "1 €"}
		{"SKU": "S", "id": " "}                             | {"id": "S"}
		{"product_id": "undefined", "sku": "S"}             | {"id": "S", "product_id": "undefined"}
		{"product_id": "", "sku": 7}                        | {"id": "7", "product_id": ""}
		{"product_id": "P", "price": "12.50", "quantity": "2", "colour": "red"} | {"id": "P", "price": 12.5, "quantity": 2, "colour": "red"}
	`),
)('the product %j is sent as %j', (given, sent) => {
	for (const properties of [{ products: [given] }, { products: given }, { items: [given] }]) {
		expect(propertiesOf('Product Viewed', properties).properties?.products).toEqual([sent]);
	}
});

const SKU1 = '{"products": [{"id": "SKU1"}]}';
const ITEMS = '"items": [{"item_id": "SKU1"}]';
const LEFT_OUT = 'was left out because it has no ID';
test.each(
	casesOf<[what: string, event: string, given: IDataObject, sent: IDataObject, ...said: string[]]>(`
		the properties describe the product without a list; the others stay properties | Product Added | {"product_id": "SKU1", "name": "Jacket", "cart_id": "c-1", "currency": "EUR"} | {"products": [{"id": "SKU1", "name": "Jacket"}], "cart_id": "c-1", "currency": "EUR"}
		properties with capital letters describe it, too | Product Added | {"ProductID": "SKU1", "Price": 5, "Cart": "c-1"} | {"products": [{"id": "SKU1", "price": 5}], "Cart": "c-1"}
		an empty list before another one is none   | Product Viewed  | {"products": [], ${ITEMS}}   | ${SKU1}
		an empty list of items is none             | Product Viewed  | {"items": [], "products": [{"item_id": "SKU1"}]} | ${SKU1}
		two empty lists are none                   | Product Viewed  | {"products": [], "items": [], "product_id": "SKU1"} | ${SKU1}
		an empty object is none                    | Product Viewed  | {"products": {}, "product_id": "SKU1"} | ${SKU1}
		an empty object before a list is none      | Product Viewed  | {"products": {}, ${ITEMS}}   | ${SKU1}
		an empty list in an order is none          | Order Completed | {"order_id": "O-1", "total": 10, ${ITEMS}, "products": []} | {"order_id": "O-1", "total": 10, "products": [{"id": "SKU1"}]}
		an empty list in a custom event is none    | cart_shared     | {"products": [], "list": "x"} | {"list": "x"}
		an entry that is nothing is no product     | Product Viewed  | {"products": [null, {"sku": "SKU1"}, ""]} | ${SKU1}
		a price that is no number is left out      | Product Viewed  | {"products": [{"sku": "SKU1", "price": "750$"}]} | ${SKU1} | Products (properties.products): product 1: price was left out because it must be a number, but is "750$"
		a price that is an object is left out      | Product Viewed  | {"products": [{"sku": "SKU1", "price": {}}]} | ${SKU1} | Products (properties.products): product 1: price was left out because it must be a number, but is an object
		a quantity of 0 is left out                | Product Viewed  | {"products": [{"sku": "SKU1", "quantity": 0}]} | ${SKU1} | Products (properties.products): product 1: quantity was left out because it must be a number above 0, but is "0"
		a custom event leaves out those without an ID | cart_shared  | {"products": [{"sku": "SKU1"}, {"name": "x"}, {"sku": "null"}, "SKU2", null]} | {"products": [{"id": "SKU1"}, {"id": "SKU2"}]} | Products (properties.products): product 2 ${LEFT_OUT} | Products (properties.products): product 3 ${LEFT_OUT}
		a custom event has no list without products | cart_shared    | {"products": [{"name": "x"}]} | {} | Products (properties.products): product 1 ${LEFT_OUT}
		a search never has any                     | search          | {"search_term": "a", ${ITEMS}, "products": [{"sku": "A"}]} | {"search_term": "a"} | These properties were left out because this event cannot have properties of these names: "items", "products"
	`),
)('%s: %s with %j', (_what, event, given, sent, ...said) =>
	expect(propertiesOf(event, given)).toEqual({ properties: { ...COMMON, ...sent }, said }),
);

const LISTS = 'properties.products, properties.items or properties.product_id';
test.each(
	casesOf<[what: string, event: string, given: IDataObject, problem: string, ...fix: string[]]>(`
		the properties do not describe the product of an order | Order Completed | {"product_id": "SKU1", "order_id": "O", "total": 1} | Products (properties.products or properties.items) must contain at least one product
		a product without an ID is refused         | Product Viewed  | {"name": "Jacket"} | Products (${LISTS}) must contain at least one product | Send the message with ${LISTS}, or filter such messages out before this node.
		one in a list without an ID is refused, with its place | Product Viewed | {"products": [{"product_id": "SKU1"}, {"name": "x"}]} | Products (properties.products): product 2 has no ID | Send each product with the ID that it has in your Bluecore catalog, as product_id, sku, id or item_id.
	`),
)('%s: %s with %j', (_what, event, given, problem, ...fix) => {
	const { problems, fixes } = forward(track(event, given));
	expect([problems, fixes.slice(0, fix.length)]).toEqual([[problem], fix]);
});
