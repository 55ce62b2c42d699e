import type { IConnection, IConnections, IDataObject, INode, INodeParameters } from 'n8n-workflow';

/** A node as it stands in a workflow's JSON. */
export const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: IDataObject,
): INode => ({
	id: name,
	name,
	type,
	typeVersion,
	parameters: parameters as INodeParameters,
	position: [0, 0],
});

/** A connection to a node. */
export const step = (name: string, index = 0): IConnection => ({ node: name, type: 'main', index });

/** The node `Webhook`, which answers at once, or with the items of the last node. */
export const webhook = (path: string, answer: 'onReceived' | 'lastNode' = 'onReceived') => ({
	...node('Webhook', 'n8n-nodes-base.webhook', 2, {
		httpMethod: 'POST',
		path,
		responseMode: answer,
		...(answer === 'lastNode' && { responseData: 'allEntries' }),
		options: {},
	}),
	webhookId: path,
});

/** An item for each entry of a list. */
export const splitOut = (name: string, field: string) =>
	node(name, 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: field, options: {} });

/** One of our nodes, or a tool of it; which credential it uses is chosen when the workflow is imported. */
export const sending = (
	name: string,
	type: `bluecore${'Events' | 'Email' | ''}${'' | 'Tool'}`,
	parameters: IDataObject,
): INode => ({
	...node(name, `n8n-nodes-bluecore.${type}`, 1, parameters),
	credentials: {
		[/Events|Email/.test(type) ? 'bluecoreApi' : 'bluecoreOAuth2Api']: { id: null, name: '' },
	},
});

/** A workflow as n8n takes it; unless told otherwise, each node follows the one before. */
export const workflowOf = (
	name: string,
	nodes: readonly INode[],
	connections: IConnections = Object.fromEntries(
		nodes.slice(1).map((next, n) => [nodes[n].name, { main: [[step(next.name)]] }]),
	),
) => ({
	name,
	settings: { executionOrder: 'v1' as const },
	nodes: [...nodes],
	connections,
});

/** An order of a shop, as it comes in. */
export const ORDER = {
	email: 'jane@example.com',
	number: 'ORD-1001',
	sum: 129.28,
	items: [{ sku: 'JACKET-BLUE-M', price: 79.9, quantity: 1 }],
	first_name: 'Jane',
};

/** A workflow to run by hand: *New Order* brings the items, and the nodes stand to the right of it. */
export function pinned(items: readonly object[], nodes: readonly INode[] = []) {
	const all = [node('New Order', 'n8n-nodes-base.manualTrigger', 1, {}), ...nodes];
	const placed = all.map((each, n): INode => ({ ...each, position: [350 * n, 0] }));
	return {
		...workflowOf('New orders', placed),
		pinData: { 'New Order': items.map((json) => ({ json: { ...json } })) },
	};
}

/** Three orders, of which the last two have not what their node needs. */
export const TWO_BAD_ORDERS = pinned(
	[ORDER, { ...ORDER, email: 'jane@example' }, { ...ORDER, number: '' }],
	[
		sending('Record Search', 'bluecoreEvents', {
			operation: 'search',
			email: '={{ $json.email }}',
			searchTerm: '={{ $json.number }}',
		}),
	],
);
