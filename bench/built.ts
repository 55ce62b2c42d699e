import { createRequire } from 'node:module';
import path from 'node:path';

import { ROOT } from '../harness/paths';

const load = createRequire(__filename);

/**
 * A module of the built package, by its path in `nodes`. The sources would be compiled by tsx, which names each function when it is
 * created, and this would be measured too.
 */
export const built = (file: string): unknown => load(path.join(ROOT, 'dist', 'nodes', file));
