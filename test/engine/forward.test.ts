import type { IDataObject } from 'n8n-workflow';

import { useNodes, type NodeRun } from '../support/nodes';
import { accepted } from '../support/outputs';
import { NAMESPACE } from '../support/sandbox';

const { sandbox, run: runNode } = useNodes();
const run = async ({ parameters, ...given }: Partial<NodeRun>) => {
	const forward = { operation: 'forward', message: '={{ $json }}', ...parameters };
	return await runNode('bluecoreEvents', forward, given);
};

const A = 'a@example.com';
const track = (event: string, email: string, properties: IDataObject, more: IDataObject = {}) => ({
	type: 'track',
	event,
	...(email !== '' && { traits: { email } }),
	properties,
	...more,
});
const PRODUCT = { product_id: 'SKU1' };
const ORDER = { order_id: 'O-1', total: 10, products: [PRODUCT] };
const arrived = () =>
	sandbox.state.events.map(({ event, properties }) => `${event} ${String(properties.distinct_id)}`);
const sent = (event: string, distinctId: string, trackingEvent: string) => ({
	...accepted(event, distinctId),
	tracking_event: trackingEvent,
});

test.each([
	['a field that is not there', '={{ $json.context.consent.sms }}'],
	['the value that the path leads to', '={{ $json.context.consent.marketing }}'],
])('a Consent Path that is an expression with %s refuses the item', async (_what, consentPath) => {
	const context = { consent: { marketing: true } };
	const items = [track('Product Viewed', A, PRODUCT, { context })];
	const { error } = await run({ parameters: { consentPath }, items });
	expect(error?.message).toMatch(/^Consent Path .* \[item 0\]$/);
	expect(sandbox.state.calls).toEqual([]);
});

test('sends what each message means and outputs one item for each event', async () => {
	const items = [
		track('Product Viewed', '', PRODUCT, { anonymousId: 'a-1' }),
		track('Coupon Applied', A, {}),
		track('Order Completed', A, ORDER, { anonymousId: 'a-1' }),
	];
	const before = structuredClone(items);
	const { json, main } = await run({ items });
	expect(json).toEqual([
		sent('viewed_product', 'a-1', 'Product Viewed'),
		{
			...{ event: 'Coupon Applied', distinct_id: A, accepted: false },
			reason: 'Unmapped: no Bluecore event is mapped to "Coupon Applied"',
			tracking_event: 'Coupon Applied',
		},
		sent('identify', 'a-1', 'Order Completed'),
		sent('purchase', A, 'Order Completed'),
	]);
	expect(main.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 2].map((item) => ({ item })));
	const order = { products: [{ id: 'SKU1' }], order_id: 'O-1', total: 10 };
	const properties = { token: NAMESPACE, distinct_id: A, customer: { email: A }, ...order };
	expect(sandbox.state.events[2]).toEqual({ event: 'purchase', properties });
	expect(items).toEqual(before);
});

test('remembers links for the next run of the workflow, if they were accepted', async () => {
	const staticData = {};
	const items = [track('Product Viewed', A, PRODUCT, { anonymousId: 'a-1' })];
	await run({ parameters: { options: { validateOnly: true } }, items, staticData });
	sandbox.faults.add({ status: 400, count: 1 });
	const { error } = await run({ items, staticData });
	expect(error?.message).toContain('[item 0]');
	expect(arrived()).toEqual([]);
	for (let n = 0; n < 2; n++) await run({ items, staticData });
	expect(arrived()).toEqual(['identify a-1', `viewed_product ${A}`, `viewed_product ${A}`]);
});
