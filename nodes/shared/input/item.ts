import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Account, AccountReading } from '../account/account';
import type { ItemOptions, NodeOptions } from '../options/nodeOptions';
import { UNREADABLE, type Field } from '../values/field';
import { Report } from '../values/report';
import { messageOf } from '../values/text';
import { referencedField, referenceReader, UNRESOLVED } from './fieldReferences';
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
	readonly resolve: ReturnType<ReturnType<typeof referenceReader>>;
}

/** Reads the items of one run, and each parameter as it was entered once. */
export function itemReader(
	context: Pick<IExecuteFunctions, 'getNodeParameter' | 'getWorkflowDataProxy' | 'getInputData'>,
	options: NodeOptions,
) {
	const items = context.getInputData();
	const resolverOf = referenceReader({
		items,
		$: (node) => context.getWorkflowDataProxy(0).$(node),
	});
	const parameters = new Map<string, Entered>();
	function enteredAs(name: string): Entered {
		const known = parameters.get(name);
		if (known) return known;
		const entered: unknown = context.getNodeParameter(name, 0, '', { rawExpressions: true });
		const read = { entered, resolve: resolverOf(entered) };
		parameters.set(name, read);
		return read;
	}

	let known: string[] | undefined;
	/** Collected only when a message needs them. */
	function columns(): string[] {
		if (!known) {
			const names = new Set<string>();
			for (const { json } of items) for (const name in json) names.add(name);
			known = [...names];
		}
		return known;
	}

	/** Evaluates a parameter for the item at an index, and reports if that fails. */
	function readField(
		{ name, displayName: label }: Parameter,
		index: number,
		report: Report,
	): Field {
		try {
			const { entered, resolve } = enteredAs(name);
			const explain = (expression: unknown = entered) =>
				explainMissing(expression, label, { json: items[index].json, columns });
			const resolved = resolve ? resolve(index) : UNRESOLVED;
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
	}

	const fieldsOf = (names: readonly string[]) =>
		names.flatMap((name) => referencedField(enteredAs(name).entered) ?? []);
	return {
		readField,
		/** Reads the item's options, and creates its report. */
		read(index: number, { account, problems }: AccountReading): Item {
			const report = new Report([...problems]);
			const field = (parameter: Parameter) => readField(parameter, index, report);
			return {
				...{ index, account, report, field, fieldsOf },
				json: items[index].json,
				options: options.readItem(field(options.parameter)),
			};
		},
	};
}
