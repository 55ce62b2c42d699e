import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import fastify, { type FastifyInstance } from 'fastify';

import { DEFAULT_CONFIG, type Client, type SandboxConfig } from './account/config';
import { accept } from './answers/decisions';
import { DeveloperApi } from './developerApi/developerApi';
import { Faults } from './faults/faults';
import { Forwarder } from './forward/forwarder';
import { Access } from './inspect/access';
import { inspectionApi } from './inspect/inspectionApi';
import { describeParameter } from './inspect/listQuery';
import { receiveCall, type Interceptor } from './receiveCall';
import { shorten, sizeOf } from './schemas/jsonValues';
import type { Decision, NewCall, RecordedCall } from './state/calls';
import { DataFile } from './state/dataFile';
import { textOfIdentifier } from './state/identifiers';
import { SandboxState } from './state/sandboxState';
import { confirmationPath, nameOfConsent } from './state/subscriptions';
import { Report } from './verify/report';

/** Longer than any ID in an address of the sandbox's own. */
const MAX_PARAMETER_LENGTH = 1000;
/** The addresses of the sandbox's own API and page. */
const OWN_ADDRESS = /^\/(sandbox\/|page\/|openapi\.json|\?|$)/;
const TIMEOUTS = {
	/** A request that has not arrived as a whole after this time is ended, in milliseconds. */
	requestTimeout: 60_000,
	headersTimeout: 60_000,
	/** How often such requests are looked for. */
	connectionsCheckingInterval: 5000,
	/** How long a connection is kept for the next request, longer than clients keep it. */
	keepAliveTimeout: 72_000,
};
/** What a call takes in memory besides what it has. */
const CALL_OVERHEAD_BYTES = 500;
/** How many calls, emails and profiles are kept by default. */
export const DEFAULT_KEEP = 10_000;

/** What stands in the place of keys and secrets that are those of the server behind the sandbox. */
const YOUR_OWN = '(your own)';
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
		return this.credential(namespaces.at(0), this.forwarder ? YOUR_OWN : apiKeys.at(0));
	}

	/** The same for the Developer API. */
	suggestedOAuth2Credential() {
		const { namespaces, clients } = this.config;
		const yourOwn = { id: YOUR_OWN, secret: YOUR_OWN };
		return this.oAuth2Credential(namespaces.at(0), this.forwarder ? yourOwn : clients.at(0));
	}

	/** Ends all tokens of the Developer API, as if they had expired. */
	expireTokens(): void {
		this.developerApi.tokens.expireAll();
	}

	/** Confirms the sign-ups of a phone number, as its owner would, in one namespace or in all. Returns how many there were. */
	confirmSubscriptions(phoneNumber: string, only?: string): number {
		const phone = textOfIdentifier({ phone_number: phoneNumber });
		const pending = this.state.profiles
			.list()
			.filter(({ namespace }) => only === undefined || namespace === shorten(only))
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

	/** Records a call, and writes it into the data file. */
	readonly store = (call: NewCall, answerAfter?: Decision['answerAfter']): RecordedCall => {
		const { nextCall: id, clock } = this.state;
		const recorded = this.state.record(
			{ at: clock.now(), ...call, id, bytes: bytesOf(call) },
			answerAfter,
		);
		this.dataFile?.record(recorded);
		return recorded;
	};

	/** The sandbox's own addresses are answered by Fastify. All others are calls of Bluecore's APIs, which are read as bytes: whether they are valid is decided as Bluecore does it. */
	private createApp(): FastifyInstance {
		const app = fastify({
			serverFactory: (own) =>
				createServer(TIMEOUTS, (request, response) => {
					const isOwn = OWN_ADDRESS.test(request.url ?? '');
					const message = this.access.whyRefused(request, isOwn);
					if (message !== undefined) refuse(response, 403, message);
					else if (isOwn) own(request, response);
					else {
						receiveCall(this, request, response).catch((error: unknown) =>
							refuse(response, 500, String(error)),
						);
					}
				}),
			forceCloseConnections: true,
			routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
			ajv: { customOptions: { removeAdditional: false } },
			schemaErrorFormatter: ([error]) => new Error(describeParameter(error)),
		});
		app.removeAllContentTypeParsers();
		app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
			done(null, body),
		);
		app.setErrorHandler(
			async ({ statusCode = 500, message }: Error & { statusCode?: number }, _request, reply) =>
				await reply.code(statusCode).send({ message }),
		);
		app.setNotFoundHandler(
			async (_request, reply) => await reply.code(404).send({ message: 'Not found.' }),
		);
		inspectionApi(app, this);
		return app;
	}
}

/** Says why there is no other answer; if a part of one was sent, that ends. */
function refuse(response: ServerResponse, status: number, message: string): void {
	if (response.headersSent) {
		response.destroy();
		return;
	}
	response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
	response.end(JSON.stringify({ message }));
}

/** Roughly what a call takes in memory. */
const bytesOf = (call: object) => CALL_OVERHEAD_BYTES + sizeOf(call);

/** The base address at which this machine reaches a sandbox that listens on `host`. */
function addressOf(host: string, port: number): string {
	const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
	return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
