import type { IDataObject } from 'n8n-workflow';

/** A purchase as a workflow maps it from a row: an expression for each field. */
export const PURCHASE = {
	operation: 'purchase',
	email: '={{ $json.email }}',
	orderId: '={{ $json.order_id }}',
	total: '={{ $json.total }}',
	productsInput: 'json',
	productsJson: '={{ $json.products }}',
};

/** What is sent. */
export const row = (n: number): IDataObject => ({
	email: `customer-${n}@example.com`,
	first_name: 'Jane',
	city: 'Portland',
	points: n,
	order_id: `A-${n}`,
	total: 59.9,
	products: [
		{ id: 'SHIRT-M', name: 'Linen Shirt', price: 39.9, quantity: 1 },
		{ id: 'SOCKS', name: 'Wool Socks', price: 10, quantity: 2 },
	],
});
