import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Account, AccountReading } from '../account/account';
import type { ItemOptions, NodeOptions } from '../options/nodeOptions';
import { UNREADABLE, type Field } from '../values/field';
import { Report } from '../values/report';
import { messageOf } from '../values/text';
import { fieldReferences, referencedField, startReader, UNRESOLVED } from './fieldReferences';
import { explainMissing } from './missingValue';

/** The parts of a node parameter that are needed to read it and to name it in messages. */
type Parameter = Pick<INodeProperties, 'name' | 'displayName'>;

/** One input item while it is checked: its fields, its options, the node's parameters for it, and what the checks have found. */
export interface Item {
	/** Its position in the input, from 0. */
	readonly index: number;
	readonly json: IDataObject;
	readonly account: Account;
	readonly options: ItemOptions;
	readonly report: Report;
	/** A parameter evaluated for this item; `''` when it is not set, `UNREADABLE` (reported) when its expression fails. */
	field(parameter: Parameter): Field;
	/** The input fields that these parameters take as they are. */
	fieldsOf(parameters: readonly string[]): string[];
}

/** A parameter as it was entered, which is the same for all items. */
interface Entered {
	readonly entered: unknown;
	readonly resolve: ReturnType<typeof fieldReferences>;
}

/** Returns a function that reads a parameter as it was entered, once for a run. */
function enteredReader(context: Pick<IExecuteFunctions, 'getNodeParameter'>) {
	const parameters = new Map<string, Entered>();
	return (name: string): Entered => {
		const known = parameters.get(name);
		if (known) return known;
		const entered: unknown = context.getNodeParameter(name, 0, '', { rawExpressions: true });
		const read = { entered, resolve: fieldReferences(entered) };
		parameters.set(name, read);
		return read;
	};
}

/** Returns a function that evaluates a parameter for the item at an index of a run, and reports if that fails. */
export function parameterReader(
	context: Pick<IExecuteFunctions, 'getNodeParameter' | 'getWorkflowDataProxy' | 'getInputData'>,
	enteredAs = enteredReader(context),
) {
	const startsOf = startReader({
		items: context.getInputData(),
		$: (node) => context.getWorkflowDataProxy(0).$(node),
	});
	return (index: number, report: Report, input?: Parameters<typeof explainMissing>[2]) =>
		({ name, displayName: label }: Parameter): Field => {
			try {
				const { entered, resolve } = enteredAs(name);
				const explain = (expression: unknown = entered) =>
					input ? explainMissing(expression, label, input) : '';
				const resolved = resolve ? resolve(startsOf(index)) : UNRESOLVED;
				const value: unknown =
					resolved === UNRESOLVED ? context.getNodeParameter(name, index, '') : resolved;
				return { value, entered, label, report, explain };
			} catch (thrown) {
				report.problem(
					`${label} could not be read: ${messageOf(thrown)}`,
					`Open the field ${label} and correct its expression.`,
				);
				return { value: UNREADABLE, label, report };
			}
		};
}

/** Returns a function that reads an input item: it reads the item's options and creates its report. */
export function itemReader(
	context: Pick<IExecuteFunctions, 'getNodeParameter' | 'getWorkflowDataProxy' | 'getInputData'>,
	{ parameter, readItem }: NodeOptions,
) {
	const enteredAs = enteredReader(context);
	const readerOf = parameterReader(context, enteredAs);
	const fieldsOf = (parameters: readonly string[]) =>
		parameters.flatMap((name) => referencedField(enteredAs(name).entered) ?? []);
	let known: string[] | undefined;
	/** Collected only when a message needs them, once for the run. */
	function columns(): string[] {
		if (!known) {
			const names = new Set<string>();
			for (const { json } of context.getInputData()) for (const name in json) names.add(name);
			known = [...names];
		}
		return known;
	}
	return (index: number, json: IDataObject, { account, problems }: AccountReading): Item => {
		const report = new Report([...problems]);
		const field = readerOf(index, report, { json, columns });
		return { index, json, account, report, field, fieldsOf, options: readItem(field(parameter)) };
	};
}
