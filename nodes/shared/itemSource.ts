import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Report } from './report';

/** A node parameter, as far as reading it and naming it in messages goes. */
export type Parameter = Pick<INodeProperties, 'name' | 'displayName'>;

/** Stands for a parameter whose expression could not be evaluated; that has been reported. */
export const UNREADABLE = Symbol('unreadable');

/** One input item, as the checks see it: its own fields and the node's parameters evaluated for it. */
export interface ItemSource {
	readonly json: IDataObject;
	/** A parameter's value for this item, `''` when it is not set, `UNREADABLE` when its expression fails. */
	read(parameter: Parameter): unknown;
}

export function itemSource(
	context: Pick<IExecuteFunctions, 'getNodeParameter'>,
	itemIndex: number,
	json: IDataObject,
	report: Report,
): ItemSource {
	return {
		json,
		read({ name, displayName }) {
			try {
				return context.getNodeParameter(name, itemIndex, '') as unknown;
			} catch (error) {
				report.problem(
					`${displayName} could not be read: ${error instanceof Error ? error.message : String(error)}`,
					`Open the field ${displayName} and correct its expression.`,
				);
				return UNREADABLE;
			}
		},
	};
}
