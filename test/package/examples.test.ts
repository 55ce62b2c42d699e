import { EXAMPLES } from '../../demo/examples';
import { messagesIn } from '../../nodes/BluecoreEvents/forward/trackingMessage';

const example = (name: string) => {
	const found = EXAMPLES.find(({ workflow }) => workflow.name.startsWith(name));
	if (!found) throw new Error(`no example ${name}`);
	return found.workflow;
};
const tracked = (name: string) =>
	Object.values(example(name).pinData ?? {})
		.flat()
		.flatMap(({ json }) => messagesIn(json.body))
		.map((message) => message as { type: string; event?: string })
		.map(({ type, event }) => event ?? type);

/** The e-commerce events of Segment's and RudderStack's specs that mean something to Bluecore. */
const ECOMMERCE = [
	...['Products Searched', 'Product Viewed', 'Product Added', 'Product Removed'],
	...['Product Added to Wishlist', 'Order Completed'],
];

test.each([
	['Segment', [...ECOMMERCE, 'page', 'identify', 'Signed Up']],
	['RudderStack', [...ECOMMERCE, 'page', 'identify', 'subscription_event', 'group']],
	[
		'GA4',
		[
			...['view_search_results', 'search', 'view_item', 'add_to_cart', 'remove_from_cart'],
			...['add_to_wishlist', 'purchase', 'sign_up'],
		],
	],
])('the example of %s has each e-commerce event', (name, events) => {
	expect(tracked(name)).toEqual(expect.arrayContaining(events));
});

test.each(['Segment', 'RudderStack', 'GA4'])(
	'the webhook of %s answers at once, and its body is forwarded',
	(name) => {
		const [webhook, forward] = example(name).nodes;
		expect(webhook).toMatchObject({
			type: 'n8n-nodes-base.webhook',
			parameters: { responseMode: 'onReceived' },
		});
		expect(forward.parameters).toMatchObject({
			operation: 'forward',
			message: '={{ $json.body }}',
		});
	},
);

test.each(EXAMPLES)('nobody real is named: $title', ({ workflow }) => {
	const text = JSON.stringify(workflow);
	const hosts = text.match(/(?<=https?:\/\/|@)[a-z0-9-]+(\.[a-z0-9-]+)+/gi) ?? [];
	expect(hosts.filter((host) => !/(^|\.)example\.com$/.test(host))).toEqual([]);
});
