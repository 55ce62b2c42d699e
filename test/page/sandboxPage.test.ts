import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';

import { openPage, startBrowser, type PageOptions } from '../../harness/browser';
import { developerClientOf, PHONE } from '../support/developerApi';
import { clientOf, EMAIL, http } from '../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const { track, search, send } = clientOf(sandbox);
let browser: Browser;
let page: Page;
/** Errors that the page logged. */
let complaints: string[] = [];

beforeAll(async () => {
	browser = await startBrowser();
});
afterAll(async () => {
	await browser.close();
});
/** Ends the view that is open; fails, if its page has complained. */
async function close(): Promise<void> {
	for (const context of browser.contexts()) await context.close();
	const all = complaints;
	complaints = [];
	if (all.length > 0) throw new Error(all.join('\n'));
}
afterEach(close);

/** Opens a view in the place of the one that is open. */
async function open(view = 'calls', options: PageOptions = {}): Promise<void> {
	await close();
	page = await openPage(browser, options);
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('console', (message) => {
		const isOurs = !message.text().startsWith('Blocked script execution');
		if (message.type() === 'error' && isOurs) complaints.push(message.text());
	});
	page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
	await page.goto(`${sandbox.url}/#/${view}`);
	await page.getByText('Live', { exact: true }).waitFor();
}

/** The campaigns of an order confirmation, as an email and as a text message. */
const [ORDER, ORDER_SMS] = ['34545238545', '34545238548'];
const orderEmail = (text: string, more: object = {}) => ({
	...{ ...EMAIL, campaign_id: ORDER },
	template_attributes: { order_number: text, first_name: text, total: text, items: [], ...more },
});

/** Sends a call of each kind: a search of a customer for a text, an event that is dropped, an email, and, as call 5, a message with the text. */
async function sendAll(customer: string, text: string): Promise<void> {
	await search(customer, text);
	await track('purchase', { distinct_id: 'device-1', total: 'free' });
	await send(EMAIL);
	await developerClientOf(sandbox).postMessage('m'.repeat(128), {
		identifiers: [PHONE, { email: EMAIL.email }],
		campaign_ids: [ORDER, ORDER_SMS],
		customer_attributes: { first_name: { string_value: text } },
	});
}

const seen = async (text: string | RegExp) => await page.getByText(text).first().waitFor();
/** Waits until a tile of the summary has a figure. */
const tileIs = async (label: string, value: number) =>
	await page
		.locator('.tiles a', { hasText: label })
		.getByText(value.toLocaleString('en'), { exact: true })
		.waitFor();
const rows = () => page.locator('.calls > li');
const onlyRowIsOf = async (who: string) =>
	await page.locator('.calls > li:only-child .who', { hasText: who }).waitFor();

test('an empty sandbox shows what to enter in n8n, ready to be copied', async () => {
	await open();
	await seen('No calls yet');
	for (const text of [NAMESPACE, API_KEY, 'Sandbox', sandbox.url, 'sandbox-client']) {
		await page.locator('.credential code', { hasText: text }).first().waitFor();
	}
	const copy = page.getByRole('button', { name: `Copy: ${sandbox.url}` });
	await copy.first().click();
	expect(await page.evaluate('navigator.clipboard.readText()')).toBe(sandbox.url);
	for (const [view, text] of [
		['Profiles', 'No profiles yet'],
		['Emails', 'No emails yet'],
		['Faults', 'No fault is set'],
	]) {
		await page.getByRole('navigation').getByRole('link', { name: view }).click();
		await seen(text);
	}
});

test('samples of each kind can be sent from the page, and each verdict says why', async () => {
	await open('start');
	for (const kind of ['event', 'email', 'message']) {
		await page.getByRole('button', { name: `Send a sample ${kind}` }).click();
		await seen(new RegExp(`Send a sample ${kind}: answered 20`));
	}
	await page.getByRole('button', { name: 'Send an event that Bluecore would drop' }).click();
	await tileIs('Would be dropped', 1);
	expect(sandbox.state.calls.map(({ api, verdict }) => `${api} ${verdict}`)).toEqual([
		...['events accepted', 'send accepted', 'token accepted', 'messages accepted'],
		'events dropped',
	]);
	await page.getByRole('link', { name: 'Show it' }).click();
	await rows().getByRole('button').first().click();
	await page.getByRole('link', { name: 'Why' }).first().click();
	await page.locator('#rule-event-fields[aria-current]').waitFor();
	for (const heading of ['Known', 'Rulings', 'Only in the sandbox']) {
		await page.getByRole('heading', { name: heading, exact: true }).waitFor();
	}
});

test('a call can be copied as curl, which sends the same call', async () => {
	await track('search', { distinct_id: "o'hara", search_term: '$(x) "a" \\' });
	await open('calls?id=1');
	await page.getByRole('button', { name: /^Copy as curl/ }).click();
	const command = await page.evaluate<string>('navigator.clipboard.readText()');
	await promisify(execFile)('bash', ['-c', `${command} --silent --fail --max-time 20`]);
	expect(sandbox.state.calls[1].body).toEqual(sandbox.state.calls[0].body);
	await page.getByRole('button', { name: /^Copy link/ }).click();
	expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${sandbox.url}/#/calls?id=1`);
});

test('a session is exported and opened again', async () => {
	await search('jane@example.com');
	await open('start');
	const downloading = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Export this session' }).click();
	const file = await (await downloading).path();
	sandbox.reset();
	await tileIs('Calls', 0);
	await page.locator('input[type=file]').setInputFiles(file);
	await tileIs('Calls', 1);
	const other = { name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{}') };
	await page.locator('input[type=file]').setInputFiles(other);
	await seen(/other\.json was not opened: This is not a session/);
	expect(sandbox.state.calls).toHaveLength(1);
	// The browser reports the answer 400 by itself.
	complaints = complaints.filter((text) => !text.includes('400'));
});

test('the page can be used by keyboard alone', async () => {
	await open('start');
	/** Presses Tab until an element with this text has the focus. */
	const tabTo = async (text: string) => {
		for (let n = 0; n < 60; n++) {
			await page.keyboard.press('Tab');
			const focused = await page.evaluate<string>('document.activeElement.textContent');
			if (focused.trim() === text) return;
		}
		throw new Error(`Tab does not lead to ${text}`);
	};
	await tabTo('Send a sample event');
	await page.keyboard.press('Enter');
	await tileIs('Calls', 1);
	await page.reload();
	await tabTo('Calls');
	await page.keyboard.press('Enter');
	await rows().first().waitFor();
	await rows().getByRole('button').first().focus();
	await page.keyboard.press('Enter');
	await seen('Answer');
	const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
	expect(outline).not.toBe('none');
});

test.each(['light', 'dark'] as const)('axe finds nothing on the %s page', async (theme) => {
	await sendAll('device-2', 'x');
	sandbox.faults.add({ status: 503, event: 'none' });
	const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
	const views = 'start calls?id=2 profiles?id=1 emails messages?id=5 faults rules?id=orphan';
	for (const view of views.split(' ')) {
		await open(view, { theme });
		await page.locator('main > *').first().waitFor();
		if (view.startsWith('messages')) await seen(/^Your order/);
		await page.evaluate(axe);
		const { violations } = await page.evaluate<{
			violations: Array<{ id: string; nodes: unknown[] }>;
		}>('axe.run()');
		expect([view, violations.map(({ id, nodes }) => [id, nodes])]).toEqual([view, []]);
	}
});

test('calls appear without a reload', async () => {
	await open();
	await seen('No calls yet');
	await page.evaluate(() => void Object.assign(globalThis, { wasLoadedOnce: true }));
	for (let n = 0; n < 120; n++) await search(`c${n}@example.com`);
	await send(EMAIL);
	await tileIs('Emails', 1);
	await tileIs('Accepted', sandbox.state.totals.accepted);
	await tileIs('Profiles', sandbox.state.profiles.size);
	expect(await rows().count()).toBe(100);
	expect(await page.evaluate(() => 'wasLoadedOnce' in globalThis)).toBe(true);
});

test('the calls have verdicts, can be filtered and searched, and show their raw requests', async () => {
	await search('good@example.com');
	await track('purchase', { distinct_id: 'dropped@example.com', total: 'free' });
	await track('search', {});
	await search('device-1');
	await open();
	const verdicts = async () => await rows().locator('.badge').allInnerTexts();
	await tileIs('Calls', 4);
	expect(await verdicts()).toEqual(['Accepted', 'Refused', 'Would be dropped', 'Accepted']);

	await page.getByRole('button', { name: /^Would be dropped/ }).click();
	await rows().nth(1).waitFor({ state: 'detached' });
	expect(await verdicts()).toEqual(['Would be dropped']);
	await rows().getByRole('button').click();
	await seen('Bluecore would answer “accepted” and then drop the event, because:');
	await seen('total must be a number, but it is text.');
	await seen('POST /api/track/mobile/v1');
	await seen('"total": "free"');

	await page.getByRole('button', { name: /^All/ }).click();
	await page.getByLabel('Search in calls').fill('DEVICE-1');
	await onlyRowIsOf('device-1');
	await page.getByRole('button', { name: /^With remarks/ }).click();
	await seen(/No identify event has linked "device-1"/);
});

test('a profile shows what Bluecore would know, and its calls', async () => {
	await track('customer_patch', {
		distinct_id: 'device-1',
		customer: { city: 'Rome', vip: 'true', 'Shoe-Size': 38 },
	});
	await open('profiles');
	await page.getByRole('button', { name: /device-1/ }).click();
	await seen('Orphan:');
	await page.locator('tr.ignored', { hasText: 'Shoe-Size' }).waitFor();
	await seen('Text, not boolean');

	await track('identify', { distinct_id: 'device-1', customer: { email: 'jane@example.com' } });
	await page.getByRole('button', { name: /jane@example\.com/ }).click();
	await page.getByRole('heading', { name: 'jane@example.com' }).waitFor();
	expect(await page.locator('.timeline a').allInnerTexts()).toEqual(['identify', 'customer_patch']);
	await page.getByRole('link', { name: 'customer_patch' }).click();
	await seen('"Shoe-Size": 38');
	// The orphan that was shown is now part of the customer's profile, so its address answered 404.
	complaints = complaints.filter((text) => !text.includes('404'));
});

test('the names of events are not cut off, and can be searched for', async () => {
	const products = [{ id: 'SKU1' }];
	await track('viewed_product', { distinct_id: 'jane@example.com', products });
	await track('remove_from_cart', { distinct_id: 'joe@example.com', products });
	await search('device-1');
	await open();
	await seen('viewed_product');
	const isCut =
		'[...document.querySelectorAll(".calls .what")].some((each) => each.scrollWidth > each.clientWidth)';
	expect(await page.evaluate(isCut)).toBe(false);
	const names = ['search', 'remove_from_cart', 'viewed_product'].map((name) => `Event ${name}`);
	expect(await page.locator('.calls .what').allInnerTexts()).toEqual(names);
	await open('calls?search=viewed_product');
	await onlyRowIsOf('jane@example.com');
});

test('an email shows its status as it changes, and what it would look like', async () => {
	await open('emails');
	await send({ ...orderEmail('Jane'), email: 'bounce@example.com' });
	await page.getByRole('button', { name: /Your order Jane/ }).click();
	await page.locator('article .badge', { hasText: 'Failed: Bounce' }).waitFor();
	const preview = page.frameLocator('iframe');
	expect(await preview.getByRole('heading').innerText()).toBe('Thank you, Jane!');
	const missing = ['{{items.0.quantity}}', '{{items.0.name}}'];
	expect(await preview.locator('mark').allInnerTexts()).toEqual(missing);
	await seen('No value for:');
});

test('messages are shown as in an inbox, text messages as their text; tokens are shortened', async () => {
	const { postMessage, postSubscription } = developerClientOf(sandbox);
	await open('messages');
	await seen('No messages yet');
	await postSubscription(PHONE, { event: 'SIGNUP', message_type: 'TRANSACTIONAL' });
	await page.getByRole('button', { name: /^Reply YES/ }).click();
	await page.getByRole('button', { name: 'Reply YES as the customer' }).click();
	const button = page.getByRole('button', { name: 'Reply YES as the customer' });
	await button.waitFor({ state: 'detached' });
	expect(sandbox.state.calls.at(-1)?.what).toBe('Confirm sign-up, transactional');
	await postMessage('sms-1', {
		identifiers: [PHONE],
		campaign_ids: [ORDER_SMS],
		customer_attributes: { first_name: { string_value: 'Jane' } },
	});
	await page.getByRole('button', { name: /^Hi Jane, your order/ }).click();
	await seen('Hi Jane, your order {{order_number}} is on its way.');
	await page.locator('article .badge', { hasText: 'DELIVERED' }).waitFor();
	await seen('No value for:');
	await postMessage('email-1', {
		identifiers: [{ email: 'bounce@example.com' }, PHONE],
		campaign_ids: [EMAIL.campaign_id],
	});
	await page.getByRole('button', { name: /^A notice/ }).click();
	await page.locator('article .badge', { hasText: 'DELIVERY_FAILURE' }).waitFor();
	const preview = page.frameLocator('iframe');
	await preview.getByText('This email is the same for everybody.').waitFor();
	await tileIs('Messages', 2);

	await page.getByRole('link', { name: 'email-1' }).click();
	await seen(/^authorization: Bearer ….{6}$/);
	await seen(/^X-RateLimit-Remaining: \d+$/i);
	await open('calls?api=token');
	await rows().getByRole('button').click();
	await seen(/"access_token": "….{6}"/);
	await seen('"client_secret": "***"');
});

test('a token is ended, and a scope is taken away, on the page', async () => {
	const { call, postCustomer } = developerClientOf(sandbox);
	const jane = { id: { email: 'jane@example.com' } };
	await postCustomer(jane);
	await open('faults');
	await page.getByLabel('What happens').selectOption('Takes the scope customers:write from tokens');
	await page.getByLabel('How many').fill('1');
	await page.getByLabel('Kind of call').selectOption('Calls about customers');
	await page.getByRole('button', { name: 'Set fault' }).click();
	await page.locator('td', { hasText: 'takes the scope customers:write from tokens' }).waitFor();
	await seen('the next 1 calls about customers');
	expect((await postCustomer(jane)).status).toBe(403);
	await page.getByLabel('What happens').selectOption('Ends the token of the call');
	await page.getByRole('button', { name: 'Set fault' }).click();
	await page.locator('td', { hasText: 'ends the token of the call' }).waitFor();
	expect((await call('GET', 'customers?email=jane@example.com')).status).toBe(401);
});

test('a fault that is set on the page happens as often as it says', async () => {
	await open('faults');
	await page.getByLabel('What happens').selectOption('Answers 503');
	await page.getByLabel('How many').fill('2');
	await page.getByLabel('Only events named').fill('optin');
	await page.getByRole('button', { name: 'Set fault' }).click();
	await seen('the next 2 calls named “optin”');
	const optIn = { distinct_id: 'jane@example.com', email: 'jane@example.com' };
	const statuses: number[] = [];
	for (let n = 0; n < 3; n++) statuses.push((await track('optin', optIn)).status);
	expect(statuses).toEqual([503, 503, 202]);
	await tileIs('Faults', 2);
	await seen('2 of 2');
	await page.getByRole('button', { name: 'Remove all faults' }).click();
	await seen('No fault is set');
	await page.getByLabel('How often').first().selectOption('… % of the calls');
	await page.getByLabel('How many').fill('0');
	await page.evaluate("document.querySelector('[name=amount]').removeAttribute('min')");
	await page.getByRole('button', { name: 'Set fault' }).click();
	await page.getByRole('alert').getByText('share must be > 0.').waitFor();
	complaints = complaints.filter((text) => !text.includes('400'));
});

test('no script in a payload runs on the page', async () => {
	const attack =
		'<script>top.pwned = 1; document.title = "pwned"</script><img src=x onerror="top.pwned = 1"><svg onload="top.pwned = 1"></svg><iframe src="javascript:top.pwned=1"></iframe><a href="javascript:top.pwned=1" id="trap">x</a><meta http-equiv="refresh" content="0;url=javascript:top.pwned=1">';
	await sendAll(`"${attack}`, attack);
	await track(attack, {
		distinct_id: attack,
		customer: { [attack]: attack, city: attack },
		products: [{ id: attack }],
	});
	const { conversation_id: id } = (await send(orderEmail(attack))).data;
	const views = `calls?id=6 calls?id=7 profiles?id=1 profiles?id=2 emails?id=${id} messages?id=5 faults`;
	for (const view of views.split(' ')) {
		await open(view);
		await page.waitForTimeout(300);
		expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
		expect(await page.title()).toBe('Bluecore sandbox');
		// What the browser says when it blocks a part of the attack.
		const isBlocked = /Failed to load resource|Content Security Policy|Refused to refresh/;
		complaints = complaints.filter((text) => !isBlocked.test(text));
	}
	await page.goto(`${sandbox.url}/sandbox/emails/${id}/html`);
	await page.locator('#trap').first().click();
	await page.waitForTimeout(300);
	expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
	expect(await page.title()).toBe('');
	complaints = [];
});

test('of 10,000 calls the page shows the newest, and older ones on request', async () => {
	for (let n = 0; n < 10_000; n += 50) {
		await Promise.all(
			Array.from({ length: 50 }, async (_, k) => await search(`c${n + k}@example.com`)),
		);
	}
	await open();
	await tileIs('Calls', 10_000);
	await rows().nth(99).waitFor();
	expect(await rows().count()).toBe(100);
	await page.getByRole('button', { name: 'Show older calls' }).click();
	await rows().nth(199).waitFor();
	await page.getByLabel('Search in calls').fill('c17@example.com');
	await onlyRowIsOf('c17@example.com');
	expect(await rows().count()).toBe(1);
});

test.each(['calls', 'profiles'])('a long ID does not fill the list of %s', async (view) => {
	await search('W'.repeat(900));
	await open(view, { width: 390 });
	const entry = page.locator('.calls .row, .entries button');
	await entry.waitFor();
	expect((await entry.boundingBox())?.height).toBeLessThan(200);
});

test.each<PageOptions>([{ width: 390, height: 844, theme: 'dark' }, { width: 1280 }])(
	'nothing is cut off at %j',
	async (options) => {
		const address = 'a.very.long.address.of.somebody.with.many.names@customers.example.com';
		await sendAll(address, 'y'.repeat(300));
		const fault = { status: 429, retryAfterSeconds: 2, share: 0.25, event: 'purchase' };
		sandbox.faults.add(fault);
		const [id] = sandbox.state.emails.keys();
		const lists = 'calls calls?id=1 profiles profiles?id=1 emails';
		const others = `emails?id=${id} messages messages?id=5 faults rules start`;
		for (const view of `${lists} ${others}`.split(' ')) {
			await open(view, options);
			await page.waitForTimeout(200);
			const isTooWide = await page.evaluate(
				'document.documentElement.scrollWidth > document.documentElement.clientWidth',
			);
			const broken = await page.evaluate(
				'[...document.querySelectorAll("nav a")].filter((link) => link.offsetHeight > 48).map((link) => link.textContent)',
			);
			expect([view, isTooWide, broken]).toEqual([view, false, []]);
		}
	},
);

test('the theme is that of the system until it is changed, also after a reload', async () => {
	const theme = async () => await page.evaluate<string>('document.documentElement.dataset.theme');
	await open('calls', { theme: 'dark' });
	expect(await theme()).toBe('dark');
	await page.getByRole('button', { name: 'Light' }).click();
	expect(await theme()).toBe('light');
	await page.reload();
	await page.getByText('Live', { exact: true }).waitFor();
	expect(await theme()).toBe('light');
});

test('what was shown before a reset is not shown after it, even if the counts are the same', async () => {
	await search('old@example.com');
	await open('calls?id=1');
	await seen('"distinct_id": "old@example.com"');
	sandbox.reset();
	await search('new@example.com');
	await onlyRowIsOf('new@example.com');
	await seen('"distinct_id": "new@example.com"');
	expect(await page.getByText('old@example.com').count()).toBe(0);
});

test('a filter that is chosen while a search is being typed stays chosen', async () => {
	await track('search', { distinct_id: 'refused@example.com' });
	await track('search', {});
	await open();
	await page.getByLabel('Search in calls').fill('search');
	await page.getByRole('button', { name: /^Refused/ }).click();
	await page.waitForURL(/search=search/);
	expect(page.url()).toContain('show=refused');
});

test('the first screen has three ways in, and what is checked and a moved time are shown', async () => {
	await open();
	await page.getByRole('button', { name: 'From a program’s tests' }).click();
	await seen('Fail if Bluecore would drop one:');
	await page.getByRole('button', { name: 'In front of Bluecore' }).click();
	await seen(/--forward production/);
	await track('purchase', { distinct_id: 'jane@example.com' });
	await http.post(`${sandbox.url}/sandbox/expect`, {
		name: 'The order',
		call: { what: 'purchase', body: { properties: { total: { $min: 5 } } } },
	});
	await page.getByRole('link', { name: 'Checks', exact: true }).click();
	await seen('1 of 1 failed');
	await page.getByRole('row', { name: 'body.properties.total {"$min":5} missing' }).waitFor();
	await page.getByRole('button', { name: '+1 day' }).click();
	await seen(/time is moved by \+1 day/);
	await page.getByRole('button', { name: 'Set back' }).first().click();
	await seen('that of this machine');
	expect(sandbox.state.clock.offsetMs).toBe(0);
});

test('the consent of a phone number, and the ways to look at an email, are shown', async () => {
	const developer = developerClientOf(sandbox);
	await developer.postSubscription(PHONE, { event: 'SIGNUP' });
	await open('profiles');
	await seen('SMS: Not confirmed');
	await page.locator('.entries button').click();
	await seen('Marketing text messages');
	await seen('Sign up, marketing');
	await send(orderEmail('Jane', { items: [{ name: 'Socks', quantity: 1 }] }));
	await open('emails');
	await page.locator('.entries button').click();
	await page.getByRole('button', { name: 'Plain text' }).click();
	await seen(/^Thank you, Jane!\n/);
	await page.getByRole('button', { name: 'Source' }).click();
	await seen(/<h1>Thank you, Jane!<\/h1>/);
	await page.getByRole('button', { name: 'On a phone' }).click();
	expect((await page.locator('iframe').boundingBox())?.width).toBe(375);
});

test('on a phone, the counters leave the screen to what is shown', async () => {
	await search('jane@example.com');
	await open('calls', { width: 390, height: 844 });
	await rows().first().waitFor();
	expect((await rows().first().boundingBox())?.y).toBeLessThan(844 / 2);
	expect((await page.locator('.tiles').boundingBox())?.height).toBeLessThan(60);
});

test('a reset asks first, and then deletes everything', async () => {
	await search('jane@example.com');
	await open();
	await page.getByRole('button', { name: 'Reset' }).click();
	expect(sandbox.state.totals.calls).toBe(1);
	await page.getByRole('button', { name: 'Delete everything?' }).click();
	await seen('No calls yet');
	expect(sandbox.state.totals.calls).toBe(0);
});
