import type { IDataObject } from 'n8n-workflow';

/** What is read here of the nodes in a workflow. */
export type Nodes = ReadonlyArray<{
	readonly name: string;
	readonly type: string;
	readonly parameters?: IDataObject;
	readonly credentials?: object;
	readonly onError?: string;
}>;

/** A node as it stands in a workflow's JSON. */
export const node = (name: string, type: string, typeVersion: number, parameters: IDataObject) => ({
	id: name,
	name,
	type,
	typeVersion,
	parameters,
	position: [0, 0],
});

/** A connection to a node. */
export const step = (name: string, index = 0) => ({ node: name, type: 'main', index });

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
) => ({
	...node(name, `n8n-nodes-bluecore.${type}`, 1, parameters),
	credentials: /Events|Email/.test(type) ? { bluecoreApi: {} } : { bluecoreOAuth2Api: {} },
});

/** The connections of nodes that follow one another. */
const inARow = (nodes: Nodes) =>
	Object.fromEntries(
		nodes.slice(1).map(({ name }, n) => [nodes[n].name, { main: [[step(name)]] }]),
	);

/** A workflow as n8n takes it. */
export const workflowOf = (name: string, nodes: Nodes, connections: object = inARow(nodes)) => ({
	name,
	settings: { executionOrder: 'v1' },
	nodes,
	connections,
});

/** A workflow to run by hand: *New Order* brings the items, and the nodes stand to the right of it. */
export function pinned(items: readonly object[], nodes: Nodes = [], connections?: object) {
	const all = [node('New Order', 'n8n-nodes-base.manualTrigger', 1, {}), ...nodes];
	const placed = all.map((each, n) => ({ ...each, position: [350 * n, 0] }));
	return {
		...workflowOf('New orders', placed, connections),
		pinData: { 'New Order': items.map((json) => ({ json })) },
	};
}
