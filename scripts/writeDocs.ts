import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { withOperationsTable } from './operationsTable';

const README = path.join(__dirname, '..', 'README.md');
writeFileSync(README, withOperationsTable(readFileSync(README, 'utf8')));
