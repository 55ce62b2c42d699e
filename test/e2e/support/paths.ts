import path from 'node:path';

export const ROOT = path.join(__dirname, '..', '..', '..');
/** What install.mjs has installed. */
const INSTALLED = path.join(ROOT, '.e2e');

/** The folder of the Node.js that n8n runs on. */
export const NODE_FOLDER = path.join(INSTALLED, 'node', 'node_modules', '.bin');

/** n8n's lines that are tested: the current one, and the last one of 1.x. */
export const LINES = ['2', '1'] as const;
export type Line = (typeof LINES)[number];

/** The program of one of n8n's lines. */
export const n8nProgram = (line: Line): string =>
	path.join(INSTALLED, `n8n-${line}`, 'node_modules', 'n8n', 'bin', 'n8n');
