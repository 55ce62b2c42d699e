import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../harness/paths';

export const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The pages of the documentation, as paths from the root. */
export const PAGES = ['.', 'docs', 'docs/queue-mode', 'examples', 'sandbox'].flatMap((folder) =>
	readdirSync(path.join(ROOT, folder))
		.filter((file) => file.endsWith('.md'))
		.map((file) => path.posix.join(folder, file)),
);

interface Snippet {
	readonly page: string;
	readonly language: string;
	readonly code: string;
}

/** The fenced blocks of all pages. */
export const SNIPPETS: readonly Snippet[] = PAGES.flatMap((page) =>
	[...textOf(page).matchAll(/^ *```(\w*)\n([^]*?)\n *```$/gm)].map(([, language, code]) => ({
		page,
		language,
		code,
	})),
);
