// Takes the pictures of the sandbox and of n8n's editor that the documentation shows: `npm run pictures`.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import axios from 'axios';

import { EXAMPLES } from '../examples';
import { openPage, startBrowser, type PageOptions } from '../harness/browser';
import { startWorkflow } from '../harness/engine';
import { loadPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { Sandbox } from '../sandbox/bluecoreSandbox';
import { takeEditorPictures, type Save } from './editorPictures';

/** Another one may be given, so that those of the documentation stay. */
const FOLDER = process.argv[2] ?? path.join(ROOT, 'docs', 'pictures');

/** What a careless integration would send. */
const MISTAKES: ReadonlyArray<readonly [event: string, properties: object]> = [
	['add_to_cart', { distinct_id: 'device-7f3a', products: [{ id: 'SOCKS-WOOL' }] }],
	['identify', { distinct_id: 'device-7f3a', customer: { email: 'jane@example.com' } }],
	['purchase', { distinct_id: 'joe@example.com', products: [{ id: 'SHIRT-M' }], total: '59.90' }],
	['Viewed Product', { distinct_id: 'joe@example.com', products: [{ id: 'SHIRT-M' }] }],
	['wishlist', { distinct_id: 'visitor-3381', products: [{ id: 'HAT-FELT' }] }],
	[
		'customer_patch',
		{
			distinct_id: 'jane@example.com',
			customer: { 'Loyalty-Tier': 'gold', newsletter: 'true', city: 'Rome' },
		},
	],
	['search', { search_term: 'linen shirt' }],
];

async function fill(sandbox: Sandbox): Promise<void> {
	const { nodeTypes, credentialTypes } = await loadPackage(ROOT);
	const [order, , shopDay] = EXAMPLES;
	for (const { workflow, start } of [shopDay, order]) {
		await startWorkflow({
			workflow,
			nodeTypes,
			credentials: {
				bluecoreApi: { type: credentialTypes.bluecoreApi, data: sandbox.credential() },
			},
			start,
		}).result;
	}
	for (const [event, properties] of MISTAKES) {
		await axios.post(
			`${sandbox.url}/api/track/mobile/v1`,
			{ event, properties: { token: 'bluestore', ...properties } },
			{ validateStatus: () => true },
		);
	}
}

async function takeSandboxPictures(sandbox: Sandbox, save: Save): Promise<void> {
	const browser = await startBrowser();
	const take = async (name: string, view: string, options: PageOptions = {}) => {
		const page = await openPage(browser, { height: 800, ...options });
		await page.goto(`${sandbox.url}/#/${view}`);
		await page.getByText('Live', { exact: true }).waitFor();
		await page.waitForTimeout(700);
		save(name, await page.screenshot());
		await page.context().close();
	};
	try {
		await fill(sandbox);
		const [email] = sandbox.state.emails.keys();
		const jane = sandbox.state.profiles
			.list()
			.find((profile) => profile.email === 'jane@example.com');
		sandbox.faults.add({ status: 503, count: 3, api: 'events' });
		sandbox.faults.add({ drop: 'after', share: 0.2, api: 'send' });
		await take('sandbox-calls', 'calls');
		await take('sandbox-profile', `profiles?id=${jane?.id ?? 1}`);
		await take('sandbox-email-dark', `emails?id=${email}`, { theme: 'dark' });
		await take('sandbox-faults', 'faults');
		await take('sandbox-phone', 'calls', { width: 390, height: 800 });
		sandbox.reset();
		await take('sandbox-empty', 'calls');
	} finally {
		await browser.close();
	}
}

async function main(): Promise<void> {
	const sandbox = await new Sandbox({ sentAfterMs: 10, finalAfterMs: 20 }).start(4010);
	const save = (name: string, picture: Buffer) => {
		writeFileSync(path.join(FOLDER, `${name}.png`), picture);
		console.log(name);
	};
	mkdirSync(FOLDER, { recursive: true });
	try {
		await takeSandboxPictures(sandbox, save);
		sandbox.faults.clear();
		await takeEditorPictures(sandbox, save);
	} finally {
		await sandbox.stop();
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
