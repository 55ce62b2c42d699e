import './engineFolder';

import { Container } from '@n8n/di';
import { ErrorReporter, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IDataObject,
	type IExecuteData,
	type INodeExecutionData,
	type INodeTypes,
	type IRun,
	type ITaskData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { MemoryCredentials, type CredentialData } from './credentials';
import type { LoadedPackage } from './loadPackage';
import { standInNodes } from './standInNodes';

// The errors of a run are its result; n8n would print them as well.
Container.get(ErrorReporter).error = () => undefined;

export interface RunOptions {
	readonly workflow: Pick<IWorkflowBase, 'nodes' | 'connections' | 'pinData' | 'settings'>;
	/** The nodes and credential types that there are, besides the stand-ins for n8n's own nodes. */
	readonly loaded: LoadedPackage;
	readonly credentials: CredentialData;
	/** The node to start from, and what it outputs unless that is pinned; without it, the first one with pinned data. */
	readonly start?: { readonly node: string; readonly items?: INodeExecutionData[] };
	/** What the nodes have kept from earlier runs; what they keep now is added. */
	readonly staticData?: IDataObject;
}

function nodeTypesOf({ nodeTypes }: LoadedPackage): INodeTypes {
	const known: LoadedPackage['nodeTypes'] = { ...standInNodes, ...nodeTypes };
	const get = (name: string) => {
		if (!Object.hasOwn(known, name)) throw new Error(`The engine has no node type ${name}`);
		return known[name];
	};
	return { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
}

/** Runs a workflow in this process through n8n's own engine, with everything that surrounds it kept in memory; `cancel` is n8n's way to stop it. */
export function startWorkflow({ loaded, credentials, start, staticData, ...options }: RunOptions): {
	readonly result: Promise<IRun>;
	readonly cancel: () => void;
} {
	const workflowData: IWorkflowBase = {
		...{ id: 'workflow', name: 'Workflow' },
		...{ active: false, isArchived: false, activeVersionId: null },
		...{ createdAt: new Date(), updatedAt: new Date() },
		// The engine writes default values into the nodes.
		...structuredClone(options.workflow),
	};
	const nodeTypes = nodeTypesOf(loaded);
	const workflow = new Workflow({ ...workflowData, staticData, nodeTypes });
	const additionalData = {
		executionId: 'execution',
		credentialsHelper: new MemoryCredentials(loaded.credentialTypes, credentials),
		hooks: new ExecutionLifecycleHooks('manual', 'execution', workflowData),
		currentNodeExecutionIndex: 0,
		variables: {},
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
	} as unknown as IWorkflowExecuteAdditionalData;

	const pinData = { ...workflowData.pinData, ...(start?.items && { [start.node]: start.items }) };
	const startName = start?.node ?? Object.keys(pinData)[0];
	if (!Object.hasOwn(workflow.nodes, startName)) {
		throw new Error('The workflow has no node to start from: give one, or pin data to it');
	}
	const first: IExecuteData = {
		node: workflow.nodes[startName],
		data: { main: [[{ json: {} }]] },
		source: null,
	};
	const runExecutionData = createRunExecutionData({
		startData: {},
		resultData: { runData: {}, pinData },
		executionData: { nodeExecutionStack: [first] },
	});
	const execution = new WorkflowExecute(additionalData, 'manual', runExecutionData);
	const running = execution.processRunExecutionData(workflow);
	return { result: running, cancel: () => running.cancel() };
}

export const runWorkflow = async (options: RunOptions): Promise<IRun> =>
	await startWorkflow(options).result;

const runsOf = ({ data: { resultData } }: IRun, node: string): readonly ITaskData[] =>
	Object.hasOwn(resultData.runData, node) ? resultData.runData[node] : [];

/** What n8n keeps of a node's last run, if it has run. */
export const lastRunOf = (run: IRun, node: string): ITaskData | undefined =>
	runsOf(run, node).at(-1);

/** The items that a node output in all its runs, on one of its outputs. */
export const outputsOf = (run: IRun, node: string, output = 0): INodeExecutionData[] =>
	runsOf(run, node).flatMap(({ data }) => data?.main[output] ?? []);
