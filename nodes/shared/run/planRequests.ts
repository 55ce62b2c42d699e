import { sleep, type IExecuteFunctions } from 'n8n-workflow';

import { cancelledError } from '../messages/errors';
import { itemSources, type ItemSource } from '../input/item';
import type { Operation, Part, Prepared } from './operation';
import type { ItemOptions, NodeOptions } from '../options/nodeOptions';
import { describeProgress } from '../messages/progress';
import { Report } from '../values/report';

/** While many items are checked, n8n gets to do its other work this often, and a cancel is heard. */
const BREATH_MS = 50;

/** A part of an item, mostly the only one, after its check. */
export interface Checked extends Part {
	readonly itemIndex: number;
	readonly options: ItemOptions;
}

/** One that was checked and is good. */
export type Ready = Checked & { readonly prepared: Prepared };

/** Checks all input items and builds what is to be sent of them. Throws when the execution is canceled. */
export async function checkItems(
	context: IExecuteFunctions,
	{ readItem }: NodeOptions,
	operation: Operation,
): Promise<Checked[]> {
	const items = context.getInputData();
	const sourceOf = itemSources(context);
	const checked: Checked[] = [];
	let breath = Date.now();
	for (const [itemIndex, { json }] of items.entries()) {
		const report = new Report();
		const source = sourceOf(itemIndex, json, report);
		checked.push(...checkItem(operation, itemIndex, source, readItem(source, report), report));
		if (Date.now() - breath > BREATH_MS) {
			await sleep(0);
			breath = Date.now();
			if (context.getExecutionCancelSignal()?.aborted) throw canceledError(context);
		}
	}
	return checked;
}

function canceledError(context: IExecuteFunctions) {
	const notSent = context.getInputData().map((_item, itemIndex) => ({ itemIndex }));
	const groups = { accepted: [], refused: [], unknown: [], notSent };
	return cancelledError(context.getNode(), describeProgress(groups, 'items'));
}

function checkItem(
	operation: Operation,
	itemIndex: number,
	source: ItemSource,
	options: ItemOptions,
	report: Report,
): Checked[] {
	try {
		const prepared = operation.prepare(source, report, options);
		if (report.problems.length === 0 && isList(prepared)) {
			return prepared.map((part) => ({ ...part, itemIndex, options }));
		}
		return [{ itemIndex, report, options, ...(!isList(prepared) && { prepared }) }];
	} catch (error) {
		// Values may be anything, even such as cannot be looked at: that is this item's matter, not the others'.
		report.problem(
			`The item cannot be checked: ${error instanceof Error ? error.message : String(error)}`,
			'Look for a field with an unusual value, and pass only the fields that are needed.',
		);
		return [{ itemIndex, report, options }];
	}
}

const isList = (prepared: Prepared | readonly Part[]): prepared is readonly Part[] =>
	Array.isArray(prepared);
