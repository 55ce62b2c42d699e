import type { IDataObject } from 'n8n-workflow';

import { StandIn } from './standIn';

interface Message {
	readonly role: string;
	readonly content?: unknown;
}

/** What n8n asks of a chat model. */
export interface ChatRequest {
	readonly model: string;
	readonly messages: readonly Message[];
	readonly stream?: boolean;
	readonly tools: ReadonlyArray<{
		readonly function: {
			readonly name: string;
			readonly description: string;
			readonly parameters: {
				readonly properties: Readonly<Record<string, { description?: string }>>;
				readonly required?: readonly string[];
			};
		};
	}>;
}

/** What the model says next: that a tool is to be called, or its answer. */
export type Turn =
	{ readonly tool: string; readonly given: IDataObject } | { readonly says: string };

/** A stand-in for OpenAI's chat completions whose turns are given beforehand. */
export class OpenAiStandIn extends StandIn {
	requests: ChatRequest[] = [];

	private turns: readonly Turn[] = [];

	constructor() {
		super();
		this.server.post<{ Body: ChatRequest }>('/v1/chat/completions', async ({ body }, reply) => {
			const turn = this.turns[this.requests.push(body) - 1] ?? {
				says: 'There is nothing more to say.',
			};
			const text = replyOf(turn, body, this.requests.length);
			await reply
				.type(body.stream ? 'text/event-stream' : 'application/json')
				.send(body.stream ? `data: ${text}\n\ndata: [DONE]\n\n` : text);
		});
	}

	/** Begins a talk. */
	begin(turns: readonly Turn[]): void {
		this.turns = turns;
		this.requests = [];
	}
}

/** An answer of chat completions; streamed, it comes in one piece. */
function replyOf(turn: Turn, { model, stream }: ChatRequest, number: number): string {
	const isCall = 'tool' in turn;
	const call = isCall && {
		index: 0,
		id: `call_${number}`,
		type: 'function',
		function: { name: turn.tool, arguments: JSON.stringify(turn.given) },
	};
	const message = {
		role: 'assistant',
		content: isCall ? null : turn.says,
		...(call && { tool_calls: [call] }),
	};
	return JSON.stringify({
		id: `chatcmpl-${number}`,
		object: stream ? 'chat.completion.chunk' : 'chat.completion',
		created: 1795166043,
		model,
		choices: [
			{
				index: 0,
				[stream ? 'delta' : 'message']: message,
				finish_reason: isCall ? 'tool_calls' : 'stop',
			},
		],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	});
}
