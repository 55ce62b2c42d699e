import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** Stands for Bluecore's own servers. */
export const PRODUCTION = 'production';

/** Which addresses are forwarded, and which of Bluecore's servers answers them. The first that fits is taken. */
const SERVERS: ReadonlyArray<readonly [prefix: string, server: string]> = [
	['/api/track/', 'https://api.bluecore.app'],
	['/email/', 'https://api.bluecore.com'],
	['/api/', 'https://a.bluecore.com'],
	['/oauth/', 'https://auth.bluecore.com'],
];

/** A server that has not answered after this time is given up. */
const TIMEOUT_MS = 60_000;
/** An answer that is larger is given up. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Methods that mostly come without a body; of all others, the length of the body is said, also if it is empty. */
const WITHOUT_BODY = /^(GET|HEAD|DELETE|OPTIONS|TRACE)$/;

/** Headers that are about one connection, and not about the call. */
const OF_CONNECTION =
	/^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length)$/i;

/** A request, as it arrived. */
type ForwardedRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>;

/** What came back. */
export interface ForwardedAnswer {
	readonly status: number;
	readonly statusText: string | undefined;
	/** Names and values in turn, as they arrived. */
	readonly rawHeaders: readonly string[];
	readonly headers: IncomingMessage['headers'];
	readonly body: Buffer;
}

/** A connection that is not used for so long is closed, before the server closes it. */
const KEPT = { keepAlive: true, timeout: 4000 };

/** Passes calls on to another server, unchanged. */
export class Forwarder {
	private readonly agents = {
		http: new HttpAgent(KEPT),
		https: new HttpsAgent(KEPT),
	};

	/** When the calls were passed on that have no answer yet, by a number of each. */
	private readonly waitingSince = new Map<number, number>();

	private lastNumber = 0;

	/** The addresses of the servers, which take longer to parse than to look up. */
	private readonly urls = new Map<string, URL>();

	/** `base` is the beginning of all addresses, or `production`. */
	constructor(
		readonly base: string,
		private readonly timeoutMs = TIMEOUT_MS,
	) {}

	/** How many calls have no answer yet, and for how long the first of them has been waiting. */
	get waiting(): { calls: number; ms: number } {
		const first = this.waitingSince.values().next();
		const ms = first.done ? 0 : Math.round(performance.now() - first.value);
		return { calls: this.waitingSince.size, ms };
	}

	/** The server that a call is passed on to; undefined if the address is not one of Bluecore's. */
	serverOf(path: string): string | undefined {
		const server = SERVERS.find(([prefix]) => path.startsWith(prefix))?.[1];
		return server === undefined || this.base === PRODUCTION ? server : this.base.replace(/\/$/, '');
	}

	/**
	 * Passes a call on.
	 * @throws {Error} when there is no answer
	 */
	async send(
		server: string,
		call: ForwardedRequest,
		body: Buffer | undefined,
	): Promise<ForwardedAnswer> {
		const number = ++this.lastNumber;
		this.waitingSince.set(number, performance.now());
		const url = this.urls.get(server) ?? new URL(server);
		this.urls.set(server, url);
		try {
			return await this.ask(url, call, body);
		} finally {
			this.waitingSince.delete(number);
		}
	}

	/** Whether the base is a port of this machine. */
	isOn(port: number): boolean {
		if (this.base === PRODUCTION) return false;
		const { hostname, port: own } = new URL(this.base);
		return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname) && Number(own) === port;
	}

	close(): void {
		this.agents.http.destroy();
		this.agents.https.destroy();
	}

	private async ask(
		url: URL,
		{ method = '', url: path = '', rawHeaders }: ForwardedRequest,
		body: Buffer | undefined,
	): Promise<ForwardedAnswer> {
		const isHttps = url.protocol === 'https:';
		const headers = [
			...['Host', url.host],
			...withoutConnection(rawHeaders),
			...(body || !WITHOUT_BODY.test(method) ? ['Content-Length', String(body?.length ?? 0)] : []),
		];
		return await new Promise((resolve, reject) => {
			const request = (isHttps ? httpsRequest : httpRequest)({
				host: url.hostname.replace(/^\[|\]$/g, ''),
				port: url.port,
				path: url.pathname.replace(/\/$/, '') + path,
				method,
				headers,
				agent: isHttps ? this.agents.https : this.agents.http,
			});
			const timer = setTimeout(
				() => request.destroy(new Error(`no answer within ${this.timeoutMs / 1000} seconds`)),
				this.timeoutMs,
			);
			const fail = (error: Error) => {
				clearTimeout(timer);
				request.destroy();
				reject(error);
			};
			request.on('error', fail);
			request.on('response', (answer) =>
				readAnswer(answer, fail, (read) => {
					clearTimeout(timer);
					resolve(read);
				}),
			);
			// As one text with the headers, which is written faster than two parts.
			request.end(body?.toString('latin1'), 'latin1');
		});
	}
}

function readAnswer(
	answer: IncomingMessage,
	fail: (error: Error) => void,
	done: (answer: ForwardedAnswer) => void,
): void {
	const chunks: Buffer[] = [];
	let bytes = 0;
	answer.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes > MAX_ANSWER_BYTES) fail(new Error('the answer is too large'));
		else chunks.push(chunk);
	});
	answer.on('error', fail);
	answer.on('end', () => {
		const { statusCode: status = 0, statusMessage: statusText, rawHeaders, headers } = answer;
		done({ status, statusText, rawHeaders, headers, body: Buffer.concat(chunks) });
	});
}

/** Headers without those that are about one connection. */
export function withoutConnection(rawHeaders: readonly string[]): string[] {
	const kept: string[] = [];
	for (let n = 0; n < rawHeaders.length; n += 2) {
		if (!OF_CONNECTION.test(rawHeaders[n])) kept.push(rawHeaders[n], rawHeaders[n + 1]);
	}
	return kept;
}
