import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../shared/input/item';
import { readId, refuseEmptyExpression } from '../shared/values/field';
import { invisibleIn, quoted } from '../shared/values/text';

const MESSAGE_ID: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-1001-confirmation',
	hint: 'One ID is one message: Bluecore sends it once. Use the order number and what the message is.',
	description:
		'1 to 128 letters without accents, digits, and : _ . -. If empty, the message is sent once in this execution, also when n8n runs the node again because of Retry On Fail. (As a tool of an AI agent, Retry On Fail needs an ID.)',
};

/** The parameter where a message can have an ID, and where it must. */
export const MESSAGE_ID_PARAMETERS = {
	optional: MESSAGE_ID,
	required: {
		...MESSAGE_ID,
		required: true,
		default: '={{ $json.message_id }}',
		hint: undefined,
		description: 'The message_id that the operation Send returned',
	},
} as const satisfies Record<string, INodeProperties>;

const MESSAGE_ID_SHAPE = /^[A-Za-z0-9:_.-]*$/;
const MAX_MESSAGE_ID = 128;

/** Reads the ID of a message; `''` when it is not given or not usable (the latter reported). */
export function readMessageId({ field }: Item, need: keyof typeof MESSAGE_ID_PARAMETERS): string {
	const given = field(MESSAGE_ID_PARAMETERS[need]);
	const isRefused =
		need === 'optional' &&
		refuseEmptyExpression(given, ', so each run would send the message again');
	const id = isRefused ? '' : readId(given, need);
	const problem = idProblemOf(id);
	if (problem !== undefined) {
		given.report.problem(
			`${given.label} ${problem}`,
			'Use letters without accents, digits, and : _ . -, without spaces, 128 at most.',
		);
	}
	return id;
}

function idProblemOf(id: string): string | undefined {
	if (id.length > MAX_MESSAGE_ID) {
		return `has ${id.length} characters, but at most ${MAX_MESSAGE_ID} are allowed`;
	}
	if (MESSAGE_ID_SHAPE.test(id)) return undefined;
	const invisible = invisibleIn(id);
	return invisible === undefined
		? `contains characters that are not allowed: ${quoted(id)}`
		: `contains an invisible character (${invisible}): ${quoted(id)}`;
}
