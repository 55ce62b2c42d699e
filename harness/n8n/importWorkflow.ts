import type { IDataObject, INodeCredentials } from 'n8n-workflow';

import type { Rest } from './rest';
import type { Nodes } from './workflows';

/** What the examples speak to besides Bluecore. */
const SERVICES: Readonly<Record<string, IDataObject>> = {
	postgres: { host: 'db.example.com', password: 'secret' },
	slackApi: { accessToken: 'secret' },
	openAiApi: { apiKey: 'secret' },
	httpBearerAuth: { token: 'secret' },
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

/** Imports a workflow and chooses credentials in its nodes, as a user does; gives its ID. */
export async function importWorkflow(
	rest: Rest,
	workflow: { readonly nodes: Nodes },
	known: INodeCredentials,
): Promise<string> {
	const nodes = workflow.nodes.map(({ credentials = {}, ...node }) => ({
		...node,
		credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, known[type]])),
	}));
	return await rest.createWorkflow({ ...workflow, nodes, active: false });
}
