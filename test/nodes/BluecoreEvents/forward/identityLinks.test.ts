import type { IDataObject } from 'n8n-workflow';

import { IdentityLinks } from '../../../../nodes/BluecoreEvents/forward/identityLinks';
import { forwarder, requestIn, type Forwarded } from '../../../support/forward';
import { ACCOUNT } from '../../../support/items';

/** How many links are remembered for later runs. */
const REMEMBERED_LINKS = 10_000;
const EMAIL = 'jane@example.com';
const view = (ids: IDataObject, email?: string) => ({
	type: 'track',
	event: 'Product Viewed',
	...ids,
	...(email && { traits: { email } }),
	properties: { product_id: 'SKU1' },
});
const inShort = ({ events }: Forwarded) =>
	events.map(({ event, properties }) => `${event} ${properties.distinct_id}`);

test('links each ID of a message to its email once, before the message', () => {
	const { item } = forwarder();
	const message = view({ userId: 'u-1', anonymousId: 'a-1' }, EMAIL);
	const first = item(message);
	expect(first.events).toEqual([
		{ event: 'identify', properties: { distinct_id: 'u-1', customer: { email: EMAIL } } },
		{ event: 'identify', properties: { distinct_id: 'a-1', customer: { email: EMAIL } } },
		expect.objectContaining({ event: 'viewed_product' }),
	]);
	expect(inShort(item(message))).toEqual([`viewed_product ${EMAIL}`]);
	expect(inShort(item(view({ anonymousId: 'a-2' }, EMAIL)))).toEqual([
		'identify a-2',
		`viewed_product ${EMAIL}`,
	]);
	expect(inShort(item(view({ anonymousId: 'a-1' }, 'Jane@Example.com')))).toEqual([
		'viewed_product Jane@Example.com',
	]);
});

describe('a device of two customers', () => {
	const OTHER = 'other@example.com';
	const told = expect.stringContaining(
		`this run has linked the ID "a-1" to "${EMAIL}", so it was not linked to "${OTHER}", too`,
	);

	test('is linked to the first one only, which is told', () => {
		const { item } = forwarder();
		item(view({ anonymousId: 'a-1' }, EMAIL));
		const second = item(view({ anonymousId: 'a-1' }, OTHER));
		expect(inShort(second)).toEqual([`viewed_product ${OTHER}`]);
		expect(second.warnings).toEqual([told]);
		expect(item(view({ anonymousId: 'a-1' }, EMAIL)).warnings).toEqual([]);
	});

	test('also if an earlier run has linked the first one', () => {
		const staticData: IDataObject = {};
		const before = forwarder(staticData);
		const { planned } = before.item(view({ anonymousId: 'a-1' }, EMAIL));
		before.accept(planned.flatMap((request) => requestIn(request) ?? []));
		const { item } = forwarder(staticData);
		expect(inShort(item(view({ anonymousId: 'a-1' }, EMAIL)))).toEqual([`viewed_product ${EMAIL}`]);
		expect(inShort(item(view({ anonymousId: 'a-1' }, OTHER)))).toEqual([`viewed_product ${OTHER}`]);
	});

	test.each([
		[{ type: 'identify', anonymousId: 'a-1', traits: { email: OTHER, action: 'identify' } }],
		[{ type: 'alias', previousId: 'a-1', userId: OTHER }],
	])('a message that would link it itself is held back: %j', (message) => {
		const { item } = forwarder();
		item(view({ anonymousId: 'a-1' }, EMAIL));
		const second = item(message);
		expect(second.events).toEqual([]);
		expect(second.heldBack).toMatchObject([{ accepted: false, reason: told }]);
	});
});

test('links the ID that was given for Bluecore, and no email to itself', () => {
	const { item } = forwarder();
	const context = { externalId: [{ type: 'bluecoreExternalId', id: 'bc-1' }] };
	expect(inShort(item(view({ userId: EMAIL, context }, EMAIL)))).toEqual([
		'identify bc-1',
		'viewed_product bc-1',
	]);
});

test('links nothing where one of the two is missing, nor when it is turned off', () => {
	const { item } = forwarder();
	expect(inShort(item(view({ userId: EMAIL, previousId: 'u-1' })))).toEqual([
		`viewed_product ${EMAIL}`,
	]);
	expect(inShort(item(view({ anonymousId: 'a-1' })))).toEqual(['viewed_product a-1']);
	expect(inShort(item(view({}, EMAIL)))).toEqual([`viewed_product ${EMAIL}`]);
	expect(
		inShort(item(view({ anonymousId: 'a-1' }, EMAIL), { options: { linkIdentity: false } })),
	).toEqual([`viewed_product ${EMAIL}`]);
});

test('links for the other events of a message that is an opt-out, too', () => {
	const { item } = forwarder();
	const eventMap = {
		mapping: ['unsubscribe', 'viewed_product'].map((to) => ({ from: 'Product Viewed', to })),
	};
	expect(inShort(item(view({ anonymousId: 'a-1' }, EMAIL), { eventMap }))).toEqual([
		'identify a-1',
		`unsubscribe ${EMAIL}`,
		`viewed_product ${EMAIL}`,
	]);
});

test('does not link what the message itself identifies, and takes note of it', () => {
	const { item } = forwarder();
	const identify = {
		type: 'identify',
		userId: 'u-1',
		traits: { email: EMAIL, action: 'identify' },
	};
	expect(inShort(item(identify))).toEqual(['identify u-1']);
	expect(inShort(item(view({ userId: 'u-1' }, EMAIL)))).toEqual([`viewed_product ${EMAIL}`]);
	expect(inShort(item(identify))).toEqual(['identify u-1']);
});

test('a message that is bad or held back links nothing', () => {
	const { item } = forwarder();
	const bad = { ...view({ anonymousId: 'a-1' }, EMAIL), properties: {} };
	expect(item(bad).planned).toHaveLength(1);
	expect(inShort(item({ ...view({ anonymousId: 'a-1' }, EMAIL), event: 'Nothing' }))).toEqual([]);
	expect(inShort(item(view({ anonymousId: 'a-1' }, EMAIL)))).toEqual([
		'identify a-1',
		`viewed_product ${EMAIL}`,
	]);
});

test('events of linked identities share one order', () => {
	const { item, orderKey } = forwarder();
	const forwarded = [
		view({ anonymousId: 'a-1' }),
		view({ anonymousId: 'a-2' }),
		view({ anonymousId: 'a-1' }, EMAIL),
		view({ userId: 'u-1' }, EMAIL),
		view({ userId: 'u-1' }),
		view({}, EMAIL),
	].map((message) => item(message));
	const requests = forwarded.flatMap(({ planned: [first] }) => requestIn(first) ?? []);
	const shared = expect.stringMatching(` ${EMAIL}$`);
	expect(requests.map(orderKey)).toEqual([
		shared,
		expect.stringMatching(/ a-2$/),
		...[shared, shared, shared, shared],
	]);
});

test('nothing is linked by an item that cannot be sent, nor by one that is only validated', () => {
	const { item } = forwarder();
	const message = view({ anonymousId: 'a-1' }, EMAIL);
	expect(item(message, { eventMap: { mapping: [{ from: 'x', to: '' }] } }).events).toEqual([]);
	expect(item(message, { options: { maxAgeHours: 'x' } }).events).toEqual([]);
	const validated = { options: { validateOnly: true } };
	expect(inShort(item(message, validated))).toHaveLength(2);
	expect(inShort(item(message, validated))).toHaveLength(1);
	expect(inShort(item(message))).toHaveLength(2);
});

test('an ID that stands for nobody is not linked', () => {
	const { item } = forwarder();
	expect(inShort(item(view({ anonymousId: 'guest' }, EMAIL)))).toEqual([`viewed_product ${EMAIL}`]);
});

describe('for later runs', () => {
	const message = view({ anonymousId: 'a-1' }, EMAIL);

	test('remembers what was accepted, without naming anybody', () => {
		const staticData: IDataObject = {};
		const first = forwarder(staticData);
		const { planned } = first.item(message);
		expect(staticData).toEqual({});
		first.accept(planned.flatMap((request) => requestIn(request) ?? []));
		expect(staticData).toEqual({ linkedIdentities: expect.stringMatching(/^.{12}$/) });
		expect(JSON.stringify(staticData)).not.toContain('jane');

		const second = forwarder(staticData);
		const before = second.item(view({ anonymousId: 'a-1' }));
		const after = second.item(message);
		expect(inShort(after)).toEqual([`viewed_product ${EMAIL}`]);
		const requests = [...before.planned, ...after.planned].flatMap((it) => requestIn(it) ?? []);
		const [first1, second1] = requests.map(second.orderKey);
		expect(first1).toBe(second1);
		expect(inShort(forwarder().item(message))).toHaveLength(2);
	});

	test('does not remember what was not accepted', () => {
		const staticData: IDataObject = {};
		const first = forwarder(staticData);
		const { planned } = first.item(message);
		first.accept(planned.slice(1).flatMap((request) => requestIn(request) ?? []));
		expect(staticData).toEqual({});
	});

	test('forgets the oldest when there are too many', () => {
		const staticData: IDataObject = {};
		const link = (n: number, account = ACCOUNT) => ({ account, id: `a-${n}`, email: EMAIL });
		const before = new IdentityLinks(staticData);
		before.remember(Array.from({ length: REMEMBERED_LINKS }, (_, n) => link(n)));
		before.remember([link(0), link(REMEMBERED_LINKS)]);
		expect(staticData.linkedIdentities).toHaveLength(REMEMBERED_LINKS * 12);
		const after = new IdentityLinks(staticData);
		expect([0, 1, REMEMBERED_LINKS].map((n) => after.isNew(link(n)))).toEqual([true, false, false]);
		expect(after.isNew(link(1, { ...ACCOUNT, namespace: 'other' }))).toBe(true);
		expect(after.isNew(link(1, { ...ACCOUNT, baseUrl: 'https://b.example.com' }))).toBe(true);
	});

	test('makes do with static data of another kind', () => {
		expect(inShort(forwarder({ linkedIdentities: 7 }).item(message))).toHaveLength(2);
		expect(inShort(forwarder({ linkedIdentities: '' }).item(message))).toHaveLength(2);
	});
});
