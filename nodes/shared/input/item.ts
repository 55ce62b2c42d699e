import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { fieldReferences, UNRESOLVED } from './fieldReferences';
import type { Report } from '../values/report';

/** A node parameter, as far as reading it and naming it in messages goes. */
export type Parameter = Pick<INodeProperties, 'name' | 'displayName'>;

/** Stands for a parameter whose expression could not be evaluated; that has been reported. */
export const UNREADABLE = Symbol('unreadable');

/** One input item, as the checks see it: its own fields and the node's parameters evaluated for it. */
export interface ItemSource {
	readonly json: IDataObject;
	/** A parameter's value for this item, `''` when it is not set, `UNREADABLE` when its expression fails. */
	read(parameter: Parameter): unknown;
	/** How messages tell of a parameter where its value does not come from a field of the node. */
	describe?(parameter: Parameter): { readonly label: string; readonly advice: string };
}

/** What messages call a parameter. */
export const labelOf = (source: ItemSource, parameter: Parameter): string =>
	source.describe?.(parameter).label ?? parameter.displayName;

/** What to do when a parameter has no value; `usual` where it is a field of the node. */
export const adviceOf = (source: ItemSource, parameter: Parameter, usual: string): string =>
	source.describe?.(parameter).advice ?? usual;

/** Makes the sources of the items of one run. */
export function itemSources(
	context: Pick<IExecuteFunctions, 'getNodeParameter' | 'getWorkflowDataProxy'>,
) {
	const references = new Map<string, ReturnType<typeof fieldReferences>>();
	const referencesOf = (name: string) => {
		if (!references.has(name)) {
			const entered: unknown = context.getNodeParameter(name, 0, '', { rawExpressions: true });
			references.set(name, fieldReferences(entered));
		}
		return references.get(name);
	};

	return (itemIndex: number, json: IDataObject, report: Report): ItemSource => {
		let fields: unknown;
		function evaluate(name: string): unknown {
			const resolve = referencesOf(name);
			if (resolve) {
				fields ??= context.getWorkflowDataProxy(itemIndex).$json;
				const value = resolve(fields);
				if (value !== UNRESOLVED) return value;
			}
			return context.getNodeParameter(name, itemIndex, '');
		}
		return {
			json,
			read({ name, displayName }) {
				try {
					return evaluate(name);
				} catch (error) {
					report.problem(
						`${displayName} could not be read: ${error instanceof Error ? error.message : String(error)}`,
						`Open the field ${displayName} and correct its expression.`,
					);
					return UNREADABLE;
				}
			},
		};
	};
}
