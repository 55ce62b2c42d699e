import { execFileSync } from 'node:child_process';

import { chromium, type Browser, type Page } from 'playwright-core';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome'];
/** Without them, Chromium calls its maker's hosts by itself. */
const QUIET = [
	...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
	...['--disable-component-update', '--disable-sync'],
];

function executable(): string {
	for (const command of COMMANDS) {
		try {
			return execFileSync('which', [command], { encoding: 'utf8' }).trim();
		} catch {
			// The next one.
		}
	}
	throw new Error('There is no Chromium: run node scripts/installChromium.mjs');
}

export const startBrowser = async (): Promise<Browser> =>
	await chromium.launch({ executablePath: executable(), args: ['--no-sandbox', ...QUIET] });

export interface PageOptions {
	readonly width?: number;
	readonly height?: number;
	readonly theme?: 'light' | 'dark';
}

/** A new page that reaches nothing but this machine. */
export async function openPage(browser: Browser, options: PageOptions = {}): Promise<Page> {
	const { width = 1280, height = 860, theme = 'light' } = options;
	const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await context.route(
		({ hostname }) => hostname !== '127.0.0.1',
		async (route) => await route.abort(),
	);
	return await context.newPage();
}
