// What the node is compared with: a node that only keeps 50 requests running, with no check, no order and no limit.
import type { IDataObject, INodeExecutionData, INodeType } from 'n8n-workflow';

export const CONCURRENCY = 50;

/** A purchase as a workflow maps it from a row: an expression for each field. */
export const PURCHASE: IDataObject = {
	operation: 'purchase',
	email: '={{ $json.email }}',
	orderId: '={{ $json.order_id }}',
	total: '={{ $json.total }}',
	productsInput: 'json',
	productsJson: '={{ $json.products }}',
};

/** A customer, in the same way. */
export const CUSTOMER: IDataObject = {
	operation: 'customer_patch',
	email: '={{ $json.email }}',
	customerAttributes: { first_name: '={{ $json.first_name }}', city: '={{ $json.city }}' },
	customAttributes: {
		assignments: [{ id: 'a1', name: 'points', type: 'number', value: '={{ $json.points }}' }],
	},
};

/** An email of a campaign, in the same way. */
export const EMAIL: IDataObject = {
	operation: 'send',
	campaignId: '34545238545',
	email: '={{ $json.email }}',
	templateAttributes: {
		assignments: [{ id: 'a1', name: 'order_id', type: 'string', value: '={{ $json.order_id }}' }],
	},
};

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

/** Reads the same parameters of each item as the node, and sends the same event. */
export const pool: INodeType = {
	description: {
		displayName: 'Pool',
		name: 'pool',
		group: ['output'],
		version: 1,
		description: 'Sends purchases',
		defaults: { name: 'Pool' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'bluecoreApi', required: true }],
		properties: Object.keys(PURCHASE).map((name) => ({
			displayName: name,
			name,
			type: 'string',
			default: '',
		})),
	},
	async execute() {
		const { namespace, eventsUrl } = await this.getCredentials('bluecoreApi');
		const count = this.getInputData().length;
		const output = new Array<INodeExecutionData>(count);
		const send = async (item: number) => {
			const read = (name: string) => this.getNodeParameter(name, item) as string;
			const email = read('email');
			const properties = {
				token: namespace,
				distinct_id: email,
				products: read('productsJson'),
				order_id: read('orderId'),
				total: read('total'),
				customer: { email },
			};
			const { statusCode } = (await this.helpers.httpRequest({
				method: 'POST',
				url: `${eventsUrl as string}/api/track/mobile/v1`,
				body: { event: 'purchase', properties },
				json: true,
				returnFullResponse: true,
			})) as { statusCode: number };
			const json = {
				event: 'purchase',
				distinct_id: email,
				accepted: true,
				status_code: statusCode,
			};
			output[item] = { json, pairedItem: { item } };
		};
		let next = 0;
		const worker = async () => {
			while (next < count) await send(next++);
		};
		await Promise.all(Array.from({ length: CONCURRENCY }, worker));
		return [output];
	},
};
