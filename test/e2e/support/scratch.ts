import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of a test's own that other users can look into, as PostgreSQL's has to. */
export function scratchFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'bluecore-e2e-'));
	chmodSync(folder, 0o755);
	return folder;
}

export const removeFolder = (folder: string): void =>
	rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
