import type { IDataObject } from 'n8n-workflow';

import { EXAMPLES } from '../examples';
import { openPage, startBrowser } from '../harness/browser';
import { Editor } from '../harness/n8n/editor';
import { createCredentials, importExample } from '../harness/n8n/importExample';
import { N8n } from '../harness/n8n/n8n';
import { node, step } from '../harness/n8n/workflows';
import type { Sandbox } from '../sandbox/bluecoreSandbox';

/** Keeps a picture under its name. */
export type Save = (name: string, picture: Buffer) => void;

const ORDER = {
	email: 'jane@example.com',
	number: 'ORD-1001',
	sum: 129.28,
	items: [{ sku: 'JACKET-BLUE-M', price: 79.9, quantity: 1 }],
	first_name: 'Jane',
};
const EVENT = { name: 'Bluecore Events', type: 'bluecoreEvents' };
const EMAIL = { name: 'Send', type: 'bluecoreEmail' };

/** Workflows by the name of the picture: what comes in, and the nodes, of which the last is shown. */
const WORKFLOWS: Readonly<
	Record<string, { items: object[]; nodes: Array<{ name: string; type: string } & IDataObject> }>
> = {
	'editor-purchase': {
		items: [ORDER],
		nodes: [
			{
				...EVENT,
				operation: 'purchase',
				email: '={{ $json.email }}',
				productsInput: 'json',
				productsJson: '={{ $json.items }}',
				orderId: '={{ $json.number }}',
				total: '={{ $json.sum }}',
			},
		],
	},
	'editor-status': {
		items: [ORDER],
		nodes: [
			{
				...EMAIL,
				operation: 'send',
				campaignId: '34545238545',
				email: '={{ $json.email }}',
				templateAttributesInput: 'json',
				templateAttributesJson:
					'={{ { order_number: $json.number, first_name: "Jane", items: $json.items, total: $json.sum } }}',
			},
			{
				...EMAIL,
				name: 'Bluecore Email',
				operation: 'getStatus',
				options: { waitUntilFinal: true },
			},
		],
	},
	'editor-refused': {
		items: [ORDER, { ...ORDER, email: 'jane@example' }, { ...ORDER, number: '' }],
		nodes: [
			{
				...EVENT,
				name: 'Record Search',
				operation: 'search',
				email: '={{ $json.email }}',
				searchTerm: '={{ $json.number }}',
			},
		],
	},
};

/** How many examples are shown: all, unless a test only shows that the command runs. */
const EXAMPLE_COUNT = Number(process.env.EXAMPLE_PICTURES ?? Infinity);

/** For the names under the nodes, and for what hangs out of them on the right. */
const MARGIN = 64;
const RIGHT = 88;

/** A picture of the whole workflow, without what lies over it. */
async function pictureOfCanvas(editor: Editor): Promise<Buffer> {
	await editor.part('zoom-to-fit').click();
	const over = ['canvas-controls', 'canvas-minimap', 'execute-workflow-button'];
	const content = over.map((id) => `[data-test-id="${id}"] { visibility: hidden; }`).join('\n');
	await editor.page.addStyleTag({ content });
	// Until the editor has moved it there.
	await editor.page.waitForTimeout(600);
	const parts = await editor.part('canvas-node').or(editor.part('sticky')).all();
	const boxes = await Promise.all(parts.map(async (each) => await each.boundingBox()));
	const there = boxes.filter((box) => box !== null);
	const [left, top] = (['x', 'y'] as const).map((axis) => Math.min(...there.map((b) => b[axis])));
	const right = Math.max(...there.map(({ x, width }) => x + width));
	const bottom = Math.max(...there.map(({ y, height }) => y + height));
	return await editor.page.screenshot({
		clip: {
			x: left - MARGIN,
			y: top - MARGIN / 2,
			width: right - left + MARGIN + RIGHT,
			height: bottom - top + 1.5 * MARGIN,
		},
	});
}

/** Takes pictures of the nodes and the examples in n8n's editor. */
export async function takeEditorPictures(sandbox: Sandbox, save: Save): Promise<void> {
	const n8n = await (await N8n.prepare('2')).start();
	const browser = await startBrowser();
	try {
		const bluecoreApi = await n8n.rest.createCredential(sandbox.credential());
		const page = await openPage(browser, { width: 1400, height: 900 });
		await page.context().addCookies([{ ...n8n.rest.cookie, url: n8n.url }]);
		const editor = new Editor(page, n8n.url);
		for (const [name, { items, nodes }] of Object.entries(WORKFLOWS)) {
			const names = ['New Order', ...nodes.map((each) => each.name)];
			const id = await n8n.rest.createWorkflow({
				name: 'New orders',
				settings: { executionOrder: 'v1' },
				nodes: [
					node(names[0], 'n8n-nodes-base.manualTrigger', 1, {}),
					...nodes.map(({ name: called, type, ...parameters }, n) => ({
						...node(called, `n8n-nodes-bluecore.${type}`, 1, parameters),
						position: [250 * (n + 1), 0],
						credentials: { bluecoreApi },
					})),
				],
				connections: Object.fromEntries(
					names.slice(1).map((to, n) => [names[n], { main: [[step(to)]] }]),
				),
				pinData: { [names[0]]: items.map((json) => ({ json })) },
			});
			await editor.open(id);
			await editor.openNode(names[names.length - 1]);
			await editor.executeNode();
			// Without n8n's notices.
			await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
			await page.mouse.move(0, 0);
			await page.waitForTimeout(600);
			save(name, await page.screenshot());
			await page.keyboard.press('Escape');
		}
		await page.setViewportSize({ width: 1900, height: 1500 });
		const known = await createCredentials(n8n.rest, bluecoreApi);
		const workflows = new Map(EXAMPLES.map((each) => [each.file, each.workflow]));
		for (const [file, workflow] of [...workflows].slice(0, EXAMPLE_COUNT)) {
			await editor.open(await importExample(n8n.rest, workflow, known));
			save(`example-${file.replace('.json', '')}`, await pictureOfCanvas(editor));
		}
	} finally {
		await browser.close();
		await n8n.stop();
	}
}
