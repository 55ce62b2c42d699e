import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../harness/paths';
import { interfaceListing } from './interfaceListing';
import { PAGES_WITH_TABLES, withTables } from './tables';

async function main(): Promise<void> {
	for (const page of PAGES_WITH_TABLES) {
		const file = path.join(ROOT, page);
		writeFileSync(file, withTables(page, readFileSync(file, 'utf8')));
	}
	writeFileSync(path.join(ROOT, 'docs', 'interface.md'), await interfaceListing(ROOT));
}

void main();
