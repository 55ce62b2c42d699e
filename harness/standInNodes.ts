import { NodeConnectionTypes, type INodeType } from 'n8n-workflow';

const node = (name: string, displayName: string, group: 'trigger' | 'transform'): INodeType => ({
	description: {
		displayName,
		name,
		group: [group],
		version: [1, 1.1, 2, 2.1, 2.2, 2.3],
		description: `Stands in for n8n's own node ${displayName}`,
		defaults: { name: displayName },
		inputs: group === 'trigger' ? [] : [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		return [this.getInputData()];
	},
});

/**
 * Stand-ins for the nodes of n8n itself that the example workflows use: n8n's own are not part of n8n-core. Those that
 * bring data in have it pinned in the workflow; the others pass their items on.
 */
export const standInNodes: Readonly<Record<string, INodeType>> = {
	'n8n-nodes-base.manualTrigger': node('manualTrigger', 'Manual Trigger', 'trigger'),
	'n8n-nodes-base.webhook': node('webhook', 'Webhook', 'trigger'),
	'n8n-nodes-base.formTrigger': node('formTrigger', 'Form Trigger', 'trigger'),
	'n8n-nodes-base.extractFromFile': node('extractFromFile', 'Extract From File', 'transform'),
	'n8n-nodes-base.noOp': node('noOp', 'No Operation', 'transform'),
	'n8n-nodes-base.stickyNote': node('stickyNote', 'Sticky Note', 'transform'),
};
