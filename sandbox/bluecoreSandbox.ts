import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import type { Api, Decision, IncomingCall } from './state/calls';
import { DEFAULT_CONFIG, type SandboxConfig } from './account/config';
import { DataFile } from './state/dataFile';
import { answerSend, answerStatus, campaignOf, type EmailAccount } from './answers/answerEmails';
import { answerEvent } from './answers/answerEvents';
import { faultBody, faultInWords, Faults, type FaultEffect } from './faults/faults';
import { apiOf, incoming, isByBrowser, unreadable } from './answers/readRequest';
import { isRecord } from './schemas/jsonValues';
import { ownApi } from './inspect/inspectionApi';
import { SandboxState } from './state/sandboxState';

/** Larger than Bluecore's own limits, so that the sandbox itself can say that they are exceeded. */
const BODY_LIMIT = 8 * 1024 * 1024;
/** What a kept call takes besides its body, roughly. */
const KEPT_BESIDES = 500;
/** How many calls, emails and profiles are kept, unless told otherwise. */
export const DEFAULT_KEEP = 10_000;

export interface SandboxOptions extends Partial<SandboxConfig> {
	/** How many calls, emails and profiles are kept each; the oldest go. */
	readonly keep?: number;
	/** A file that keeps the state over a restart. */
	readonly dataFile?: string;
}

/** Whom to answer in which way; undefined for Bluecore's. */
export type Interceptor = (call: IncomingCall) => FaultEffect | undefined;

/** A local stand-in for Bluecore's two APIs. */
export class Sandbox {
	readonly state: SandboxState;

	readonly faults = new Faults();

	/** Lets a test decide by itself what happens to a call, before the faults that are set. */
	interceptor: Interceptor | undefined;

	private readonly config: SandboxConfig;

	private readonly app: FastifyInstance;

	private readonly dataFileName: string | undefined;

	private dataFile: DataFile | undefined;

	private address = '';

	private requests = 0;

	/** Why what comes in is not kept in the data file, if it is not. */
	problem: string | undefined;

	/** Is another one after each reset and each restart: what was shown before no longer holds. */
	epoch = Date.now();

	constructor({ keep = DEFAULT_KEEP, dataFile, ...config }: SandboxOptions = {}) {
		this.config = { ...DEFAULT_CONFIG, ...config };
		this.state = new SandboxState(this.config, keep);
		this.dataFileName = dataFile;
		this.app = this.createApp();
	}

	/** Base address, such as `http://127.0.0.1:4010`. */
	get url(): string {
		return this.address;
	}

	/** Starts listening; port 0 takes any free one, and only this machine reaches it on the default host. */
	async start(port = 0, host = '127.0.0.1'): Promise<this> {
		if (this.dataFileName !== undefined) {
			this.dataFile = await DataFile.open(this.dataFileName, this.state);
		}
		try {
			this.address = await this.app.listen({ port, host });
		} catch (error) {
			this.dataFile?.close();
			throw error;
		}
		return this;
	}

	async stop(): Promise<void> {
		await this.app.close();
		this.dataFile?.close();
	}

	/** Forgets all calls and what came of them; faults stay. */
	reset(): void {
		this.state.reset();
		this.epoch++;
		this.write((file) => file.reset());
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

	/** The same, with a namespace and a key that are configured, where any are. */
	suggestedCredential() {
		const { namespaces, apiKeys } = this.config;
		return this.credential(namespaces.at(0), apiKeys.at(0));
	}

	private createApp(): FastifyInstance {
		const app = fastify({
			bodyLimit: BODY_LIMIT,
			forceCloseConnections: true,
			ajv: { customOptions: { removeAdditional: false } },
		});
		// Whether a body is good is Bluecore's to say, not the parser's.
		app.removeAllContentTypeParsers();
		app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
			done(null, body),
		);
		const handle = (api: Api) => async (request: FastifyRequest, reply: FastifyReply) =>
			await this.handle(api, request, reply);
		app.post('/api/track/mobile/v1', handle('events'));
		app.post('/email/send/v1/:namespace', handle('send'));
		app.get('/email/status/v1/:namespace/:conversation_id', handle('status'));
		app.setNotFoundHandler(handle('unknown'));
		app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
			const { statusCode = 500, message } = error;
			const api = apiOf(request.url);
			// What the server itself does not read is refused as Bluecore would, and told like any other call.
			if (api !== undefined && (statusCode === 413 || statusCode === 415)) {
				const decision = unreadable(api, statusCode, message);
				this.keep(incoming(api, request), decision, undefined, Date.now());
				await reply.code(decision.status).send(decision.answer);
			} else await reply.code(statusCode).send({ message });
		});
		ownApi(app, { sandbox: this, state: this.state, faults: this.faults, config: this.config });
		return app;
	}

	/** Decides, keeps, answers: in this order, so that a call whose answer is lost is kept all the same. */
	private async handle(api: Api, request: FastifyRequest, reply: FastifyReply): Promise<void> {
		const call = incoming(api, request);
		const now = Date.now();
		if (isByBrowser(call)) {
			await reply.code(404).send({ message: 'Not found.' });
			return;
		}
		const fault = this.interceptor?.(call) ?? this.faults.next(call, now);
		const decision = this.faulted(fault) ?? this.decide(call, now);
		this.keep(call, decision, fault, now);
		if (fault?.delayMs !== undefined) {
			await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
		}
		if (fault?.drop !== undefined) {
			reply.hijack();
			request.raw.socket.destroy();
		} else if (fault?.truncate) {
			reply.hijack();
			cutOff(reply, decision, fault.headers);
		} else {
			await reply
				.code(decision.status)
				.headers(fault?.headers ?? {})
				.send(decision.answer);
		}
	}

	/** What a fault makes of a call; undefined where the call is taken in spite of it. */
	private faulted(fault: FaultEffect | undefined): Decision | undefined {
		if (fault?.status === undefined && fault?.drop !== 'before') return undefined;
		const { status = 0, body = faultBody(status, `sandbox-${++this.requests}`) } = fault;
		return {
			status,
			answer: status === 0 ? undefined : body,
			verdict: 'faulted',
			reasons: [`A fault that is set here: ${faultInWords(fault)}.`],
			remarks: [],
		};
	}

	private decide(call: IncomingCall, now: number): Decision {
		const { config, state } = this;
		const account: EmailAccount = {
			config,
			nextConversationId: () => state.nextConversationId(),
			emailOf: (id) => state.emails.get(id),
			hasCustomer: (namespace, email) => state.profiles.hasCustomer(namespace, email),
		};
		switch (call.api) {
			case 'events':
				return answerEvent(call, config);
			case 'send':
				return answerSend(call, account);
			case 'status':
				return answerStatus(call, account, now);
			case 'unknown':
				return notFound(call);
		}
	}

	private keep(
		call: IncomingCall,
		decision: Decision,
		fault: FaultEffect | undefined,
		at: number,
	): void {
		const { api, method, path, headers, body, bytes, namespace, who, event } = call;
		const isDropped = fault?.drop !== undefined;
		const recorded = this.state.take({
			...decision,
			...(isDropped && { status: 0 }),
			at,
			api,
			method,
			path,
			headers,
			body,
			bytes: bytes + KEPT_BESIDES,
			namespace,
			who,
			what: this.whatIs(api, event, body),
			...(fault && { fault: faultInWords(fault) }),
		});
		this.write((file) => file.take(recorded));
	}

	private write(action: (file: DataFile) => void): void {
		if (!this.dataFile) return;
		try {
			action(this.dataFile);
			this.problem = undefined;
		} catch (error) {
			this.problem = `The data file cannot be written, so what comes in now is lost at the next restart: ${(error as Error).message}`;
			console.error(this.problem);
		}
	}

	private whatIs(api: Api, event: string, body: unknown): string {
		if (api === 'events') return event;
		if (api === 'status') return 'Get status';
		if (api === 'unknown') return 'Unknown address';
		const id = isRecord(body) ? body.campaign_id : undefined;
		return (
			campaignOf(id, this.config)?.name ??
			`Campaign ${id === undefined ? '(none)' : JSON.stringify(id)}`
		);
	}
}

const notFound = ({ method, path }: IncomingCall): Decision => ({
	status: 404,
	answer: { message: `There is no ${method} ${path} here.` },
	verdict: 'refused',
	reasons: [
		'Bluecore has no such address. In the credential, Events URL and Email URL must be as at the top of this page.',
	],
	remarks: [],
});

/** Sends the beginning of an answer that says it is longer. */
function cutOff(
	{ raw }: FastifyReply,
	{ status, answer }: Decision,
	headers: FaultEffect['headers'],
): void {
	const text = JSON.stringify(answer);
	raw.writeHead(status, {
		...headers,
		'content-type': 'application/json; charset=utf-8',
		'content-length': Buffer.byteLength(text),
	});
	raw.write(text.slice(0, Math.ceil(text.length / 2)), () => raw.socket?.destroy());
}
