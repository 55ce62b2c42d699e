import type { IDataObject, INodeCredentials, IWorkflowBase } from 'n8n-workflow';

import type { Rest } from './rest';

/** What the examples speak to besides Bluecore. */
const SERVICES: Readonly<Record<string, IDataObject>> = {
	postgres: { host: 'db.example.com', password: 'secret' },
	slackApi: { accessToken: 'secret' },
	openAiApi: { apiKey: 'secret' },
};

/** Creates a credential of each type that the examples name, besides the one for Bluecore. */
export async function createCredentials(
	rest: Rest,
	bluecoreApi: INodeCredentials[string],
): Promise<INodeCredentials> {
	const created: INodeCredentials = { bluecoreApi };
	for (const [type, data] of Object.entries(SERVICES)) {
		created[type] = await rest.createCredential(data, type, `${type} account`);
	}
	return created;
}

/** Imports an example and chooses credentials in its nodes, as a user does; gives its ID. */
export async function importExample(
	rest: Rest,
	workflow: Pick<IWorkflowBase, 'nodes'>,
	known: INodeCredentials,
): Promise<string> {
	const nodes = workflow.nodes.map(({ credentials = {}, ...node }) => ({
		...node,
		credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, known[type]])),
	}));
	return await rest.createWorkflow({ ...workflow, nodes });
}
