import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import { USUAL_COLUMNS } from '../attributes/attributeParameters';
import { checkError, deliveryError, describeDefect, messageError } from '../messages/errors';
import { joinList } from '../values/text';
import { groupBy } from '../values/value';
import type { ItemRequest, Operation, SentState } from './operation';

/** The field by which an error item says which events of its message were accepted, so that they are not sent again. */
export const ALREADY_ACCEPTED = 'already_accepted';

/** Makes the output items: one for each request, but only one error item for a message. */
export function outputItems(
	context: IExecuteFunctions,
	operation: Operation,
	requests: readonly ItemRequest[],
): INodeExecutionData[] {
	// The requests of a message are together; one that is separate is alone.
	const groups = groupBy(requests, (request) =>
		request.isSeparate ? request : `${request.itemIndex} ${request.message?.number ?? 0}`,
	);
	return groups.flatMap((group) => {
		try {
			return group.length === 1
				? outputItem(context, operation, group[0])
				: itemsOfMessage(context, operation, group);
		} catch (thrown) {
			return group.map((request) => plainItem(context, request, thrown));
		}
	});
}

/** The output item of a request whose output cannot be made as usual: what became of it, and why there is no more. */
function plainItem(
	context: IExecuteFunctions,
	{ itemIndex, state, ownFields }: ItemRequest,
	thrown: unknown,
): INodeExecutionData {
	const defect = describeDefect(thrown);
	if (state.kind === 'accepted') {
		const { request, attempts } = state;
		const warnings = [`It was accepted. ${defect.message}`];
		return { json: { ...request.summary, attempts, warnings }, pairedItem: { item: itemIndex } };
	}
	const problem = 'failure' in state ? state.failure : defect;
	const error = checkError(context.getNode(), [problem], { itemIndex });
	return errorItem(context, { itemIndex, ownFields }, error);
}

/** The items of a message with several events. A message is sent again as a whole, so what failed becomes one error item. */
function itemsOfMessage(
	context: IExecuteFunctions,
	operation: Operation,
	group: readonly ItemRequest[],
): INodeExecutionData[] {
	const failed = group.filter(isFailed);
	const accepted = group.flatMap(({ state, name, product }) => {
		if (state.kind !== 'accepted') return [];
		const { event, distinct_id } = state.request.summary;
		const facts = { event, distinct_id, ...(product && { product }) };
		return { name: name ?? String(event), facts };
	});
	return group.flatMap((request) => {
		if (!isFailed(request)) return outputItem(context, operation, request);
		if (request !== failed[0]) return [];
		const error = messageError(
			context.getNode(),
			failed,
			accepted.map(({ name }) => name),
		);
		const facts = accepted.map((each) => each.facts);
		return errorItem(context, request, error, facts);
	});
}

function isFailed(
	request: ItemRequest,
): request is ItemRequest<Exclude<SentState, { kind: 'accepted' }>> {
	const { kind } = request.state;
	return kind === 'refused' || kind === 'unknown' || kind === 'notSent';
}

function outputItem(
	context: IExecuteFunctions,
	operation: Operation,
	request: ItemRequest,
): INodeExecutionData {
	const { itemIndex, report } = request;
	const result = outputOf(context, operation, request);
	if (result instanceof Error) return errorItem(context, request, result);
	const { warnings } = report;
	// What was converted has no fields but its own.
	const isWarned = warnings.length > 0 && request.state.kind !== 'converted';
	return { json: isWarned ? { ...result, warnings } : result, pairedItem: { item: itemIndex } };
}

function outputOf(
	context: IExecuteFunctions,
	operation: Operation,
	request: ItemRequest,
): IDataObject | NodeApiError | NodeOperationError {
	const { state, options } = request;
	switch (state.kind) {
		case 'bad':
			return checkError(context.getNode(), request.report.problems, request);
		case 'heldBack':
		case 'converted':
			return state.output;
		case 'ready': {
			const { summary, payload } = state.request;
			return { ...summary, valid: true, ...(payload && { payload }) };
		}
		case 'accepted': {
			const { payload } = state.request;
			const output = operation.output(state.request, state.response);
			const { attempts } = state;
			return {
				...output,
				...(!('attempts' in output) && { attempts }),
				...(options.includePayload && payload && { payload }),
			};
		}
		default:
			return deliveryError(context.getNode(), { ...request, state });
	}
}

/**
 * The output item for something that was not accepted: the fields and files of its input item, or the fields of its message if
 * the item has several, and the error. `accepted` has the events of the message that were accepted.
 *
 * n8n sends an item to the error output if it has an `error`, but then replaces the `json` of every item that still has one by
 * `{ error: message }` (n8n-core, WorkflowExecute), and the user would lose the row. So `error` can be read but is not copied,
 * and an assignment to `json` changes nothing.
 */
export function errorItem(
	context: Pick<IExecuteFunctions, 'getInputData'>,
	{ itemIndex, ownFields }: Pick<ItemRequest, 'itemIndex' | 'ownFields'>,
	error: NodeApiError | NodeOperationError,
	accepted: readonly IDataObject[] = [],
): INodeExecutionData {
	const { json: input, binary } = context.getInputData()[itemIndex];
	const fields = ownFields ?? input;
	const before = Array.isArray(fields[ALREADY_ACCEPTED]) ? fields[ALREADY_ACCEPTED] : [];
	const json: IDataObject = {
		...fields,
		error: error.message,
		advice: error.description ?? '',
		...(accepted.length > 0 && { [ALREADY_ACCEPTED]: [...before, ...accepted] }),
	};
	// n8n adds the fields of the input item to an error item, unless it is paired by a plain number.
	const pairedItem = ownFields ? itemIndex : { item: itemIndex };
	const item = { ...(binary && { binary }), pairedItem };
	Object.defineProperty(item, 'json', { get: () => json, set: () => {}, enumerable: true });
	Object.defineProperty(item, 'error', { value: error, enumerable: false });
	return item as unknown as INodeExecutionData;
}

/** How many different warnings are shown, and how many characters of each. */
const MAX_WARNINGS = 3;
const MAX_SHOWN = 240;

const HELD_BACK = 'held back';
type Ending = ItemRequest['state']['kind'] | 'fromBefore' | 'answered';
/** What the hint says of each state, in its order. */
const ENDINGS: Readonly<Record<Ending, string>> = {
	accepted: 'accepted',
	fromBefore: 'sent before',
	answered: 'answered',
	ready: 'valid',
	converted: 'converted',
	heldBack: HELD_BACK,
	bad: 'refused',
	refused: 'refused',
	unknown: 'may have arrived',
	notSent: 'not sent',
};

const COUNT = new Intl.NumberFormat('en-US');

/**
 * Shows in the editor, after a run, how many requests ended in which way, the most frequent warnings, and with Validate Only which
 * attributes may become columns.
 */
export function addHints(
	context: IExecuteFunctions,
	{ isReadOnly, isFromBefore }: Pick<Operation, 'isReadOnly' | 'isFromBefore'>,
	requests: readonly ItemRequest[],
): void {
	const endings = requests.map(({ state }) => {
		// An answer to a question, or about a message of an earlier run, means that nothing was taken now.
		if (state.kind !== 'accepted') return ENDINGS[state.kind];
		if (isReadOnly) return ENDINGS.answered;
		return isFromBefore?.(state.response) ? ENDINGS.fromBefore : ENDINGS.accepted;
	});
	const warnings = requests
		.filter(({ state }) => state.kind !== 'bad')
		.map(({ report }) => [...report.warnings, ...report.saidElsewhere])
		.filter((texts) => texts.length > 0);
	const hints = [
		{ message: countsOf(requests, endings, warnings.length), type: 'info' as const },
		{ message: mostFrequent(warnings.flat()), type: 'warning' as const },
		{ message: newColumnsIn(requests), type: 'info' as const },
	];
	try {
		// Old versions of n8n do not have it.
		(context as Partial<IExecuteFunctions>).addExecutionHints?.(
			...hints
				.filter(({ message }) => message !== '')
				.map((hint) => ({ ...hint, location: 'outputPane' as const })),
		);
	} catch {
		// The output says it, too, so it is the result of the run all the same.
	}
}

function countsOf(
	requests: readonly ItemRequest[],
	endings: readonly string[],
	warned: number,
): string {
	const parts = [...new Set(Object.values(ENDINGS))].flatMap((ending) => {
		const { length } = endings.filter((each) => each === ending);
		if (length === 0) return [];
		return `${COUNT.format(length)} ${ending}${ending === HELD_BACK ? reasonsOf(requests) : ''}`;
	});
	return [...parts, ...(warned > 0 ? [`${COUNT.format(warned)} with warnings`] : [])].join(' · ');
}

/** Such as ` (8 not mapped, 4 without consent)`. A reason begins with its kind: `No consent: …`. */
function reasonsOf(requests: readonly ItemRequest[]): string {
	const kinds = requests.flatMap(({ state }) => {
		if (state.kind !== 'heldBack') return [];
		const [kind] = String(state.output.reason).split(':');
		const phrase = kind.replace(/^No /, 'without ').replace(/^Unmapped/, 'not mapped');
		return phrase.charAt(0).toLowerCase() + phrase.slice(1);
	});
	const counts = largestFirst(kinds, (kind) => kind).map(
		(same) => `${COUNT.format(same.length)} ${same[0]}`,
	);
	return withoutMarkup(` (${counts.join(', ')})`);
}

/** The most frequent warnings, with how often there is one like each: those that differ only in numbers and quoted values are alike. */
const mostFrequent = (warnings: readonly string[]): string =>
	largestFirst(warnings, (warning) => warning.replace(/"[^"]*"|\d+/g, ''))
		.slice(0, MAX_WARNINGS)
		.map((alike) => `${COUNT.format(alike.length)} × ${withoutMarkup(cut(alike[0]))}`)
		.join('<br>');

/** Which attributes of what was only validated, or is in rows of a file, are not the usual ones: each becomes a column if it is not one yet. */
function newColumnsIn(requests: readonly ItemRequest[]): string {
	const names = requests.flatMap(({ state, report }) =>
		state.kind === 'ready' || state.kind === 'converted' ? report.attributeNames : [],
	);
	const others = [...new Set(names)].filter((name) => !USUAL_COLUMNS.has(name));
	return others.length === 0
		? ''
		: `Attributes that become permanent columns in your Bluecore account, unless they are columns already: ${joinList(others)}. The option Attributes to Send keeps others out.`;
}

/** The texts with the same key in groups, the largest group first. */
const largestFirst = (texts: readonly string[], keyOf: (text: string) => string): string[][] =>
	groupBy(texts, keyOf).sort((one, other) => other.length - one.length);

const cut = (text: string): string =>
	text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;

/** The editor shows hints as HTML. */
const withoutMarkup = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
