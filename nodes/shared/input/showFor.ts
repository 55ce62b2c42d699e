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
