import { EXAMPLES } from '../examples';
import { openPage, startBrowser } from '../harness/browser';
import { Editor } from '../harness/n8n/editor';
import { createCredentials, importWorkflow } from '../harness/n8n/importWorkflow';
import { N8n } from '../harness/n8n/n8n';
import { pinned, sending } from '../harness/n8n/workflows';
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
/** An order as Shopify sends it, shortened. */
const SHOPIFY_ORDER = {
	name: '#1001',
	order_number: 1001,
	email: 'jane@example.com',
	financial_status: 'paid',
	test: false,
	currency: 'USD',
	total_price: '89.80',
	total_discounts: '10.00',
	billing_address: {
		first_name: 'Jane',
		last_name: 'Doe',
		city: 'Portland',
		province_code: 'OR',
		zip: '97201',
		country_code: 'US',
	},
	line_items: [
		{ id: 9001, sku: 'JACKET-BLUE-M', title: 'Rain Jacket', price: '79.90', quantity: 1 },
		{ id: 9002, sku: 'SOCKS', title: 'Socks', price: '9.95', quantity: 2 },
		{ id: 9003, title: 'Gift Card', price: '25.00', quantity: 1, gift_card: true },
	],
};
/** What comes in and the nodes, of which the last is shown, by the name of the picture. */
const WORKFLOWS: Readonly<Record<string, Parameters<typeof pinned>>> = {
	'editor-purchase': [
		[ORDER],
		[
			sending('Bluecore Events', 'bluecoreEvents', {
				operation: 'purchase',
				email: '={{ $json.email }}',
				productsInput: 'json',
				productsJson: '={{ $json.items }}',
				orderId: '={{ $json.number }}',
				total: '={{ $json.sum }}',
			}),
		],
	],
	'editor-shop-order': [
		[SHOPIFY_ORDER],
		[
			sending('Bluecore Events', 'bluecoreEvents', {
				operation: 'shopOrder',
				options: { includePayload: true },
			}),
		],
	],
	'editor-import-row': [
		[{ ...SHOPIFY_ORDER, created_at: '2025-03-02T10:15:00-05:00' }],
		[
			sending('Prepare Row', 'bluecoreEvents', {
				operation: 'importRow',
				contents: 'shopOrders',
				options: { currency: 'USD', unpaidOrders: 'holdBack' },
			}),
		],
	],
	'editor-status': [
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
	],
	'editor-refused': [
		[ORDER, { ...ORDER, email: 'jane@example' }, { ...ORDER, number: '' }],
		[
			sending('Record Search', 'bluecoreEvents', {
				operation: 'search',
				email: '={{ $json.email }}',
				searchTerm: '={{ $json.number }}',
			}),
		],
	],
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
		const known = await createCredentials(n8n.rest, {
			bluecoreApi: sandbox.credential(),
			bluecoreOAuth2Api: sandbox.oAuth2Credential(),
		});
		const page = await openPage(browser, { width: 1400, height: 900 });
		await page.context().addCookies([{ ...n8n.rest.cookie, url: n8n.url }]);
		const editor = new Editor(page, n8n.url);
		for (const [name, given] of Object.entries(WORKFLOWS)) {
			const workflow = pinned(...given);
			await editor.open(await importWorkflow(n8n.rest, workflow, known));
			await editor.openNode(workflow.nodes[workflow.nodes.length - 1].name);
			await editor.executeNode();
			// Without n8n's notices.
			await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
			await page.mouse.move(0, 0);
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
		await browser.close();
		await n8n.stop();
	}
}
