// Takes the pictures of the sandbox and of n8n's editor that the documentation shows: `npm run pictures`.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';
import type { Browser } from 'playwright-core';

import { exampleIn, EXAMPLES } from '../examples';
import { openPage, startBrowser, type PageOptions } from '../harness/browser';
import { credentialsOf } from '../harness/credentials';
import { runWorkflow } from '../harness/engine';
import { loadPackage } from '../harness/loadPackage';
import { Editor } from '../harness/n8n/editor';
import { createCredentials, importWorkflow } from '../harness/n8n/importWorkflow';
import { N8n } from '../harness/n8n/n8n';
import { ORDER, pinned, sending, TWO_BAD_ORDERS } from '../harness/n8n/workflows';
import { ROOT } from '../harness/paths';
import { Sandbox } from '../sandbox/bluecoreSandbox';

/** Another one may be given, so that those of the documentation stay. */
const FOLDER = process.argv[2] ?? path.join(ROOT, 'docs', 'pictures');

function save(name: string, picture: Buffer): void {
	writeFileSync(path.join(FOLDER, `${name}.png`), picture);
	console.log(name);
}

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
	const loaded = await loadPackage(ROOT);
	const credentials = credentialsOf(sandbox);
	for (const { workflow } of [exampleIn('shop-day.json'), exampleIn('order-webhook.json')])
		await runWorkflow({ workflow, loaded, credentials });
	const events = `${sandbox.url}/api/track/mobile/v1`;
	for (const [event, properties] of MISTAKES) {
		const body = { event, properties: { token: 'bluestore', ...properties } };
		await axios.post(events, body, { validateStatus: () => true });
	}
}

async function takeSandboxPictures(sandbox: Sandbox, browser: Browser): Promise<void> {
	const take = async (name: string, view: string, options: PageOptions = {}) => {
		const page = await openPage(browser, { height: 800, ...options });
		await page.goto(`${sandbox.url}/#/${view}`);
		await page.getByText('Live', { exact: true }).waitFor();
		await page.waitForTimeout(700);
		save(name, await page.screenshot());
		await page.context().close();
	};
	await fill(sandbox);
	const { emails, profiles } = sandbox.state;
	const [email] = emails.keys();
	const jane = profiles.list().find((profile) => profile.email === 'jane@example.com');
	sandbox.faults.add({ status: 503, count: 3, api: 'events' });
	sandbox.faults.add({ drop: 'after', share: 0.2, api: 'send' });
	await take('sandbox-calls', 'calls');
	await take('sandbox-profile', `profiles?id=${jane?.id ?? 1}`);
	await take('sandbox-email-dark', `emails?id=${email}`, { theme: 'dark' });
	await take('sandbox-faults', 'faults');
	await take('sandbox-phone', 'calls', { width: 390, height: 800 });
	sandbox.reset();
	await take('sandbox-empty', 'calls');
	sandbox.faults.clear();
}

/** What comes in, and the node that is shown. */
const events = (items: readonly object[], name: string, parameters: IDataObject) =>
	pinned(items, [sending(name, 'bluecoreEvents', parameters)]);
/** The body of the webhook with which Shopify sends an order. */
const SHOPIFY_ORDER = exampleIn('order-webhook.json').workflow.pinData?.['Shopify Order'][0].json
	.body as IDataObject;

/** Workflows, of which the last node is shown, by the name of the picture. */
const WORKFLOWS: Readonly<Record<string, ReturnType<typeof pinned>>> = {
	'editor-purchase': events([ORDER], 'Bluecore Events', {
		operation: 'purchase',
		email: '={{ $json.email }}',
		productsInput: 'json',
		productsJson: '={{ $json.items }}',
		orderId: '={{ $json.number }}',
		total: '={{ $json.sum }}',
	}),
	'editor-shop-order': events([SHOPIFY_ORDER], 'Bluecore Events', {
		operation: 'shopOrder',
		options: { includePayload: true },
	}),
	'editor-import-row': events(
		[{ ...SHOPIFY_ORDER, created_at: '2025-03-02T10:15:00-05:00' }],
		'Prepare Row',
		{
			operation: 'importRow',
			contents: 'shopOrders',
			options: { currency: 'USD', unpaidOrders: 'holdBack' },
		},
	),
	'editor-status': pinned(
		[ORDER],
		[
			sending('Send', 'bluecoreEmail', {
				operation: 'send',
				campaignId: '34545238545',
				email: '={{ $json.email }}',
				templateAttributesInput: 'json',
				templateAttributesJson:
					'={{ { order_number: $json.number, first_name: "Jane", items: $json.items, total: $json.sum } }}',
			}),
			sending('Bluecore Email', 'bluecoreEmail', {
				operation: 'getStatus',
				options: { waitUntilFinal: true },
			}),
		],
	),
	'editor-refused': TWO_BAD_ORDERS,
};

/** How many examples are shown: all, unless a test only shows that the command runs. */
const EXAMPLE_COUNT = Number(process.env.EXAMPLE_PICTURES ?? Infinity);

/** For the names under the nodes, and for what hangs out of them on the right. */
const MARGIN = 64;
const RIGHT = 88;

/** A picture of the whole workflow, without what lies over it. */
async function pictureOfCanvas(editor: Editor): Promise<Buffer> {
	// The editor draws nodes and notes first as if nothing was set in them.
	await editor.page.getByText('To make it yours').first().waitFor();
	await editor.part('zoom-to-fit').click();
	const over = ['canvas-controls', 'canvas-minimap', 'execute-workflow-button'];
	const content = over.map((id) => `[data-test-id^="${id}"] { visibility: hidden; }`).join('\n');
	await editor.page.addStyleTag({ content });
	// Until the editor has moved it there.
	await editor.page.waitForTimeout(600);
	const parts = await editor.part('canvas-node').or(editor.part('sticky')).all();
	const boxes = await Promise.all(parts.map(async (each) => await each.boundingBox()));
	const there = boxes.filter((box) => box !== null);
	const x = Math.min(...there.map((box) => box.x)) - MARGIN;
	const y = Math.min(...there.map((box) => box.y)) - MARGIN / 2;
	const width = Math.max(...there.map((box) => box.x + box.width)) + RIGHT - x;
	const height = Math.max(...there.map((box) => box.y + box.height)) + MARGIN - y;
	return await editor.page.screenshot({ clip: { x, y, width, height } });
}

/** Takes pictures of the nodes and the examples in n8n's editor. */
async function takeEditorPictures(sandbox: Sandbox, browser: Browser): Promise<void> {
	const n8n = await (await N8n.prepare('2')).start();
	try {
		const known = await createCredentials(n8n.rest, credentialsOf(sandbox));
		const editor = await Editor.in(browser, n8n);
		const { page } = editor;
		for (const [name, workflow] of Object.entries(WORKFLOWS)) {
			await editor.open(await importWorkflow(n8n.rest, workflow, known));
			await editor.openNode(workflow.nodes[workflow.nodes.length - 1].name);
			await editor.executeNode();
			// Without n8n's notices.
			await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
			await page.mouse.move(0, 0);
			// Until the button no longer shows that the node runs.
			await editor.part('node-execute-button').getByText('Execute step').waitFor();
			await page.waitForTimeout(600);
			save(name, await page.screenshot());
			await page.keyboard.press('Escape');
		}
		await page.setViewportSize({ width: 1900, height: 1500 });
		const workflows = new Map(EXAMPLES.map((each) => [each.file, each.workflow]));
		for (const [file, workflow] of [...workflows].slice(0, EXAMPLE_COUNT)) {
			await editor.open(await importWorkflow(n8n.rest, workflow, known));
			save(`example-${file.replace('.json', '')}`, await pictureOfCanvas(editor));
		}
	} finally {
		await n8n.stop();
	}
}

async function main(): Promise<void> {
	const sandbox = await new Sandbox({ sentAfterMs: 10, finalAfterMs: 20 }).start(4010);
	mkdirSync(FOLDER, { recursive: true });
	const browser = await startBrowser();
	try {
		await takeSandboxPictures(sandbox, browser);
		await takeEditorPictures(sandbox, browser);
	} finally {
		await browser.close();
		await sandbox.stop();
	}
}

void main();
