import {
	closeSync,
	existsSync,
	fstatSync,
	fsyncSync,
	ftruncateSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';

import { isRecord } from '../schemas/jsonValues';
import type { RecordedCall } from './calls';
import type { SandboxState, StatePart } from './sandboxState';

const HEADER = { file: 'Bluecore sandbox', version: 1 };
/** The file is compacted after this many bytes were appended to it. */
const COMPACT_AFTER_BYTES = 256 * 1024 * 1024;

/** A line of the file: the header, a part of the state at the last compaction, or a call or a reset after it. */
type Line =
	| typeof HEADER
	| StatePart
	| { readonly recorded: RecordedCall }
	| { readonly reset: true; readonly namespace?: string };

/**
 * Keeps the state across restarts, as lines of JSON: the state at the last compaction, then every call since. A call is written
 * before it is answered, so that a kill loses at most the call that was being written. The file is compacted at each start.
 */
export class DataFile {
	/** Why the last call or reset could not be written; undefined if it was written. */
	problem: string | undefined;

	private descriptor = -1;

	/** Size of the complete lines, in bytes. */
	private size = 0;

	private appended = 0;

	private constructor(
		private readonly file: string,
		private readonly state: SandboxState,
	) {}

	/**
	 * Reads the file into `state`, and from then on writes to it.
	 * @throws {Error} when the file is not a data file of the sandbox, is damaged, or is in use by another sandbox
	 */
	static async open(file: string, state: SandboxState): Promise<DataFile> {
		lock(file);
		try {
			if (existsSync(file)) await read(file, state);
			const dataFile = new DataFile(file, state);
			dataFile.compact();
			return dataFile;
		} catch (error) {
			unlock(file);
			throw explain(file, error);
		}
	}

	/** Writes a call. If that fails, `problem` says why, and the file is as before. */
	record(call: RecordedCall): void {
		this.write({ recorded: call });
	}

	/** Writes that the state was reset, or what is kept of a namespace. If that fails, `problem` says why, and the file is as before. */
	reset(namespace?: string): void {
		this.write({ reset: true, ...(namespace !== undefined && { namespace }) });
	}

	close(): void {
		closeSync(this.descriptor);
		unlock(this.file);
	}

	private write(line: Line): void {
		try {
			this.append(line);
			if (this.appended > COMPACT_AFTER_BYTES) this.compact();
			this.problem = undefined;
		} catch (error) {
			this.problem = `The data file cannot be written, so the calls that arrive now will be lost at the next restart: ${(error as Error).message}`;
			console.error(this.problem);
		}
	}

	private append(line: Line): void {
		const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
		try {
			writeFileSync(this.descriptor, bytes);
		} catch (error) {
			ftruncateSync(this.descriptor, this.size);
			throw error;
		}
		this.size += bytes.length;
		this.appended += bytes.length;
	}

	/** Writes the state into a second file and renames that, so that a kill leaves one complete file or the other. */
	private compact(): void {
		const newFile = `${this.file}.new`;
		const descriptor = openSync(newFile, 'w');
		writeFileSync(descriptor, `${JSON.stringify(HEADER)}\n`);
		for (const part of this.state.parts()) writeFileSync(descriptor, `${JSON.stringify(part)}\n`);
		fsyncSync(descriptor);
		this.size = fstatSync(descriptor).size;
		closeSync(descriptor);
		renameSync(newFile, this.file);
		if (this.descriptor >= 0) closeSync(this.descriptor);
		this.descriptor = openSync(this.file, 'a');
		this.appended = 0;
	}
}

const lockOf = (file: string) => `${file}.lock`;

/** The files that are locked in this process. */
const locked = new Set<string>();

/**
 * Creates the lock file, which has the ID of this process. A lock of a process that no longer runs is ignored, and so is one with this
 * process's own ID that was not made here: in a container, a process often has the ID of the one that was killed before.
 */
function lock(file: string): void {
	const name = lockOf(file);
	const owner = existsSync(name) ? Number(readFileSync(name, 'utf8')) : 0;
	const isInUse = owner === process.pid ? locked.has(resolve(file)) : owner > 0 && isRunning(owner);
	if (isInUse) {
		throw new Error(
			`${file} is in use by another sandbox, process ${owner}. Stop that sandbox, or choose another file with --data. If process ${owner} is not a sandbox, delete ${name}.`,
		);
	}
	try {
		writeFileSync(name, String(process.pid));
	} catch (error) {
		throw explain(file, error);
	}
	locked.add(resolve(file));
}

/** What to do about a file that the system does not let the sandbox use; other errors say it themselves. */
function explain(file: string, error: unknown): unknown {
	const { code, message } = error as NodeJS.ErrnoException;
	if (code === undefined) return error;
	return new Error(`${file} cannot be used: ${message}. Choose another file with --data.`, {
		cause: error,
	});
}

function unlock(file: string): void {
	rmSync(lockOf(file), { force: true });
	locked.delete(resolve(file));
}

function isRunning(processId: number): boolean {
	try {
		return process.kill(processId, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

async function read(file: string, state: SandboxState): Promise<void> {
	const handle = await open(file);
	let number = 0;
	/** Number of a line that is not JSON. Only the last line may be one: a kill cut it off. */
	let damaged = 0;
	try {
		for await (const text of handle.readLines()) {
			number++;
			if (damaged > 0) {
				throw new Error(`Line ${damaged} of ${file} is damaged. Correct it or delete the line.`);
			}
			const line = parse(text);
			if (number === 1 && !(isRecord(line) && line.file === HEADER.file && line.version === 1)) {
				throw new Error(
					`${file} is not a data file of the sandbox. Choose another file with --data.`,
				);
			}
			if (line === undefined) damaged = number;
			else if (number > 1) restore(line as Line, state);
		}
	} finally {
		await handle.close();
	}
}

function restore(line: Line, state: SandboxState): void {
	if ('recorded' in line) state.replay(line.recorded);
	else if ('reset' in line) {
		if (line.namespace === undefined) state.reset();
		else state.resetNamespace(line.namespace);
	} else if (!('file' in line)) state.restore(line);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
