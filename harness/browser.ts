import { readFileSync } from 'node:fs';
import path from 'node:path';

import { chromium, type Browser, type Page } from 'playwright-core';

import { ROOT } from './paths';

/** Neither pages nor Chromium itself reach another machine. Playwright's routes can do this too, but turn the cache off. */
const OFFLINE = ['--no-proxy-server', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

/** `node scripts/install.mjs chromium` writes where Chromium is. */
const whereIsChromium = () => readFileSync(path.join(ROOT, '.e2e', 'chromium'), 'utf8');

export const startBrowser = async (): Promise<Browser> =>
	await chromium.launch({ executablePath: whereIsChromium(), args: ['--no-sandbox', ...OFFLINE] });

export interface PageOptions {
	readonly width?: number;
	readonly height?: number;
	readonly theme?: 'light' | 'dark';
}

/** A new page with storage and a cache of its own. */
export async function openPage(browser: Browser, options: PageOptions = {}): Promise<Page> {
	const { width = 1280, height = 860, theme = 'light' } = options;
	const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	return await context.newPage();
}
