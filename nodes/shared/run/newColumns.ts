import type { IExecuteFunctions } from 'n8n-workflow';

import type { ItemRequest } from './itemRequest';
import { joinList } from '../values/text';
import { USUAL_ATTRIBUTE_NAMES } from '../attributes/attributeParameters';

const USUAL_COLUMNS: ReadonlySet<string> = new Set(['email', ...USUAL_ATTRIBUTE_NAMES]);

/** Shows in the editor, after a run with Validate Only, which attributes are not the usual ones: each becomes a column if it is not one yet. */
export function showNewColumns(context: IExecuteFunctions, planned: readonly ItemRequest[]): void {
	const validated = planned.filter(
		({ state, options }) => state.kind === 'ready' && options.validateOnly,
	);
	const names = new Set(validated.flatMap(({ report }) => report.attributeNames));
	const others = [...names].filter((name) => !USUAL_COLUMNS.has(name));
	if (others.length === 0) return;
	// Old versions of n8n do not have it.
	(context as Partial<IExecuteFunctions>).addExecutionHints?.({
		message: `Attributes that become permanent columns in your Bluecore account, unless they are columns already: ${joinList(others)}. The option Attributes to Send keeps others out.`,
		type: 'info',
		location: 'outputPane',
	});
}
