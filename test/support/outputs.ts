import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { runNode, type NodeRun } from './nodes';

/** n8n's two settings by which a node goes on after an error. */
export const CONTINUE = ['continueRegularOutput', 'continueErrorOutput'] as const;
export type Continue = (typeof CONTINUE)[number];

/** An output item: the index of the input item that it belongs to, and its fields. */
export type Output = readonly [item: number, json: IDataObject];

export interface Outputs {
	readonly main: readonly Output[];
	readonly errors: readonly Output[];
}

/** The output of an event that was accepted at once. */
export const accepted = (event: string, distinctId: unknown): IDataObject => ({
	event,
	distinct_id: distinctId as string,
	accepted: true,
	status_code: 202,
	attempts: 1,
});

/** Any text that says something: a sentence, not a word. */
export const SENTENCE: string = expect.stringMatching(/\S+ \S+ \S+/);

/** The fields of an item, except for the name of the tracking event, which is tested elsewhere. */
export function fieldsOf({ json }: INodeExecutionData): IDataObject {
	const fields = { ...json };
	if ('event' in fields || 'distinct_id' in fields) delete fields.tracking_event;
	return fields;
}

/** The input item that an item is paired with, in each of the ways in which n8n lets it be written. */
function inputOf({ pairedItem }: INodeExecutionData): number {
	const [first] = [pairedItem].flat();
	return typeof first === 'object' ? first.item : (first ?? -1);
}

const outputsIn = (items: readonly INodeExecutionData[]): Output[] =>
	items.map((item) => [inputOf(item), fieldsOf(item)]);

/** Runs a node that goes on after an error, and gives what came out at both of its outputs. */
export async function runContinuing(onError: Continue, run: NodeRun): Promise<Outputs> {
	const { main, errors } = await runNode({ ...run, onError });
	return { main: outputsIn(main), errors: outputsIn(errors) };
}

/** The outputs that such items make: those with an error come out at the error output where the node has one. */
export function outputs(onError: Continue, ...items: readonly Output[]): Outputs {
	if (onError === 'continueRegularOutput') return { main: items, errors: [] };
	const isBad = ([, json]: Output) => 'error' in json;
	return { main: items.filter((item) => !isBad(item)), errors: items.filter(isBad) };
}
