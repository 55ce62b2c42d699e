import { StandIn } from './standIn';

/** The shop that the examples ask for an order. */
export const SHOP_URL = 'https://shop.example.com';

export interface ShopOrder {
	readonly number: string;
	readonly email: string;
	readonly first_name: string;
	readonly total: number;
}

/** A stand-in for the shop's API. Like many, it takes a number with zeros before it for the number itself. */
export class ShopStandIn extends StandIn {
	orders: readonly ShopOrder[] = [];

	constructor() {
		super();
		this.server.get<{ Params: { number: string } }>('/api/orders/:number', async (call, reply) => {
			const { number } = call.params;
			const order = this.orders.find((each) => Number(each.number) === Number(number));
			await (order ? reply.send(order) : reply.code(404).send({ message: 'No such order' }));
		});
	}
}
