import { readFileSync } from 'node:fs';
import path from 'node:path';

import { chromium, type Browser, type Page } from 'playwright-core';

import { ROOT } from './paths';

/** Without them, Chromium calls its maker's hosts by itself. */
const QUIET = [
	...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
	...['--disable-component-update', '--disable-sync'],
];

/** `node scripts/install.mjs chromium` writes where Chromium is. */
const whereIsChromium = () => readFileSync(path.join(ROOT, '.e2e', 'chromium'), 'utf8');

export const startBrowser = async (): Promise<Browser> =>
	await chromium.launch({ executablePath: whereIsChromium(), args: ['--no-sandbox', ...QUIET] });

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
