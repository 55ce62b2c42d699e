import type { Browser, Locator, Page } from 'playwright-core';

import { openPage } from '../browser';
import type { N8n } from './n8n';
import { until } from './program';

/** n8n's editor as a person uses it, in a page of a browser. */
export class Editor {
	private constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		page.setDefaultTimeout(90_000);
		// Opening a workflow again asks nothing of one that was not saved.
		page.on('dialog', (dialog) => void dialog.accept());
	}

	/** The editor in a new page, signed in as the owner. */
	static async in(browser: Browser, { rest, url }: N8n): Promise<Editor> {
		const page = await openPage(browser, { width: 1400, height: 900 });
		await page.context().addCookies([{ ...rest.cookie, url }]);
		return new Editor(page, url);
	}

	part(id: string): Locator {
		return this.page.locator(`[data-test-id="${id}"]`);
	}

	field(name: string): Locator {
		return this.part(`parameter-input-${name}`).first();
	}

	async open(workflow = 'new'): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflow}`);
		await this.part('canvas').waitFor();
	}

	/** Opens the list of nodes and searches it; gives the names that it shows. */
	async search(words: string): Promise<string[]> {
		const bar = this.part('node-creator-search-bar');
		if ((await bar.count()) === 0) {
			await this.part('canvas-add-button')
				.or(this.part('node-creator-plus-button'))
				.first()
				.click();
		}
		await bar.fill(words);
		await this.part('node-creator-item-name').first().waitFor();
		await this.page.waitForTimeout(400);
		return await this.part('node-creator-item-name').allInnerTexts();
	}

	/** Adds a node by one of its actions; behind the node on whose plus it is done, if any. */
	async add(node: string, action: string, behind?: string): Promise<void> {
		if (behind !== undefined) {
			await this.node(behind).hover();
			await this.page.locator('[data-test-id="canvas-handle-plus"]').last().click();
		}
		await this.search(node);
		await this.part('node-creator-item-name').getByText(node, { exact: true }).first().click();
		await this.part('node-creator-item-name').getByText(action, { exact: true }).first().click();
		await this.part('ndv').waitFor();
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.part('ndv').waitFor();
	}

	async fill(name: string, value: string): Promise<void> {
		await this.field(name).locator('input, textarea').first().fill(value);
	}

	async choose(name: string, option: string): Promise<void> {
		await this.field(name).click();
		await this.page
			.getByRole('option')
			.filter({ has: this.page.getByText(option, { exact: true }) })
			.filter({ visible: true })
			.first()
			.click();
	}

	/** Drags a field of the input into a parameter, which then has it as an expression. */
	async drag(field: string, name: string): Promise<void> {
		const from = this.part('ndv-input-panel')
			.locator('[data-test-id="run-data-schema-item"]')
			.getByText(field, { exact: true })
			.first();
		await until(
			`${field} is dragged to ${name}`,
			async () => {
				await from.dragTo(this.field(name), { steps: 8 });
				await this.page.waitForTimeout(300);
				return (await this.field(name).innerText()).includes('{{');
			},
			20,
		);
	}

	/** Runs the node that is open. */
	async executeNode(): Promise<void> {
		await this.part('node-execute-button').click();
		await this.outputHas(/./);
	}

	async outputHas(text: RegExp | string): Promise<void> {
		await this.part('output-panel').getByText(text).first().waitFor();
	}
}
