import type { IDataObject } from 'n8n-workflow';

const CREDENTIALS = { bluecoreApi: { id: 'bluecore', name: 'Bluecore account' } };

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

/** One of our nodes, with the credential that the tests import. */
export const sending = (
	name: string,
	type: 'bluecoreEvents' | 'bluecoreEmail',
	parameters: IDataObject,
) => ({ ...node(name, `n8n-nodes-bluecore.${type}`, 1, parameters), credentials: CREDENTIALS });
