import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject } from 'n8n-workflow';

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

async function bodyOf(request: IncomingMessage): Promise<ChatRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return JSON.parse(Buffer.concat(chunks).toString('utf8')) as ChatRequest;
}

/** A stand-in for OpenAI's chat completions whose turns are given beforehand. */
export class OpenAiStandIn {
	requests: ChatRequest[] = [];

	private turns: readonly Turn[] = [];

	private readonly server: Server;

	constructor() {
		this.server = createServer((request, response) => {
			void bodyOf(request).then((body) => {
				const turn = this.turns[this.requests.push(body) - 1] ?? {
					says: 'There is nothing more to say.',
				};
				const reply = replyOf(turn, body, this.requests.length);
				response.setHeader('content-type', body.stream ? 'text/event-stream' : 'application/json');
				response.end(body.stream ? `data: ${reply}\n\ndata: [DONE]\n\n` : reply);
			});
		});
	}

	/** Begins a talk. */
	begin(turns: readonly Turn[]): void {
		this.turns = turns;
		this.requests = [];
	}

	async start(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return this;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
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
