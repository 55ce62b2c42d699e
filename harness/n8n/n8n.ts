import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import axios from 'axios';

import { version } from '../../package.json';
import { ROOT } from '../paths';
import { scratchFolder } from '../scratchFolder';
import { freePort, Program } from './program';
import { Rest } from './rest';

const run = promisify(execFile);

/** n8n's lines that are tested: the current one, and the last one of 1.x. */
export const LINES = ['2', '1'] as const;
export type Line = (typeof LINES)[number];

/** Where `scripts/install.mjs` installs them, the Node.js that they run on, and the packed package. */
const INSTALLED = path.join(ROOT, '.e2e');
const NODE_FOLDER = path.join(INSTALLED, 'node/node_modules/.bin');
const TARBALL = path.join(INSTALLED, `n8n-nodes-bluecore-${version}.tgz`);

const ENVIRONMENT = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
	N8N_SECURE_COOKIE: 'false',
	N8N_ENCRYPTION_KEY: 'one-for-all-tests',
	N8N_BLOCK_ENV_ACCESS_IN_NODE: 'true',
	// The workflows here have no code that a task runner would run, so none is started.
	N8N_RUNNERS_MODE: 'external',
	N8N_RUNNERS_AUTH_TOKEN: 'of no runner',
	// Look-ups of n8n's own hosts that can only fail here.
	N8N_COMMUNITY_PACKAGES_REGISTRY: 'http://127.0.0.1:9',
	NODE_OPTIONS: '',
};

const isReady = (port: number) => async () =>
	await axios.get(`http://127.0.0.1:${port}/healthz/readiness`, { timeout: 1000 });

/** An n8n with the packed package installed in the way in which its settings page does it. */
export class N8n {
	private program: Program | undefined;

	private client: Rest | undefined;

	url = '';

	private constructor(
		readonly line: Line,
		/** n8n's user folder. */
		readonly folder: string,
		private readonly env: Readonly<Record<string, string>>,
	) {}

	/** Prepares one in a folder of its own. */
	static async prepare(line: Line, env: Readonly<Record<string, string>> = {}): Promise<N8n> {
		const folder = scratchFolder();
		const nodes = path.join(folder, '.n8n', 'nodes');
		mkdirSync(nodes, { recursive: true });
		const manifest = { name: 'installed-nodes', private: true, dependencies: {} };
		writeFileSync(path.join(nodes, 'package.json'), JSON.stringify(manifest));
		const options = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
		await run('npm', ['install', ...options, TARBALL], { cwd: nodes });
		return new N8n(line, folder, env);
	}

	/** The highest resident memory of the server so far, in MB. */
	get peakMb(): number {
		return this.program?.peakMb ?? 0;
	}

	get log(): string {
		return this.program?.log ?? '';
	}

	get rest(): Rest {
		if (!this.client) throw new Error('n8n has not been started');
		return this.client;
	}

	/** Starts the server, and signs the owner in. */
	async start(): Promise<this> {
		const port = await freePort();
		this.url = `http://127.0.0.1:${port}`;
		this.program = await this.launch('start', [], { N8N_PORT: String(port) });
		await this.program.untilReady(isReady(port));
		this.client = await Rest.signIn(this.url);
		return this;
	}

	/** Starts a worker of a queue, and waits until it takes work. */
	async startWorker(concurrency: number): Promise<Program> {
		const port = await freePort();
		const worker = await this.launch('worker', [`--concurrency=${concurrency}`], {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(port),
		});
		await worker.untilReady(isReady(port));
		return worker;
	}

	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		await this.program?.stop(signal);
	}

	/** Starts a command of n8n's. */
	async launch(
		command: string,
		args: readonly string[],
		env: Readonly<Record<string, string>> = {},
	): Promise<Program> {
		return new Program(
			`n8n ${this.line} ${command}`,
			[
				'node',
				path.join(INSTALLED, `n8n-${this.line}`, 'node_modules/n8n/bin/n8n'),
				command,
				...args,
			],
			path.join(this.folder, `${command}.log`),
			{
				...process.env,
				// Under Jest's own, n8n would take itself for tested.
				NODE_ENV: 'production',
				JEST_WORKER_ID: undefined,
				...ENVIRONMENT,
				N8N_PORT: String(await freePort()),
				N8N_RUNNERS_BROKER_PORT: String(await freePort()),
				...this.env,
				...env,
				N8N_USER_FOLDER: this.folder,
				PATH: `${NODE_FOLDER}:${process.env.PATH}`,
			},
		);
	}
}
