import path from 'node:path';

import { ROOT } from '../harness/paths';

/**
 * A module of the built package, by its path in `nodes`. The sources would be compiled by tsx, which names each function when it is
 * created, and this would be measured too.
 */
export const built = (file: string): unknown =>
	// eslint-disable-next-line @typescript-eslint/no-require-imports
	require(path.join(ROOT, 'dist', 'nodes', file));
