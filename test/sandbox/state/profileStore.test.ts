import type { Profile } from '../../../sandbox/state/profile';
import { applyEvent } from '../../../sandbox/state/applyCall';
import { ProfileStore } from '../../../sandbox/state/profileStore';
import { clientOf, EMAIL } from '../../support/http';
import { usedHeap } from '../../support/heap';
import { NAMESPACE, useSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/startSandbox';

const sandbox = useSandbox();
const { track, search, send, get } = clientOf(sandbox);

const JANE = 'jane@example.com';
const WELCOME = { campaign_id: '34545238547', template_attributes: { first_name: 'J' } };
const purchase = async (id: string, order: string, total: number) =>
	await track('purchase', {
		...{ distinct_id: id, products: [{ id: 'A' }], order_id: order, total },
		customer: { email: JANE },
	});
const identify = async (id: string, email = JANE) =>
	await track('identify', { distinct_id: id, customer: { email } });
const profiles = async () => await get<Array<Profile & { marketing: string }>>('profiles');

test('events of one distinct ID belong to one profile; in an email address, capital and small letters are the same', async () => {
	for (const id of [JANE, 'JANE@example.com', 'joe@example.com']) await search(id);
	expect(await profiles()).toMatchObject([
		{ email: JANE, events: 2, is_orphan: false },
		{ email: 'joe@example.com', events: 1 },
	]);
});

test('identify links an ID to an email address and merges the earlier events of the ID', async () => {
	await track('customer_patch', { distinct_id: 'device-1', customer: { city: 'Rome' } });
	await purchase('device-1', 'A-1', 10);
	await track('customer_patch', { distinct_id: JANE, customer: { first_name: 'Jane' } });
	await purchase(JANE, 'A-2', 5);
	expect(await profiles()).toHaveLength(2);
	expect((await profiles())[0]).toMatchObject({ email: null, is_orphan: true, revenue: 10 });

	await identify('device-1');
	await search('device-1');
	const [profile, ...others] = await profiles();
	expect(others).toEqual([]);
	const attributes = { city: 'Rome', first_name: 'Jane' };
	expect(profile).toMatchObject({
		...{ email: JANE, is_orphan: false, distinct_ids: ['device-1', JANE], attributes },
		...{ revenue: 15, events: 6 },
	});
	const { timeline } = await get<{
		timeline: Array<{ call: number; what: string; about: string }>;
	}>(`profiles/${profile.id}`);
	expect(timeline.map(({ call }) => call)).toEqual([1, 2, 3, 4, 5, 6]);
	expect(timeline[1]).toMatchObject({ what: 'purchase', about: 'order A-1 · total 10 · A' });
	expect(sandbox.state.calls[4].remarks).toEqual([
		'2 earlier events of "device-1" now belong to jane@example.com.',
	]);
});

test('an ID that is linked to another customer leaves the first one', async () => {
	await identify('device-1');
	await identify('device-1');
	await identify('device-1', 'joe@example.com');
	await search('device-1');
	expect(await profiles()).toMatchObject([
		{ email: JANE, distinct_ids: [JANE], events: 2 },
		{ email: 'joe@example.com', distinct_ids: ['joe@example.com', 'device-1'], events: 2 },
	]);
	expect(sandbox.state.calls.map(({ remarks }) => remarks)).toEqual([
		[],
		['"device-1" is already linked to jane@example.com.'],
		['"device-1" was linked to jane@example.com before.'],
		[],
	]);
});

test('attributes are updated and stored unchanged; some are ignored because of their names', async () => {
	const patch = async (customer: object) =>
		await track('customer_patch', { distinct_id: JANE, customer });
	await patch({ email: JANE, city: 'Rome', vip: 'true', 'Shoe Size': 38 });
	await patch({ city: 'Oslo', tags: ['a'], long: 'x'.repeat(5000) });
	const [{ attributes, ignored }] = await profiles();
	expect(attributes).toMatchObject({ city: 'Oslo', vip: 'true', tags: ['a'] });
	expect(attributes.long).toHaveLength(1001);
	expect(ignored).toEqual({ 'Shoe Size': 38 });
	const { new_attributes: added } = await get<{ new_attributes: string[] }>('summary');
	expect(added).toEqual(['vip', 'tags', 'long']);
});

/** Applies events to a store of its own, without a server. */
function storeOfEvents() {
	const store = new ProfileStore({}, 10);
	let call = 0;
	const apply = (event: string, id: string, properties: object) =>
		applyEvent(
			store,
			{ event, properties: { token: NAMESPACE, distinct_id: id, ...properties } },
			{ id: ++call, at: call },
		);
	return { store, apply };
}

test('an attribute may have any name', () => {
	const { store, apply } = storeOfEvents();
	apply('customer_patch', JANE, {
		customer: JSON.parse('{"__proto__": 1, "city": "Rome"}') as object,
	});
	apply('customer_patch', JANE, { customer: { city: 'Oslo' } });
	const [{ attributes }] = store.list();
	expect(Object.entries(attributes)).toEqual([
		['__proto__', 1],
		['city', 'Oslo'],
	]);
});

test('a customer keeps at most 1,000 attributes and orders, also those of linked IDs', () => {
	const { store, apply } = storeOfEvents();
	for (const device of ['device-1', 'device-2', 'device-3']) {
		const names = Array.from({ length: 600 }, (_, n) => `${device.replace('-', '_')}_${n}`);
		apply('customer_patch', device, {
			customer: Object.fromEntries(names.map((name) => [name, 1])),
		});
		for (const name of names) apply('purchase', device, { order_id: name, total: 1 });
		apply('identify', device, { customer: { email: JANE } });
	}
	const [{ attributes, orders, revenue }] = store.list();
	expect(Object.keys(attributes)).toHaveLength(1000);
	expect(orders).toHaveLength(1000);
	expect([orders[0].order_id, orders.at(-1)?.order_id]).toEqual(['device_2_200', 'device_3_599']);
	expect(revenue).toBe(1800);
});

test('a customer with more than 1,000 IDs is still found by the email address, and no longer by the oldest ID', () => {
	const { store, apply } = storeOfEvents();
	for (let n = 0; n < 1001; n++) apply('identify', `device-${n}`, { customer: { email: JANE } });
	const [{ id, distinct_ids: ids }] = store.list();
	expect(ids).toHaveLength(1000);
	expect([JANE, 'device-0', 'device-1000'].map((each) => store.find(NAMESPACE, each)?.id)).toEqual([
		id,
		undefined,
		id,
	]);
});

test('nothing of a customer who was discarded takes memory', () => {
	const { store, apply } = storeOfEvents();
	apply('search', 'device', { search_term: 'a' });
	const before = usedHeap();
	for (let n = 0; n < 50_000; n++) apply('search', `device-${n}`, { search_term: 'a' });
	expect((usedHeap() - before) / 50_000).toBeLessThan(10);
	expect(store.size).toBe(10);
});

test('consent belongs to the email address, and the latest one is valid', async () => {
	const consent = async (event: string) =>
		await track(event, { distinct_id: 'device-1', email: JANE, customer: { email: JANE } });
	await consent('optin');
	expect((await profiles()).map(({ email, marketing }) => [email, marketing])).toEqual([
		[null, 'unknown'],
		[JANE, 'opted in'],
	]);
	await consent('unsubscribe');
	expect((await profiles()).map(({ marketing }) => marketing)).toContain('opted out');
});

test('an order counts once, however often it is recorded, and gets a remark', async () => {
	await purchase(JANE, 'A-1', 10);
	await purchase(JANE, 'A-1', 12);
	await purchase(JANE, 'A-2', 0.5);
	const [{ orders, revenue }] = await profiles();
	expect(revenue).toBe(10.5);
	expect(orders).toMatchObject([
		{ order_id: 'A-1', total: 10, times: 2 },
		{ order_id: 'A-2', total: 0.5, times: 1 },
	]);
	expect(sandbox.state.calls[1].remarks).toEqual([
		'Order A-1 was recorded before: its total counts only once. The total was 10 then and is 12 now.',
	]);
});

test('an order that was recorded under an ID and under the email address counts once when they are linked', async () => {
	await purchase('device-1', 'A-1', 10);
	await purchase(JANE, 'A-1', 10);
	await identify('device-1');
	expect(await profiles()).toMatchObject([{ revenue: 10, orders: [{ times: 2 }] }]);
});

test('an ID with an @ that is not an email address is an orphan', async () => {
	await search('@jane');
	expect(await profiles()).toMatchObject([{ email: null, is_orphan: true }]);
	await identify('@jane');
	expect(await profiles()).toMatchObject([{ email: JANE, events: 2 }]);
});

test('a sum that is too large stays finite, and a name that is too long is cut', async () => {
	await purchase(JANE, 'A-1', 1.7e308);
	await purchase(JANE, 'A-2', 1.7e308);
	await track('customer_patch', { distinct_id: JANE, customer: { ['a'.repeat(100_000)]: 1 } });
	const [{ revenue, ignored }] = await profiles();
	expect(revenue).toBe(Number.MAX_VALUE);
	expect(Object.keys(ignored)[0]).toHaveLength(1001);
});

test('only a welcome email creates or updates its customer', async () => {
	await send(EMAIL);
	expect(await profiles()).toEqual([]);
	await send({ ...WELCOME, email: JANE, customer_attributes: { city: 'Rome' } });
	expect(await profiles()).toMatchObject([
		{ email: JANE, attributes: { city: 'Rome' }, emails: 1 },
	]);
});

test('calls and profiles beyond the number to keep are discarded, also from timelines', async () => {
	const small = await startSandbox({ keep: 3 });
	const client = clientOf(small);
	for (let n = 0; n < 10; n++) {
		await client.search(`c${n % 5}@example.com`);
	}
	const kept = small.state.profiles.list();
	expect(kept.map(({ email, timeline }) => [email, timeline])).toEqual([
		['c2@example.com', [8]],
		['c3@example.com', [9]],
		['c4@example.com', [10]],
	]);
	expect(small.state.calls.map(({ id }) => id)).toEqual([8, 9, 10]);
	expect(small.state.totals).toMatchObject({ calls: 10, accepted: 10, events: 10 });
	for (let n = 0; n < 5; n++) await client.search('c4@example.com');
	expect(small.state.profiles.list().at(-1)?.timeline).toEqual([13, 14, 15]);
});
