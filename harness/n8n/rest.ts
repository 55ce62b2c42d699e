import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';

import axios, { type AxiosInstance } from 'axios';
import { parse } from 'flatted';
import type { IDataObject, IRun } from 'n8n-workflow';

import { until } from './program';

/** A connection for each request: n8n may close one that is kept open just when it is used again. */
export const http = axios.create({ httpAgent: new Agent({ keepAlive: false }) });

const OWNER = {
	email: 'owner@example.com',
	firstName: 'Olive',
	lastName: 'Owner',
	password: 'Secret-123',
};

export interface Execution {
	readonly id: string;
	readonly status: string;
	readonly workflowId: string;
}

/** n8n's own API, as the editor uses it, signed in as the owner. */
export class Rest {
	private constructor(private readonly http: AxiosInstance) {}

	/** Signs in; sets the owner up first where there is none. */
	static async signIn(baseURL: string): Promise<Rest> {
		const client = http.create({ baseURL, validateStatus: () => true, timeout: 30_000 });
		let cookies: string[] = [];
		await until(
			'n8n lets the owner in',
			async () => {
				// Before its routes are there, n8n answers with a page; where there is an owner, with an error.
				await client.post('/rest/owner/setup', OWNER);
				const { headers, status } = await client.post('/rest/login', {
					emailOrLdapLoginId: OWNER.email,
					email: OWNER.email,
					password: OWNER.password,
				});
				cookies = headers['set-cookie'] ?? [];
				return status === 200;
			},
			240,
			500,
		);
		client.defaults.headers.common.cookie = cookies
			.map((cookie) => cookie.split(';')[0])
			.join('; ');
		return new Rest(client);
	}

	/** The cookie that says who is signed in, for a browser. */
	get cookie(): { name: string; value: string } {
		const [name, ...value] = String(this.http.defaults.headers.common.cookie).split('=');
		return { name, value: value.join('=') };
	}

	async call<T>(method: 'get' | 'post' | 'patch', path: string, body?: unknown): Promise<T> {
		const call = { method, url: `/rest${path}`, data: body };
		let { status, data } = await this.http.request<{ data: T }>(call);
		await until(`n8n answers ${method} ${path} with something else than 503`, async () => {
			// So it is while its database is slow; nothing has been done then.
			if (status === 503) ({ status, data } = await this.http.request<{ data: T }>(call));
			return status !== 503;
		});
		if (status >= 300) {
			throw new Error(`${method} ${path} was answered with ${status}: ${JSON.stringify(data)}`);
		}
		return data.data;
	}

	async createCredential(type: string, data: IDataObject): Promise<{ id: string; name: string }> {
		return await this.call('post', '/credentials', { name: `${type} account`, type, data });
	}

	/** Creates a workflow; gives its ID. */
	async createWorkflow(workflow: object): Promise<string> {
		const { id } = await this.call<{ id: string }>('post', '/workflows', workflow);
		return id;
	}

	/** Creates a data table with a name of its own; gives its ID. */
	async createDataTable(columns: ReadonlyArray<{ name: string; type: string }>): Promise<string> {
		const { id: project } = await this.call<{ id: string }>('get', '/projects/personal');
		const { id } = await this.call<{ id: string }>('post', `/projects/${project}/data-tables`, {
			name: `table ${randomUUID()}`,
			columns,
		});
		return id;
	}

	/** Makes a workflow's webhooks and forms live. */
	async activate(id: string): Promise<void> {
		const { versionId } = await this.call<{ versionId: string }>('get', `/workflows/${id}`);
		try {
			await this.call('post', `/workflows/${id}/activate`, { versionId });
		} catch {
			// So it was in 1.x.
			await this.call('patch', `/workflows/${id}`, { active: true, versionId });
		}
	}

	/** Runs a workflow as the editor's button does, with its pinned data. */
	async runByHand(id: string, trigger: string): Promise<void> {
		const workflowData = await this.call<object>('get', `/workflows/${id}`);
		await this.call('post', `/workflows/${id}/run`, {
			workflowData,
			startNodes: [],
			triggerToStartFrom: { name: trigger },
		});
	}

	/** The newest hundred executions of a workflow, the newest first. */
	async executions(workflowId: string): Promise<Execution[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.call<{ results: Execution[] }>(
			'get',
			`/executions?filter=${filter}&limit=100`,
		);
		return results;
	}

	/** What a node output in an execution; nothing, if it has not run. */
	async outputOf(execution: string, nodeName: string): Promise<IDataObject[]> {
		const { data } = await this.call<{ data: string }>('get', `/executions/${execution}`);
		const { resultData } = parse(data) as Pick<IRun['data'], 'resultData'>;
		const { runData } = resultData;
		const runs = Object.hasOwn(runData, nodeName) ? runData[nodeName] : [];
		return (runs.at(-1)?.data?.main[0] ?? []).map(({ json }) => json);
	}

	async stopExecution(id: string): Promise<void> {
		await this.call('post', `/executions/${id}/stop`);
	}
}
