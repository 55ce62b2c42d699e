import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };
const folders: string[] = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, REMOVAL)));

/**
 * A new folder for temporary files, removed when the process ends; in a test, when all tests have ended. Other users can
 * read it, as PostgreSQL's user has to.
 */
export function scratchFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-bluecore-'));
	chmodSync(folder, 0o755);
	folders.push(folder);
	return folder;
}
