import type { INodeCredentials } from 'n8n-workflow';
import type { Browser } from 'playwright-core';

import { startBrowser } from '../../harness/browser';
import { credentialsOf } from '../../harness/credentials';
import { Editor } from '../../harness/n8n/editor';
import { createCredentials, importWorkflow } from '../../harness/n8n/importWorkflow';
import { N8n } from '../../harness/n8n/n8n';
import { stopAll } from '../../harness/n8n/program';
import { ORDER, pinned, TWO_BAD_ORDERS } from '../../harness/n8n/workflows';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
let n8n: N8n;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	n8n = await N8n.prepare('2');
	await n8n.start();
	browser = await startBrowser();
	editor = await Editor.in(browser, n8n);
});

afterAll(async () => {
	await browser.close();
	await stopAll();
});

let created: Promise<INodeCredentials> | undefined;
/** Those that the workflows use. Without any, the editor offers to create the first one. */
const credentials = async () =>
	await (created ??= createCredentials(n8n.rest, credentialsOf(sandbox, NAMESPACE, API_KEY)));

async function open(workflow: ReturnType<typeof pinned>): Promise<void> {
	await editor.open(await importWorkflow(n8n.rest, workflow, await credentials()));
}

test('both nodes are found by the words of a marketer', async () => {
	await editor.open();
	for (const [words, ...names] of [
		['bluecore', 'Bluecore Events', 'Bluecore Email', 'Bluecore Developer API'],
		['blue core', 'Bluecore Events', 'Bluecore Email', 'Bluecore Developer API'],
		['marketing', 'Bluecore Events', 'Bluecore Email'],
		['track event', 'Bluecore Events'],
		['cdp', 'Bluecore Events'],
		['email', 'Bluecore Email'],
		['transactional', 'Bluecore Email'],
		['purchase', 'Bluecore Events'],
		['cart', 'Bluecore Events'],
		['opt in', 'Bluecore Events'],
		['rudderstack', 'Bluecore Events'],
	]) {
		expect([words, await editor.search(words)]).toEqual([words, expect.arrayContaining(names)]);
	}
});

test('a credential is created and tested: red with a wrong key, green with the right one', async () => {
	await editor.open();
	await editor.add('Bluecore Email', 'Send email');
	await editor.part('node-credentials-slot').getByRole('button').first().click();
	await editor.fill('namespace', NAMESPACE);
	await editor.fill('apiKey', 'wrong');
	await editor.choose('environment', 'Sandbox');
	await editor.fill('sandboxUrl', sandbox.url);
	await editor.part('credential-save-button').click();
	await editor.page.getByText('Couldn’t connect with these settings').waitFor();
	await editor.page.getByText('More details').click();
	await editor.page.getByText('Bluecore did not accept the API Key').waitFor();
	await editor.fill('apiKey', API_KEY);
	await editor.part('credential-save-button').click();
	await editor.part('credential-edit-dialog').waitFor({ state: 'hidden' });
	await editor.part('credential-edit-button').click();
	const success = editor.page.getByText('Connection tested successfully');
	await success.waitFor();
	expect(await success.isVisible()).toBe(true);
});

test('a purchase is built by hand: fields are dragged, and it arrives', async () => {
	await open(pinned([ORDER]));
	await editor.add('Bluecore Events', 'Record purchase', 'New Order');
	await editor.drag('email', 'email');
	await editor.drag('number', 'orderId');
	await editor.drag('sum', 'total');
	await editor.choose('productsInput', 'A List From the Input');
	await editor.drag('items', 'productsJson');
	await editor.executeNode();
	await editor.outputHas('true');
	expect(sandbox.state.events).toMatchObject([
		{
			event: 'purchase',
			properties: {
				distinct_id: 'jane@example.com',
				order_id: 'ORD-1001',
				total: 129.28,
				products: [{ id: 'JACKET-BLUE-M', price: 79.9, quantity: 1 }],
			},
		},
	]);
});

test('refused items: the message says which, what is wrong and what to do', async () => {
	await open(TWO_BAD_ORDERS);
	await editor.openNode('Record Search');
	await editor.executeNode();
	await editor.outputHas('2 of 3 items cannot be sent, so nothing was sent');
	expect(await editor.part('output-panel').innerText()).toContain(
		'Email is not an email address: "jane@example" [item 1] · Search Term is required [item 2]',
	);
	expect(await editor.part('output-panel').innerText()).toContain('set On Error to Continue');
	expect(sandbox.state.totals.calls).toBe(0);
});
