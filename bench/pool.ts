// What the node is compared with: a node that only keeps 50 requests running, with no check, no order and no limit.
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

const CONCURRENCY = 50;

/** A purchase as a workflow maps it from a row: an expression for each field. */
export const PURCHASE = {
	operation: 'purchase',
	email: '={{ $json.email }}',
	orderId: '={{ $json.order_id }}',
	total: '={{ $json.total }}',
	productsInput: 'json',
	productsJson: '={{ $json.products }}',
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
export class Pool implements INodeType {
	description: INodeTypeDescription = {
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
	};

	async execute(this: IExecuteFunctions) {
		const { namespace, eventsUrl } =
			await this.getCredentials<Record<string, string>>('bluecoreApi');
		const url = `${eventsUrl}/api/track/mobile/v1`;
		const count = this.getInputData().length;
		const output = new Array<INodeExecutionData>(count);
		const send = async (item: number) => {
			const read = (name: keyof typeof PURCHASE) => this.getNodeParameter(name, item) as string;
			const [email, products] = [read('email'), read('productsJson')];
			const order = { products, order_id: read('orderId'), total: read('total') };
			const properties = { token: namespace, distinct_id: email, ...order, customer: { email } };
			const body = { event: 'purchase', properties };
			const options = { url, body, method: 'POST', json: true, returnFullResponse: true } as const;
			const { statusCode: status_code } = (await this.helpers.httpRequest(options)) as {
				statusCode: number;
			};
			const json = { event: 'purchase', distinct_id: email, accepted: true, status_code };
			output[item] = { json, pairedItem: { item } };
		};
		let next = 0;
		const worker = async () => {
			while (next < count) await send(next++);
		};
		await Promise.all(Array.from({ length: CONCURRENCY }, worker));
		return [output];
	}
}
