import type { IDataObject, INode, INodeCredentials } from 'n8n-workflow';

import type { Rest } from './rest';

/** What the examples speak to besides Bluecore. */
const SERVICES: Readonly<Record<string, IDataObject>> = {
	postgres: { host: 'db.example.com', password: 'secret' },
	slackApi: { accessToken: 'secret' },
	openAiApi: { apiKey: 'secret' },
	httpBasicAuth: { user: 'shop', password: 'secret' },
	httpBearerAuth: { token: 'secret' },
	sftp: { host: 'sftp.example.com', username: 'store', password: 'secret' },
};

/** Creates a credential of each type that a workflow here may name: with the given data, or with data that reaches nothing. */
export async function createCredentials(
	rest: Rest,
	data: Readonly<Record<string, IDataObject>>,
): Promise<INodeCredentials> {
	const created: INodeCredentials = {};
	for (const [type, each] of Object.entries({ ...SERVICES, ...data })) {
		created[type] = await rest.createCredential(type, each);
	}
	return created;
}

const DATA_TABLE = 'n8n-nodes-base.dataTable';

/** Creates the table that the nodes of a workflow write, if they write one; gives its ID. */
async function createTable(rest: Rest, nodes: readonly INode[]): Promise<string> {
	const columns = new Map<string, string>();
	for (const { type, parameters } of nodes) {
		const mapped = parameters.columns as
			{ schema: Array<{ id: string; type: string }> } | undefined;
		if (type === DATA_TABLE)
			mapped?.schema.forEach((column) => columns.set(column.id, column.type));
	}
	if (columns.size === 0) return '';
	return await rest.createDataTable([...columns].map(([name, type]) => ({ name, type })));
}

/** Imports a workflow and chooses credentials and a table in its nodes, as a user does; gives its ID. */
export async function importWorkflow(
	rest: Rest,
	workflow: { readonly nodes: readonly INode[] },
	known: INodeCredentials,
): Promise<string> {
	const table = await createTable(rest, workflow.nodes);
	const nodes = workflow.nodes.map(({ credentials = {}, parameters, ...node }) => ({
		...node,
		parameters:
			node.type === DATA_TABLE
				? { ...parameters, dataTableId: { __rl: true, mode: 'id', value: table } }
				: parameters,
		credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, known[type]])),
	}));
	return await rest.createWorkflow({ ...workflow, nodes, active: false });
}
