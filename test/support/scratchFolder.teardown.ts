import { rmSync } from 'node:fs';

/** Removes what `scratchFolder.setup.ts` made. */
export default function teardown(): void {
	rmSync(process.env.N8N_USER_FOLDER ?? '', { recursive: true, force: true });
}
