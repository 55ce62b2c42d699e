import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

type Condition = NonNullable<IDisplayOptions['show']>;

/** Copies parameters and adds a condition for showing them to their own conditions. */
export function showFor(
	condition: Condition,
	parameters: readonly INodeProperties[],
): INodeProperties[] {
	return parameters.map((parameter) => ({
		...parameter,
		displayOptions: {
			...parameter.displayOptions,
			show: { ...parameter.displayOptions?.show, ...condition },
		},
	}));
}

/** Puts the operations of a node under a resource that is not shown: by it, n8n names each to an AI agent by its action. */
export const underResource = (resource: string, operation: INodeProperties): INodeProperties[] => [
	{ displayName: 'Resource', name: 'resource', type: 'hidden', default: resource },
	...showFor({ resource: [resource] }, [operation]),
];
