import fastify from 'fastify';

/** The shop that the examples ask for an order. */
export const SHOP_URL = 'https://shop.example.com';

export interface ShopOrder {
	readonly number: string;
	readonly email: string;
	readonly first_name: string;
	readonly total: number;
}

/** A stand-in for the shop's API. Like many, it takes a number with zeros before it for the number itself. */
export class ShopStandIn {
	orders: readonly ShopOrder[] = [];

	url = '';

	private readonly server = fastify({ forceCloseConnections: true });

	constructor() {
		this.server.get<{ Params: { number: string } }>('/api/orders/:number', async (call, reply) => {
			const { number } = call.params;
			const order = this.orders.find((each) => Number(each.number) === Number(number));
			await (order ? reply.send(order) : reply.code(404).send({ message: 'No such order' }));
		});
	}

	async start(): Promise<this> {
		this.url = await this.server.listen({ host: '127.0.0.1', port: 0 });
		return this;
	}

	async stop(): Promise<void> {
		await this.server.close();
	}
}
