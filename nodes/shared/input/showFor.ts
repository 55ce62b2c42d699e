import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** Copies parameters and adds a condition for showing them to their own conditions. */
export function showFor(
	condition: NonNullable<IDisplayOptions['show']>,
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

/**
 * Puts the operations of a node under a resource that is not shown: by it, n8n names each to an AI agent by its action. n8n's list of
 * nodes finds the operations by the options of the resource.
 */
export const underResource = (
	{ name, value }: { readonly name: string; readonly value: string },
	operation: INodeProperties,
): INodeProperties[] => [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'hidden',
		default: value,
		options: [{ name, value }],
	},
	...showFor({ resource: [value] }, [operation]),
];

/** The collection of fields that few items need. */
export const additionalFields = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options,
});

/** What the editor shows of an operation. */
export interface OperationTexts {
	/** Its name in the dropdown. */
	readonly label: string;
	/** Its name in n8n's list of actions. */
	readonly action: string;
	readonly description: string;
}

/** The dropdown of operations, by their names in workflows. */
export const operationParameter = (
	initial: string,
	operations: Readonly<Record<string, OperationTexts>>,
): INodeProperties => ({
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: initial,
	options: Object.entries(operations)
		.map(([value, { label: name, action, description }]) => ({ name, value, action, description }))
		.sort((a, b) => a.name.localeCompare(b.name)),
});
