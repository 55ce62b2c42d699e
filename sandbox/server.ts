import { setTimeout } from 'node:timers/promises';

import fastify, { type FastifyInstance } from 'fastify';

import { DEFAULT_CONFIG, type SandboxConfig } from './config';
import { emailApi } from './emailApi';
import { eventsApi } from './eventsApi';
import { SandboxState, type RecordedCall } from './state';

/** Larger than Bluecore's own limits, so that the sandbox itself can say that they are exceeded. */
const BODY_LIMIT = 8 * 1024 * 1024;
const OWN_PATHS = '/sandbox/';

/** How a call is answered instead of as Bluecore would. */
export interface Intercept {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	readonly delayMs?: number;
	/** Closes the connection without an answer, before or after the call has been taken. */
	readonly drop?: 'before' | 'after';
}

export type Interceptor = (
	call: Omit<RecordedCall, 'status'> & { readonly hasKey: boolean },
) => Intercept | undefined;

/** A local stand-in for Bluecore's two APIs, listening on loopback. */
export class Sandbox {
	readonly state = new SandboxState();

	/** Lets a test answer a call in its own way; undefined for Bluecore's. */
	interceptor: Interceptor | undefined;

	private readonly app: FastifyInstance;

	private address = '';

	constructor(config: Partial<SandboxConfig> = {}) {
		this.app = this.createApp({ ...DEFAULT_CONFIG, ...config });
	}

	/** Base address, such as `http://127.0.0.1:4010`. */
	get url(): string {
		return this.address;
	}

	/** Starts listening; port 0 takes any free one. */
	async start(port = 0): Promise<this> {
		this.address = await this.app.listen({ port, host: '127.0.0.1' });
		return this;
	}

	async stop(): Promise<void> {
		await this.app.close();
	}

	/** What to enter in n8n's credential. */
	credential(namespace = 'bluestore', apiKey = 'sandbox-key') {
		return {
			namespace,
			apiKey,
			environment: 'custom',
			eventsUrl: this.url,
			emailUrl: `${this.url}/email`,
		};
	}

	private createApp(config: SandboxConfig): FastifyInstance {
		const { state } = this;
		const app = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });

		// A body of another type is Bluecore's to refuse, not the parser's.
		app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
			done(null, body),
		);
		app.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
			const status = error.statusCode ?? 500;
			await reply.code(status).send({ message: error.message });
		});
		app.addHook('preHandler', async (request, reply) => {
			if (request.url.startsWith(OWN_PATHS)) return;
			const call = { method: request.method, path: request.url, body: request.body };
			const hasKey = request.headers.authorization !== undefined;
			const intercept = this.interceptor?.({ ...call, hasKey });
			if (!intercept) return;
			if (intercept.delayMs) await setTimeout(intercept.delayMs, undefined, { ref: false });
			if (intercept.drop === 'before') {
				state.calls.push({ ...call, status: 0 });
				reply.hijack();
				request.raw.socket.destroy();
			} else if (intercept.status !== undefined) {
				await reply
					.code(intercept.status)
					.headers(intercept.headers ?? {})
					.send(intercept.body ?? {});
			} else if (intercept.drop === 'after') {
				request.dropAnswer = true;
			}
		});
		app.decorateRequest('dropAnswer', false);
		app.addHook('onSend', async (request, reply, payload) => {
			if (!request.url.startsWith(OWN_PATHS)) {
				state.calls.push({
					method: request.method,
					path: request.url,
					body: request.body,
					status: reply.statusCode,
				});
			}
			if (request.dropAnswer) {
				request.raw.socket.destroy();
				return null;
			}
			return payload;
		});

		eventsApi(app, config, state);
		emailApi(app, config, state);
		app.get(`${OWN_PATHS}calls`, () => state.calls);
		app.get(`${OWN_PATHS}events`, () => state.events);
		app.get(`${OWN_PATHS}emails`, () => [...state.emails.values()]);
		app.delete(`${OWN_PATHS}state`, async (_request, reply) => {
			state.reset();
			await reply.code(204).send();
		});
		return app;
	}
}

declare module 'fastify' {
	interface FastifyRequest {
		dropAnswer: boolean;
	}
}
