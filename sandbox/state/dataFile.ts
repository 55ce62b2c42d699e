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

import type { RecordedCall } from './calls';
import { isRecord } from '../schemas/jsonValues';
import type { SandboxState, StatePart } from './sandboxState';

const HEADER = { file: 'Bluecore sandbox', version: 1 };
/** So much may be appended before the file is written anew. */
const MOST_APPENDED_BYTES = 256 * 1024 * 1024;

/** A line of the file: its header, a part of the state, a call taken since, or a reset. */
type Line = typeof HEADER | StatePart | { readonly taken: RecordedCall } | { readonly reset: true };

/**
 * Keeps the state over a restart: JSON lines, the state at the last start and then every call since. A call is written before
 * it is answered, so that a kill loses at most the one that was being written.
 */
export class DataFile {
	private descriptor = -1;

	/** Up to where the file is whole, in bytes. */
	private size = 0;

	private appended = 0;

	private constructor(
		private readonly file: string,
		private readonly state: SandboxState,
	) {}

	/**
	 * Puts the file's state into `state`, and keeps the file from then on.
	 * @throws {Error} when the file is there and is not one of the sandbox, or another sandbox keeps it
	 */
	static async open(file: string, state: SandboxState): Promise<DataFile> {
		lock(file);
		try {
			if (existsSync(file)) await read(file, state);
			const dataFile = new DataFile(file, state);
			dataFile.rewrite();
			return dataFile;
		} catch (error) {
			unlock(file);
			throw error;
		}
	}

	/** @throws {Error} when it cannot be written; then the file is as before */
	take(taken: RecordedCall): void {
		this.append({ taken });
		if (this.appended > MOST_APPENDED_BYTES) this.rewrite();
	}

	reset(): void {
		this.append({ reset: true });
	}

	close(): void {
		closeSync(this.descriptor);
		unlock(this.file);
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

	/** Writes the state beside the file and puts it in its place: the file is whole at every moment. */
	private rewrite(): void {
		const beside = `${this.file}.new`;
		const descriptor = openSync(beside, 'w');
		writeFileSync(descriptor, `${JSON.stringify(HEADER)}\n`);
		for (const part of this.state.parts()) writeFileSync(descriptor, `${JSON.stringify(part)}\n`);
		fsyncSync(descriptor);
		this.size = fstatSync(descriptor).size;
		closeSync(descriptor);
		renameSync(beside, this.file);
		if (this.descriptor >= 0) closeSync(this.descriptor);
		this.descriptor = openSync(this.file, 'a');
		this.appended = 0;
	}
}

const lockOf = (file: string) => `${file}.lock`;

/** Keeps other sandboxes from the file; a lock whose process is gone does not count. */
function lock(file: string): void {
	const name = lockOf(file);
	const holder = existsSync(name) ? Number(readFileSync(name, 'utf8')) : 0;
	if (holder > 0 && isRunning(holder)) {
		throw new Error(
			`${file} is kept by another sandbox, process ${holder}. Stop it, or choose another file with --data. (If there is none, remove ${name}.)`,
		);
	}
	writeFileSync(name, String(process.pid));
}

const unlock = (file: string) => rmSync(lockOf(file), { force: true });

function isRunning(process_: number): boolean {
	try {
		return process.kill(process_, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

async function read(file: string, state: SandboxState): Promise<void> {
	const handle = await open(file);
	let number = 0;
	/** A line that is no JSON: good only as the last one, cut off by a kill. */
	let broken = 0;
	try {
		for await (const text of handle.readLines()) {
			number++;
			if (broken > 0) {
				throw new Error(`Line ${broken} of ${file} is damaged. Mend or remove the line.`);
			}
			const line = parsed(text);
			if (number === 1 && !(isRecord(line) && line.file === HEADER.file && line.version === 1)) {
				throw new Error(`${file} is not a data file of this sandbox. Choose another with --data.`);
			}
			if (line === undefined) broken = number;
			else if (number > 1) restore(line as Line, state);
		}
	} finally {
		await handle.close();
	}
}

function restore(line: Line, state: SandboxState): void {
	if ('taken' in line) state.takeAgain(line.taken);
	else if ('reset' in line) state.reset();
	else if (!('file' in line)) state.restore(line);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
