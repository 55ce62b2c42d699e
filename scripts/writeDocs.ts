import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { withTables } from './tables';

const README = path.join(__dirname, '..', 'README.md');
writeFileSync(README, withTables(readFileSync(README, 'utf8')));
