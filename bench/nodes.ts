// What a run is compared with: other ways to send the same events from inside n8n, with no check, no order and no limit.
import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

export const CONCURRENCY = 50;

/** A purchase as a workflow maps it from a row: an expression for each field. */
export const PARAMETERS: IDataObject = {
	operation: 'purchase',
	email: '={{ $json.email }}',
	orderId: '={{ $json.order_id }}',
	total: '={{ $json.total }}',
	productsInput: 'json',
	productsJson: '={{ $json.products }}',
};

export const row = (n: number): IDataObject => ({
	email: `customer-${n}@example.com`,
	order_id: `A-${n}`,
	total: 59.9,
	products: [
		{ id: 'SHIRT-M', name: 'Linen Shirt', price: 39.9, quantity: 1 },
		{ id: 'SOCKS', name: 'Wool Socks', price: 10, quantity: 2 },
	],
});

const PATH = '/api/track/mobile/v1';
const PROPERTIES = ['email', 'orderId', 'total', 'productsInput', 'productsJson'].map((name) => ({
	displayName: name,
	name,
	type: 'string' as const,
	default: '',
}));
const description = (name: string) => ({
	displayName: name,
	name,
	group: ['output' as const],
	version: 1,
	description: name,
	defaults: { name },
	inputs: ['main' as const],
	outputs: ['main' as const],
	credentials: [{ name: 'bluecoreApi', required: true }],
	properties: PROPERTIES,
});

/** Reads the same parameters of an item and sends the same event. */
async function send(
	context: IExecuteFunctions,
	credential: IDataObject,
	item: number,
): Promise<INodeExecutionData> {
	const read = (name: string) => context.getNodeParameter(name, item);
	const email = read('email') as string;
	const body = {
		event: 'purchase',
		properties: {
			token: credential.namespace,
			distinct_id: email,
			products: read('productsJson'),
			order_id: read('orderId'),
			total: read('total'),
			customer: { email },
		},
	};
	const { statusCode } = (await context.helpers.httpRequest({
		method: 'POST',
		url: `${credential.eventsUrl as string}${PATH}`,
		body: body,
		json: true,
		returnFullResponse: true,
	})) as { statusCode: number };
	return {
		json: { event: 'purchase', distinct_id: email, accepted: true, status_code: statusCode },
		pairedItem: { item },
	};
}

/** The ceiling: a bare pool. */
export const pool: INodeType = {
	description: description('pool'),
	async execute() {
		const credential = await this.getCredentials('bluecoreApi');
		const count = this.getInputData().length;
		const output: INodeExecutionData[] = new Array<INodeExecutionData>(count);
		let next = 0;
		const worker = async () => {
			for (let item = next++; item < count; item = next++) {
				output[item] = await send(this, credential, item);
			}
		};
		await Promise.all(Array.from({ length: CONCURRENCY }, worker));
		return [output];
	},
};

/** One request at a time, as most community nodes do. */
export const single: INodeType = {
	description: description('single'),
	async execute() {
		const credential = await this.getCredentials('bluecoreApi');
		const output: INodeExecutionData[] = [];
		for (const item of this.getInputData().keys()) {
			output.push(await send(this, credential, item));
		}
		return [output];
	},
};

/** n8n's declarative engine. */
export const routing: INodeType = {
	description: {
		...description('routing'),
		requestDefaults: { baseURL: '={{ $credentials.eventsUrl }}' },
		properties: [
			...PROPERTIES,
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				default: 'purchase',
				options: [
					{
						name: 'Purchase',
						value: 'purchase',
						routing: {
							request: {
								method: 'POST',
								url: PATH,
								body: {
									event: 'purchase',
									properties: {
										token: '={{ $credentials.namespace }}',
										distinct_id: '={{ $parameter.email }}',
										products: '={{ $parameter.productsJson }}',
										order_id: '={{ $parameter.orderId }}',
										total: '={{ $parameter.total }}',
										customer: { email: '={{ $parameter.email }}' },
									},
								},
							},
						},
					},
				],
			},
		],
	},
};
