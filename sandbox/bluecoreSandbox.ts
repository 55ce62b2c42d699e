import type { AddressInfo } from 'node:net';

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { DEFAULT_CONFIG, type Client, type SandboxConfig } from './account/config';
import { answerCall, refuseUnreadable } from './answers/answerCall';
import type { Endpoint } from './answers/endpoints';
import { isBrowserRequest, readRequest } from './answers/readRequest';
import { sendAnswer } from './answers/sendAnswer';
import { DeveloperApi } from './developerApi/developerApi';
import { shortenTokenIn } from './developerApi/tokens';
import { describeEffect, type FaultEffect } from './faults/faultEffect';
import { Faults } from './faults/faults';
import {
	judgeForwarded,
	secretsIn,
	sendForwarded,
	withAnswer,
	withoutAnswer,
	withoutSecrets,
} from './forward/forwardedCall';
import { Forwarder, type ForwardedAnswer } from './forward/forwarder';
import { describeProblem, importedBefore, type JudgedFile } from './imports/importFile';
import { Access, unknownName } from './inspect/access';
import { describeParameter } from './inspect/listQuery';
import { inspectionApi } from './inspect/inspectionApi';
import { shorten, sizeOf } from './schemas/jsonValues';
import type { Decision, IncomingCall, RecordedCall } from './state/calls';
import { DataFile } from './state/dataFile';
import { accept } from './state/decisions';
import { SandboxState } from './state/sandboxState';
import { confirmationPath, nameOfConsent } from './state/subscriptions';
import { Report } from './verify/report';

/** Larger than Bluecore's own limits, so that the sandbox can explain which limit a call exceeds. */
const BODY_LIMIT = 8 * 1024 * 1024;
/** Longer than any ID in an address of the sandbox's own. */
const MAX_PARAMETER_LENGTH = 1000;
/** A request that has not arrived as a whole after this time is ended. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How often such requests are looked for. */
const CHECKING_MS = 5000;
/** What a call takes in memory besides what it has. */
const CALL_OVERHEAD_BYTES = 500;
/** So many problems of a file are said with its call; the answer has all. */
const MAX_SENTENCES = 20;
/** How many calls, emails and profiles are kept by default. */
export const DEFAULT_KEEP = 10_000;

/** Without a configuration, every client is accepted. */
const ANY_CLIENT = { id: 'sandbox-client', secret: 'sandbox-secret' };

export interface SandboxOptions extends Partial<SandboxConfig> {
	/** How many calls, emails and profiles are kept, each; the oldest are discarded. */
	readonly keep?: number;
	/** A file that keeps the state across restarts. */
	readonly dataFile?: string;
	/** Where calls are passed on to instead of being answered: the beginning of all addresses, or `production`. */
	readonly forward?: string;
	/** Names under which browsers may open the page, besides `localhost` and all IP addresses. */
	readonly allowedHosts?: readonly string[];
}

/** What happens to a call; undefined for Bluecore's answer. */
export type Interceptor = (call: IncomingCall) => FaultEffect | undefined;

/** A local stand-in for Bluecore's Events API, Transactional API and Developer API. */
export class Sandbox {
	readonly state: SandboxState;

	readonly faults = new Faults();

	/** The expectations that were checked. */
	readonly report = new Report();

	readonly config: SandboxConfig;

	readonly developerApi: DeveloperApi;

	/** Passes calls on instead of answering them. */
	readonly forwarder: Forwarder | undefined;

	/** Decides in a test what happens to a call. It is asked before the faults that are set. */
	interceptor: Interceptor | undefined;

	/** Changes with each reset and each restart: what a page showed before is no longer valid. */
	epoch = Date.now();

	private readonly app: FastifyInstance;

	private readonly access = new Access();

	private readonly keep: number;

	private readonly dataFileName: string | undefined;

	private dataFile: DataFile | undefined;

	private address = '';

	constructor({
		keep = DEFAULT_KEEP,
		dataFile,
		allowedHosts = [],
		forward,
		...config
	}: SandboxOptions = {}) {
		for (const name of allowedHosts) this.access.allow(name);
		this.config = { ...DEFAULT_CONFIG, ...config };
		this.keep = keep;
		this.state = new SandboxState(this.config, keep);
		this.developerApi = new DeveloperApi(this.config);
		this.dataFileName = dataFile;
		this.forwarder = forward === undefined ? undefined : new Forwarder(forward);
		this.app = this.createApp();
	}

	/** Base address, such as `http://127.0.0.1:4010`. */
	get url(): string {
		return this.address;
	}

	/** Where calls are passed on to, and how many have no answer yet; undefined if they are not passed on. */
	get forwarding() {
		return this.forwarder && { to: this.forwarder.base, waiting: this.forwarder.waiting };
	}

	/** Why the data file could not be written; undefined if it was. */
	get problem(): string | undefined {
		return this.dataFile?.problem;
	}

	/**
	 * Starts to listen. Port 0 stands for any free port; with the default host, only this machine can reach the sandbox. If the host
	 * is a name, browsers may open the page under it.
	 * @throws {Error} when the port is in use, or when the data file cannot be used
	 */
	async start(port = 0, host = '127.0.0.1'): Promise<this> {
		if (this.dataFileName !== undefined) {
			this.dataFile = await DataFile.open(this.dataFileName, this.state);
		}
		try {
			await this.app.listen({ port, host });
		} catch (error) {
			this.dataFile?.close();
			throw error;
		}
		this.access.allow(host);
		const { port: ownPort } = this.app.server.address() as AddressInfo;
		if (this.forwarder?.isOn(ownPort)) {
			await this.stop();
			throw new Error('The sandbox cannot forward calls to itself.');
		}
		this.address = addressOf(host, ownPort);
		return this;
	}

	async stop(): Promise<void> {
		await this.app.close();
		this.forwarder?.close();
		this.dataFile?.close();
	}

	/** Forgets all calls, profiles, emails, messages and expectations, and sets the time back. Faults and tokens stay. */
	reset(): void {
		this.state.reset();
		this.report.clear();
		this.developerApi.rateLimits.reset();
		this.epoch++;
		this.dataFile?.reset();
	}

	/** Forgets the calls, profiles, emails and messages of one namespace, for tests that run side by side. */
	resetNamespace(namespace: string): void {
		this.state.resetNamespace(namespace);
		this.developerApi.rateLimits.reset(namespace);
		this.epoch++;
		this.dataFile?.reset(namespace);
	}

	/**
	 * Replaces everything by the calls of a session.
	 * @throws {Error} when a call is not one that the sandbox could have recorded; nothing is changed then
	 */
	openSession(calls: readonly RecordedCall[]): void {
		const numbered = calls.map((call, n) => ({
			...call,
			id: n + 1,
			bytes: bytesOf(call),
		}));
		const trial = new SandboxState(this.config, this.keep);
		for (const call of numbered) {
			try {
				trial.replay(call);
			} catch (error) {
				const message = `Call ${call.id} is not one that the sandbox could have recorded.`;
				throw new Error(message, { cause: error });
			}
		}
		this.reset();
		for (const call of numbered) {
			this.state.replay(call);
			this.dataFile?.record(call);
		}
	}

	/** What to enter in n8n's credential. */
	credential(namespace = 'bluestore', apiKey = 'sandbox-key') {
		return {
			namespace,
			apiKey,
			environment: 'sandbox',
			sandboxUrl: this.url,
		};
	}

	/** What to enter in n8n's credential for the Developer API. */
	oAuth2Credential(
		namespace = 'bluestore',
		{ id: clientId, secret: clientSecret }: Pick<Client, 'id' | 'secret'> = ANY_CLIENT,
	) {
		return { namespace, clientId, clientSecret, environment: 'sandbox', sandboxUrl: this.url };
	}

	/** What to enter in n8n's credential, with a namespace and a key that the configuration accepts. */
	suggestedCredential() {
		const { namespaces, apiKeys } = this.config;
		return this.credential(namespaces.at(0), apiKeys.at(0));
	}

	/** The same for the Developer API. */
	suggestedOAuth2Credential() {
		const { namespaces, clients } = this.config;
		return this.oAuth2Credential(namespaces.at(0), clients.at(0));
	}

	/** Ends all tokens of the Developer API, as if they had expired. */
	expireTokens(): void {
		this.developerApi.tokens.expireAll();
	}

	/** Confirms the sign-ups of a phone number, as its owner would, in one namespace or in all. Returns how many there were. */
	confirmSubscriptions(phone: string, only?: string): number {
		const pending = this.state.profiles
			.list()
			.filter(({ namespace }) => only === undefined || namespace === only)
			.flatMap(({ namespace, subscriptions }) =>
				subscriptions
					.filter(({ id, status }) => id === phone && status === 'PENDING_CONFIRMATION')
					.map(({ message_type }) => ({ namespace, message_type })),
			);
		for (const { namespace, message_type } of pending) {
			const state = { event: 'CONFIRM', message_type };
			this.store({
				...{ api: 'eligibility', method: 'PUT', path: confirmationPath(phone), headers: {} },
				body: { id: { phone_number: phone }, state },
				...{ namespace, who: phone, what: nameOfConsent(state) ?? '' },
				...accept(204, undefined),
			});
		}
		return pending.length;
	}

	/** Records an import file, if it was not imported before. Returns what is made of it. */
	recordImport(fileName: string, file: JudgedFile, given?: string): JudgedFile {
		const namespace = given ?? this.credential(this.config.namespaces.at(0)).namespace;
		const path = `/sandbox/imports/${encodeURIComponent(fileName)}`;
		const earlier = this.state.calls.find(
			(call) => call.path === path && call.namespace === namespace && call.verdict === 'accepted',
		);
		const judged = earlier ? importedBefore(file, earlier.id) : file;
		const { what, contents, rows, accepted, problems } = judged;
		const isAccepted = accepted.length > 0 || problems.length === 0;
		const sentences = problems.slice(0, MAX_SENTENCES).map(describeProblem);
		this.store({
			...{ api: 'imports', method: 'POST', path, headers: { 'content-type': 'text/csv' } },
			body: { contents, rows: accepted },
			...{ namespace: shorten(namespace), who: shorten(fileName), what },
			...accept(200, { rows, accepted: accepted.length, problems }),
			verdict: isAccepted ? 'accepted' : 'refused',
			reasons: isAccepted ? [] : sentences,
			remarks: isAccepted ? sentences : [],
		});
		return judged;
	}

	private createApp(): FastifyInstance {
		const app = fastify({
			bodyLimit: BODY_LIMIT,
			forceCloseConnections: true,
			routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
			requestTimeout: REQUEST_TIMEOUT_MS,
			http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: CHECKING_MS },
			ajv: { customOptions: { removeAdditional: false } },
			schemaErrorFormatter: ([error]) => new Error(describeParameter(error)),
		});
		// Every body is read as bytes: whether it is valid is decided as Bluecore does it, not by the HTTP server.
		app.removeAllContentTypeParsers();
		app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
			done(null, body),
		);
		// Which address is one of Bluecore's is decided by one table, not by the HTTP server.
		app.setNotFoundHandler(async (request, reply) => await this.handle(request, reply));
		app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
			const { statusCode = 500, message } = error;
			const unread = statusCode === 413 || statusCode === 415 ? this.read(request) : undefined;
			const isBluecores = unread !== undefined && unread.call.api !== 'unknown';
			if (!isBluecores) return await reply.code(statusCode).send({ message });
			const decision = refuseUnreadable(unread.endpoint, statusCode as 413 | 415, message);
			this.record({ ...unread, now: this.state.clock.now() }, decision);
			return await reply.code(decision.status).send(decision.answer);
		});
		app.addHook('onRequest', (request, reply, done) => {
			const message = this.access.isFromOtherSite(request)
				? "The sandbox takes no calls from web pages, and neither do Bluecore's APIs."
				: this.access.isFromUnknownPage(request)
					? unknownName(request)
					: undefined;
			if (message === undefined) done();
			else void reply.code(403).send({ message });
		});
		inspectionApi(app, this, this.access);
		return app;
	}

	/** Reads a call. Where calls are forwarded, it may be meant for Bluecore, also if its address is wrong: no secret is kept. */
	private read(request: FastifyRequest) {
		return readRequest(request, this.forwarder !== undefined);
	}

	/** Records a call before it is answered, so that a call whose answer is lost is recorded, too. */
	private async handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
		const server = this.forwarder?.serverOf(request.url);
		const { call, endpoint } = this.read(request);
		if (isBrowserRequest(call) && server === undefined) {
			await reply.code(404).send({ message: 'Not found.' });
			return;
		}
		const now = this.state.clock.now();
		const fault = this.interceptor?.(call) ?? this.faults.next(call, now);
		const received = { call, endpoint, now, fault };
		const isProcessed = fault?.status === undefined && fault?.drop !== 'before';
		if (this.forwarder && server !== undefined && isProcessed) {
			await this.forward(this.forwarder, server, received, request, reply);
			return;
		}
		const decision = answerCall(call, endpoint, this, now, fault);
		const recorded = this.record(received, decision);
		const { answer } = decision.answerAfter ? recorded : decision;
		await sendAnswer(request, reply, { ...decision, answer }, fault);
	}

	/** Passes a call on, and records it with what came back and with the sandbox's own verdict. */
	private async forward(
		forwarder: Forwarder,
		server: string,
		received: Received,
		request: FastifyRequest,
		reply: FastifyReply,
	): Promise<void> {
		const { call, endpoint, now, fault } = received;
		const began = performance.now();
		const own = judgeForwarded(call, endpoint, this, now);
		const { method, url: path, raw } = request;
		const body = request.body as Buffer | undefined;
		let answer: ForwardedAnswer | undefined;
		let decision: Decision;
		try {
			answer = await forwarder.send(server, { method, path, rawHeaders: raw.rawHeaders, body });
			decision = withAnswer(own, answer, call);
		} catch (error) {
			decision = withoutAnswer(own, server, error as Error);
		}
		const ms = Math.round(performance.now() - began);
		const credentials = request.headers.authorization?.split(' ').at(-1);
		const [safe, decided] = withoutSecrets([{ ...call, apiKey: undefined }, decision] as const, [
			...[call.apiKey, credentials],
			...secretsIn(answer),
		]);
		this.record({ ...received, call: safe }, decided, { to: server, ms });
		if (answer) await sendForwarded(request, reply, answer, fault);
		else await sendAnswer(request, reply, decision, fault);
	}

	private record(
		{ call, endpoint, now: at, fault }: Received,
		decision: Decision,
		forwarded?: RecordedCall['forwarded'],
	): RecordedCall {
		const { api, method, path, headers, body, namespace, who } = call;
		const { answer, answerAfter, reasons, remarks, ...decided } = decision;
		return this.store(
			{
				...{ at, api, method, path, headers, body },
				namespace: shorten(namespace),
				who: shorten(who),
				what: shorten(endpoint.name(call, this.config)),
				...decided,
				...(fault?.drop && { status: 0 }),
				answer: api === 'token' ? shortenTokenIn(answer) : answer,
				reasons: reasons.map(shorten),
				remarks: remarks.map(shorten),
				...(forwarded && { forwarded }),
				...(fault && { fault: describeEffect(fault) }),
			},
			answerAfter,
		);
	}

	/** Applies a call to the state, and keeps it there and in the data file. */
	private store(
		call: Omit<RecordedCall, 'id' | 'at' | 'bytes'> & Partial<Pick<RecordedCall, 'at'>>,
		answerAfter?: Decision['answerAfter'],
	): RecordedCall {
		const { nextCall: id, clock } = this.state;
		const recorded = this.state.record(
			{ at: clock.now(), ...call, id, bytes: bytesOf(call) },
			answerAfter,
		);
		this.dataFile?.record(recorded);
		return recorded;
	}
}

/** A call that has arrived. */
interface Received {
	readonly call: IncomingCall;
	readonly endpoint: Endpoint;
	readonly now: number;
	readonly fault?: FaultEffect;
}

/** Roughly what a call takes in memory. */
const bytesOf = (call: object) => CALL_OVERHEAD_BYTES + sizeOf(call);

/** The base address at which this machine reaches a sandbox that listens on `host`. */
function addressOf(host: string, port: number): string {
	const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
	return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
