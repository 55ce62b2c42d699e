import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// n8n-core reads its folder and its decorators' metadata when it is loaded, so this is imported before it.
import 'reflect-metadata';

if (process.env.N8N_USER_FOLDER === undefined) {
	const folder = mkdtempSync(path.join(tmpdir(), 'n8n-engine-'));
	process.env.N8N_USER_FOLDER = folder;
	process.on('exit', () => {
		rmSync(folder, { recursive: true, force: true });
	});
}
// Without a key n8n makes one up and says so.
process.env.N8N_ENCRYPTION_KEY ??= 'nothing is stored';
