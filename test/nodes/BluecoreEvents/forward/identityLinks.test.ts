import type { IDataObject } from 'n8n-workflow';

import { IdentityLinks } from '../../../../nodes/BluecoreEvents/forward/identityLinks';
import { EMAIL, forwarder, requestIn, type Forwarded } from '../../../support/forward';
import { ACCOUNT } from '../../../support/items';
import { casesOf } from '../../../support/table';

/** How many links are remembered for later runs. */
const REMEMBERED_LINKS = 10_000;
const view = (ids: IDataObject, email?: string) => ({
	...{ type: 'track', event: 'Product Viewed', properties: { product_id: 'SKU1' } },
	...{ ...ids, ...(email && { traits: { email } }) },
});
const ofDevice = (email?: string) => view({ anonymousId: 'a-1' }, email);
const VIEWED = `viewed_product ${EMAIL}`;
/** The requests of what is planned that are ready. */
const requestsIn = (planned: Forwarded['planned']) =>
	planned.flatMap((request) => requestIn(request) ?? []);
const inShort = ({ events }: Forwarded) =>
	events.map(({ event, properties }) => `${event} ${properties.distinct_id}`);

test('a link says the ID and the email, and nothing else', () => {
	const [link] = forwarder().item(ofDevice(EMAIL)).events;
	const properties = { distinct_id: 'a-1', customer: { email: EMAIL } };
	expect(link).toEqual({ event: 'identify', properties });
});

const JANE = '"traits": {"email": "jane@example.com"}';
const BOTH = `{"userId": "u-1", "anonymousId": "a-1", ${JANE}}`;
const DEVICE = `{"anonymousId": "a-1", ${JANE}}`;
const IDENTIFY =
	'{"type": "identify", "userId": "u-1", "traits": {"email": "jane@example.com", "action": "identify"}}';
const GIVEN_ID = '"context": {"externalId": [{"type": "bluecoreExternalId", "id": "bc-1"}]}';
const UNSUBSCRIBED =
	'{"eventMap": {"mapping": [{"from": "Product Viewed", "to": "unsubscribe"}, {"from": "Product Viewed", "to": "viewed_product"}]}}';
test.each(
	casesOf<[what: string, messages: object[], sent: string, parameters?: IDataObject]>(`
		links each ID of a message to its email once, before the message | [${BOTH}, ${BOTH}, {"anonymousId": "a-2", ${JANE}}, {"anonymousId": "a-1", "traits": {"email": "Jane@Example.com"}}] | identify u-1, identify a-1, ${VIEWED}; ${VIEWED}; identify a-2, ${VIEWED}; viewed_product Jane@Example.com
		links the ID that was given for Bluecore, and no email to itself | [{"userId": "jane@example.com", ${GIVEN_ID}, ${JANE}}] | identify bc-1, viewed_product bc-1
		links nothing where one of the two is missing | [{"userId": "jane@example.com", "previousId": "u-1"}, {"anonymousId": "a-1"}, {${JANE}}] | ${VIEWED}; viewed_product a-1; ${VIEWED}
		links no ID that stands for nobody            | [{"anonymousId": "guest", ${JANE}}] | ${VIEWED}
		links nothing if told so                      | [${DEVICE}] | ${VIEWED} | {"options": {"linkIdentity": false}}
		links for the other events of a message that is an opt-out, too | [${DEVICE}] | identify a-1, unsubscribe ${EMAIL}, ${VIEWED} | ${UNSUBSCRIBED}
		does not link what the message itself identifies, and takes note of it | [${IDENTIFY}, {"userId": "u-1", ${JANE}}, ${IDENTIFY}] | identify u-1; ${VIEWED}; identify u-1
		links nothing for a message that is bad or held back | [{"anonymousId": "a-1", ${JANE}, "properties": {}}, {"anonymousId": "a-1", ${JANE}, "event": "X"}, ${DEVICE}] | ; ; identify a-1, ${VIEWED}
	`),
)('a run %s', (_what, messages, sent, ...[parameters]) => {
	const { item } = forwarder();
	const events = messages.map((message) => inShort(item({ ...view({}), ...message }, parameters)));
	expect(events.map((each) => each.join(', '))).toEqual(sent.split(/; ?/));
});

describe('a device of two customers', () => {
	const OTHER = 'other@example.com';
	const told = expect.stringContaining(
		`this run has linked the ID "a-1" to "${EMAIL}", so it was not linked to "${OTHER}", too`,
	);

	test('is linked to the first one only, which is told', () => {
		const { item } = forwarder();
		item(ofDevice(EMAIL));
		const second = item(ofDevice(OTHER));
		expect(inShort(second)).toEqual([`viewed_product ${OTHER}`]);
		expect(second.warnings).toEqual([told]);
		expect(item(ofDevice(EMAIL)).warnings).toEqual([]);
	});

	test('also if an earlier run has linked the first one', () => {
		const staticData: IDataObject = {};
		const before = forwarder(staticData);
		const { planned } = before.item(ofDevice(EMAIL));
		before.accept(requestsIn(planned));
		const { item } = forwarder(staticData);
		expect(inShort(item(ofDevice(EMAIL)))).toEqual([VIEWED]);
		expect(inShort(item(ofDevice(OTHER)))).toEqual([`viewed_product ${OTHER}`]);
	});

	test.each([
		[{ type: 'identify', anonymousId: 'a-1', traits: { email: OTHER, action: 'identify' } }],
		[{ type: 'alias', previousId: 'a-1', userId: OTHER }],
	])('a message that would link it itself is held back: %j', (message) => {
		const { item } = forwarder();
		item(ofDevice(EMAIL));
		const second = item(message);
		expect(second.events).toEqual([]);
		expect(second.heldBack).toMatchObject([{ accepted: false, reason: told }]);
	});
});

test('events of linked identities share one order', () => {
	const { item, orderKey } = forwarder();
	const messages = [
		...[ofDevice(), view({ anonymousId: 'a-2' }), ofDevice(EMAIL)],
		...[view({ userId: 'u-1' }, EMAIL), view({ userId: 'u-1' }), view({}, EMAIL)],
	];
	const forwarded = messages.map((message) => item(message));
	const requests = forwarded.flatMap(({ planned }) => requestsIn(planned.slice(0, 1)));
	const shared = expect.stringMatching(` ${EMAIL}$`);
	expect(requests.map(orderKey)).toEqual([
		shared,
		expect.stringMatching(/ a-2$/),
		...[shared, shared, shared, shared],
	]);
});

test('nothing is linked by an item that cannot be sent, nor by one that is only validated', () => {
	const { item } = forwarder();
	const message = ofDevice(EMAIL);
	expect(item(message, { eventMap: { mapping: [{ from: 'x', to: '' }] } }).events).toEqual([]);
	expect(item(message, { options: { maxAgeHours: 'x' } }).events).toEqual([]);
	const validated = { options: { validateOnly: true } };
	expect(inShort(item(message, validated))).toHaveLength(2);
	expect(inShort(item(message, validated))).toHaveLength(1);
	expect(inShort(item(message))).toHaveLength(2);
});

describe('for later runs', () => {
	const message = ofDevice(EMAIL);

	test('remembers what was accepted, without naming anybody', () => {
		const staticData: IDataObject = {};
		const first = forwarder(staticData);
		const { planned } = first.item(message);
		expect(staticData).toEqual({});
		first.accept(requestsIn(planned));
		expect(staticData).toEqual({ linkedIdentities: expect.stringMatching(/^.{12}$/) });
		expect(JSON.stringify(staticData)).not.toContain('jane');

		const second = forwarder(staticData);
		const before = second.item(ofDevice());
		const after = second.item(message);
		expect(inShort(after)).toEqual([VIEWED]);
		const [key, sameKey] = requestsIn([...before.planned, ...after.planned]).map(second.orderKey);
		expect(key).toBe(sameKey);
		expect(inShort(forwarder().item(message))).toHaveLength(2);
	});

	test('does not remember what was not accepted', () => {
		const staticData: IDataObject = {};
		const first = forwarder(staticData);
		const { planned } = first.item(message);
		first.accept(requestsIn(planned.slice(1)));
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
		expect([0, 1, REMEMBERED_LINKS].map((n) => after.claim(link(n)))).toEqual([true, false, false]);
		expect(after.claim(link(1, { ...ACCOUNT, namespace: 'other' }))).toBe(true);
		expect(after.claim(link(1, { ...ACCOUNT, baseUrl: 'https://b.example.com' }))).toBe(true);
	});

	test('makes do with static data of another kind', () => {
		expect(inShort(forwarder({ linkedIdentities: 7 }).item(message))).toHaveLength(2);
		expect(inShort(forwarder({ linkedIdentities: '' }).item(message))).toHaveLength(2);
	});
});
