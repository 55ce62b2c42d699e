import type { ICredentialDataDecryptedObject, IDataObject, INode } from 'n8n-workflow';

import { BluecoreApi } from '../../credentials/BluecoreApi.credentials';
import { BluecoreOAuth2Api } from '../../credentials/BluecoreOAuth2Api.credentials';
import { lastRunOf, outputsOf, startWorkflow } from '../../harness/engine';
import type { LoadedPackage } from '../../harness/loadPackage';
import { node, sending, workflowOf } from '../../harness/n8n/workflows';
import { Bluecore } from '../../nodes/Bluecore/Bluecore.node';
import { BluecoreEmail } from '../../nodes/BluecoreEmail/BluecoreEmail.node';
import { BluecoreEvents } from '../../nodes/BluecoreEvents/BluecoreEvents.node';
import type { SandboxOptions } from '../../sandbox/bluecoreSandbox';
import { API_KEY, NAMESPACE, useSandbox } from './sandbox';

/** The nodes and credential types of this tree, as they would be loaded from a package. */
export const LOADED: LoadedPackage = {
	nodeTypes: {
		'n8n-nodes-bluecore.bluecoreEvents': new BluecoreEvents(),
		'n8n-nodes-bluecore.bluecoreEmail': new BluecoreEmail(),
		'n8n-nodes-bluecore.bluecore': new Bluecore(),
	},
	credentialTypes: {
		bluecoreApi: new BluecoreApi(),
		bluecoreOAuth2Api: new BluecoreOAuth2Api(),
	},
};

export interface NodeRun {
	readonly node: 'bluecoreEvents' | 'bluecoreEmail' | 'bluecore';
	readonly credential: ICredentialDataDecryptedObject;
	readonly parameters: IDataObject;
	/** The input items; one empty item without it. */
	readonly items?: IDataObject[];
	readonly onError?: INode['onError'];
	/** Other settings of the node. */
	readonly settings?: Pick<INode, 'retryOnFail' | 'maxTries' | 'waitBetweenTries'>;
	/** What n8n has kept for the workflow since its last run. */
	readonly staticData?: IDataObject;
	/** Other nodes than those of this tree. */
	readonly nodeTypes?: LoadedPackage['nodeTypes'];
}

const START = 'Start';
const NODE = 'Bluecore';

const runOfOneNode = ({ node: type, parameters, onError, settings }: NodeRun) =>
	workflowOf('Run', [
		node(START, 'n8n-nodes-base.manualTrigger', 1, {}),
		{ ...sending(NODE, type, parameters), ...settings, ...(onError && { onError }) },
	]);

/** Starts a workflow of a trigger and one of the nodes in n8n's engine. */
export function startNode(run: NodeRun) {
	const { credential } = run;
	const items = (run.items ?? [{}]).map((json) => ({ json }));
	const { result, cancel } = startWorkflow({
		workflow: runOfOneNode(run),
		loaded: { ...LOADED, ...(run.nodeTypes && { nodeTypes: run.nodeTypes }) },
		credentials: { bluecoreApi: credential, bluecoreOAuth2Api: credential },
		start: { node: START, items },
		staticData: run.staticData,
	});
	return {
		cancel,
		/** What came of it: the items of both outputs, the error that ended the run, and everything that n8n keeps, as text. */
		result: result.then((ended) => ({
			status: ended.status,
			main: outputsOf(ended, NODE),
			json: outputsOf(ended, NODE).map((item) => item.json),
			errors: outputsOf(ended, NODE, 1),
			error: ended.data.resultData.error,
			/** What the node itself threw, also where n8n then says that the run was canceled. */
			nodeError: lastRunOf(ended, NODE)?.error,
			hints: lastRunOf(ended, NODE)?.hints,
			get everything() {
				return JSON.stringify(ended);
			},
		})),
	};
}

export const runNode = async (run: NodeRun) => await startNode(run).result;

/** A sandbox for the tests of a file, and runs of the nodes with a credential for it. */
export function useNodes(options?: SandboxOptions) {
	const sandbox = useSandbox(options);
	/** A run with these parameters, and with what else it has. */
	const runOf = (
		node: NodeRun['node'],
		parameters: IDataObject,
		more: Partial<NodeRun> = {},
	): NodeRun => ({
		node,
		credential:
			node === 'bluecore'
				? sandbox.oAuth2Credential(NAMESPACE)
				: sandbox.credential(NAMESPACE, API_KEY),
		parameters,
		...more,
	});
	const run = async (...given: Parameters<typeof runOf>) => await runNode(runOf(...given));
	return { sandbox, runOf, run };
}

/** What a run has besides its node and its parameters. */
type Given = Omit<NodeRun, 'node' | 'parameters'>;

/** Opts in the address in each item. */
export const optIns = (given: Given, parameters: IDataObject = {}): NodeRun => ({
	...given,
	node: 'bluecoreEvents',
	parameters: { operation: 'optin', email: '={{ $json.email }}', ...parameters },
});

/** Sends an email of a campaign without variables to the address in each item. */
export const emails = (given: Given, parameters: IDataObject = {}): NodeRun => ({
	...given,
	node: 'bluecoreEmail',
	parameters: {
		operation: 'send',
		campaignId: '34545238546',
		email: '={{ $json.email }}',
		...parameters,
	},
});
