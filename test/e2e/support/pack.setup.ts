import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from './paths';

/** Builds and packs the package once, as it would be published: every n8n of these tests has it installed from the tarball. */
export default function pack(): void {
	const folder = path.join(ROOT, '.e2e', 'package');
	mkdirSync(folder, { recursive: true });
	execFileSync('npx', ['gulp', 'build', '--silent'], { cwd: ROOT });
	const [{ filename }] = JSON.parse(
		execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
			cwd: ROOT,
			encoding: 'utf8',
		}),
	) as Array<{ filename: string }>;
	process.env.E2E_TARBALL = path.join(folder, filename);
}
