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
}

/** n8n's own API, as the editor uses it, signed in as the owner. */
export class Rest {
	private constructor(private readonly http: AxiosInstance) {}

	/** Signs in; sets the owner up first where there is none. */
	static async signIn(baseURL: string): Promise<Rest> {
		const client = http.create({ baseURL, validateStatus: () => true, timeout: 30_000 });
		const { email, password } = OWNER;
		const cookies = await until(
			'n8n lets its owner in',
			async () => {
				// Before its routes are there, n8n answers with a page.
				await client.post('/rest/owner/setup', OWNER);
				const names = { emailOrLdapLoginId: email, email, password };
				const { headers, status } = await client.post('/rest/login', names);
				return status === 200 && headers['set-cookie'];
			},
			240,
			500,
		);
		const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
		client.defaults.headers.common.cookie = cookie;
		return new Rest(client);
	}

	/** The cookie that says who is signed in, for a browser. */
	get cookie(): { name: string; value: string } {
		const [name, ...value] = String(this.http.defaults.headers.common.cookie).split('=');
		return { name, value: value.join('=') };
	}

	async call<T>(method: 'get' | 'post' | 'patch', path: string, body?: unknown): Promise<T> {
		const call = { method, url: `/rest${path}`, data: body };
		const { status, data } = await until(
			`n8n answers ${method} ${path} with something else than 503`,
			async () => {
				const answer = await this.http.request<{ data: T }>(call);
				// So it is while its database is slow; nothing has been done then.
				return answer.status !== 503 && answer;
			},
		);
		if (status >= 300) {
			throw new Error(`${method} ${path} was answered with ${status}: ${JSON.stringify(data)}`);
		}
		return data.data;
	}

	/** Creates something; gives its ID. */
	async create(path: string, body: object): Promise<string> {
		return (await this.call<{ id: string }>('post', path, body)).id;
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
		const path = `/executions?filter=${filter}&limit=100`;
		return (await this.call<{ results: Execution[] }>('get', path)).results;
	}

	/** What a node output in an execution; nothing, if it has not run. */
	async outputOf(execution: string, nodeName: string): Promise<IDataObject[]> {
		const { data } = await this.call<{ data: string }>('get', `/executions/${execution}`);
		const { resultData } = parse(data) as Pick<IRun['data'], 'resultData'>;
		const { runData } = resultData;
		const runs = Object.hasOwn(runData, nodeName) ? runData[nodeName] : [];
		return (runs.at(-1)?.data?.main[0] ?? []).map(({ json }) => json);
	}
}
