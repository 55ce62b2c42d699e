import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const running = new Set<Program>();

/** A program that runs in the background, with what it prints in a file. */
export class Program {
	private readonly child: ChildProcess;

	private readonly ended: Promise<void>;

	/** How it ended, if it has. */
	private ending: string | undefined;

	constructor(
		readonly name: string,
		[command, ...args]: readonly string[],
		private readonly logFile: string,
		env: NodeJS.ProcessEnv,
	) {
		const log = openSync(logFile, 'w');
		this.child = spawn(command, args, { env, stdio: ['ignore', log, log], detached: true });
		closeSync(log);
		running.add(this);
		const end = (how: unknown) => {
			this.ending = String(how);
			running.delete(this);
		};
		this.ended = once(this.child, 'exit').then(([code, signal]) => end(signal ?? code), end);
	}

	get hasEnded(): boolean {
		return this.ending !== undefined;
	}

	private get pid(): number {
		return this.child.pid ?? 0;
	}

	/** The highest resident memory so far, in MB; 0 when it has ended. */
	get peakMb(): number {
		try {
			const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
			return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
		} catch {
			return 0;
		}
	}

	get log(): string {
		return readFileSync(this.logFile, 'utf8');
	}

	/** Waits until a check of it no longer fails; says what it printed when it ends before, or takes too long. */
	async untilReady(check: () => Promise<unknown>, seconds = 240): Promise<void> {
		const printed = () => this.log.slice(-4000);
		const isReady = async () => {
			if (this.hasEnded) throw new Error(`${this.name} ended (${this.ending}):\n${printed()}`);
			return await check().then(
				() => true,
				() => false,
			);
		};
		await until(() => `${this.name} is ready:\n${printed()}`, isReady, seconds, 200);
	}

	/** Ends it and whatever it started, in the way of the signal, and waits for the end. */
	async stop(signal: NodeJS.Signals = 'SIGTERM', seconds = 60): Promise<void> {
		if (this.hasEnded) return;
		const kill = (by: NodeJS.Signals) => {
			try {
				process.kill(-this.pid, by);
			} catch {
				// It has ended meanwhile.
			}
		};
		kill(signal);
		const timer = setTimeout(kill, seconds * 1000, 'SIGKILL');
		await this.ended;
		clearTimeout(timer);
	}
}

/** Ends all programs that still run. */
export const stopAll = async (): Promise<void> => {
	await Promise.all([...running].map(async (program) => await program.stop('SIGKILL')));
};

/** Waits until something is there or true, and gives it; says what was waited for when it does not become so. */
export async function until<T>(
	what: string | (() => string),
	find: () => T | Promise<T>,
	seconds = 60,
	everyMs = 50,
): Promise<Exclude<T, false | undefined>> {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const found = await find();
		if (found !== false && found !== undefined) return found as Exclude<T, false | undefined>;
		if (Date.now() > end) {
			throw new Error(`After ${seconds} s still not: ${typeof what === 'string' ? what : what()}`);
		}
		await pause(everyMs);
	}
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	await once(server.close(), 'close');
	return port;
}
