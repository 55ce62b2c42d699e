import type { IDataObject } from 'n8n-workflow';

import { useNodes, type NodeRun } from '../support/nodes';
import { accepted } from '../support/outputs';
import { NAMESPACE } from '../support/sandbox';
import { SHOP_ORDERS } from '../support/shopOrders';

const { sandbox, run: runNode } = useNodes();
const run = async (items: IDataObject[], { parameters, ...given }: Partial<NodeRun> = {}) =>
	await runNode('bluecoreEvents', { operation: 'shopOrder', ...parameters }, { items, ...given });

const { shopify } = SHOP_ORDERS;

test('an order of a shop is sent as a purchase', async () => {
	const { json } = await run([{ headers: {}, body: shopify }]);
	expect(json).toEqual([accepted('purchase', 'jane@example.com')]);
	expect(sandbox.state.events).toMatchObject([
		{ event: 'purchase', properties: { token: NAMESPACE, order_id: '1001', total: 89.8 } },
	]);
});

test('a bad order keeps its fields, and says what to do', async () => {
	const call = { action: 'woocommerce_new_order', arg: 727 };
	const { main, errors } = await run([call], { onError: 'continueErrorOutput' });
	expect(main).toEqual([]);
	expect(errors[0].json).toEqual({
		...call,
		error:
			'This is the call of a webhook of WooCommerce with the topic Action, which has only the ID of the order [item 0]',
		advice: expect.stringContaining('/wp-json/wc/v3/orders/{arg}'),
	});
});
