import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';

import { ROOT } from '../../../harness/paths';

/** What is used of ssh2, the library of n8n's own FTP node. It has no types of its own. */
interface Ssh2 {
	readonly Server: new (
		options: { hostKeys: string[] },
		onClient: (client: Emitter) => void,
	) => Server;
	readonly utils: { generateKeyPairSync(kind: string): { private: string } };
}
/** Emits what is asked of a server; who listens knows what comes with each event. */
interface Emitter {
	on(event: string, then: (...given: never[]) => void): this;
}
interface Attempt {
	readonly method: string;
	readonly username: string;
	readonly password?: string;
	accept(): void;
	reject(methods: string[]): void;
}
interface SftpSession extends Emitter {
	attrs(id: number, attributes: Record<string, number>): void;
	handle(id: number, handle: Buffer): void;
	status(id: number, code: number): void;
}

const OK = 0;
const FOLDER = { mode: 0o040755, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

/** An SFTP server that keeps the files that it is given. */
export class SftpStandIn {
	/** The text of each file, by its path. */
	readonly files = new Map<string, string>();

	readonly credential = { host: '127.0.0.1', port: 0, username: 'store', password: 'secret' };

	private readonly server: Server;

	constructor() {
		const n8n = createRequire(path.join(ROOT, '.e2e', 'n8n-2', 'node_modules', 'n8n', 'a.js'));
		const { Server: SshServer, utils } = n8n('ssh2') as Ssh2;
		const { private: key } = utils.generateKeyPairSync('ed25519');
		this.server = new SshServer({ hostKeys: [key] }, (client) => {
			const { username, password } = this.credential;
			client
				.on('error', () => undefined)
				.on('authentication', (attempt: Attempt) => {
					const isKnown = attempt.username === username && attempt.password === password;
					if (isKnown) attempt.accept();
					else attempt.reject(['password']);
				})
				.on('session', (accept: () => Emitter) => {
					accept().on('sftp', (begin: () => SftpSession) => this.receive(begin()));
				});
		});
	}

	async start(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.credential.port = (this.server.address() as AddressInfo).port;
		return this;
	}

	async stop(): Promise<void> {
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** The handle of a file is its path. Every folder is there. */
	private receive(session: SftpSession): void {
		session
			.on('STAT', (id: number) => session.attrs(id, FOLDER))
			.on('LSTAT', (id: number) => session.attrs(id, FOLDER))
			.on('OPEN', (id: number, file: string) => {
				this.files.set(file, '');
				session.handle(id, Buffer.from(file));
			})
			.on('WRITE', (id: number, handle: Buffer, _offset: number, data: Buffer) => {
				const file = handle.toString();
				this.files.set(file, (this.files.get(file) ?? '') + data.toString());
				session.status(id, OK);
			})
			.on('CLOSE', (id: number) => session.status(id, OK));
	}
}
