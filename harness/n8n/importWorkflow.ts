import { randomUUID } from 'node:crypto';

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
		const credential = { name: `${type} account`, type, data: each };
		created[type] = await rest.call('post', '/credentials', credential);
	}
	return created;
}

const DATA_TABLE = 'n8n-nodes-base.dataTable';

const columnsOf = ({ parameters: { columns } }: INode) =>
	(columns as { schema: Array<{ id: string; type: string }> } | undefined)?.schema ?? [];

/** Creates the table that the nodes of a workflow write, if they write one; gives its ID. */
async function createTable(rest: Rest, nodes: readonly INode[]): Promise<string> {
	const mapped = nodes.filter(({ type }) => type === DATA_TABLE).flatMap(columnsOf);
	const types = new Map(mapped.map(({ id, type }) => [id, type]));
	if (types.size === 0) return '';
	const { id: project } = await rest.call<{ id: string }>('get', '/projects/personal');
	const columns = [...types].map(([name, type]) => ({ name, type }));
	const table = { name: `table ${randomUUID()}`, columns };
	return await rest.create(`/projects/${project}/data-tables`, table);
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
	return await rest.create('/workflows', { ...workflow, nodes, active: false });
}
