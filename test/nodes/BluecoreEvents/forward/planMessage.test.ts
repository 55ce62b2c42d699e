import {
	EMAIL,
	forward,
	forwarder,
	heldBackOf,
	PRODUCT,
	requestIn,
	track,
} from '../../../support/forward';

/** What becomes of a message about a viewed product of which nothing goes out. */
const notSent = { distinct_id: EMAIL, accepted: false, tracking_event: 'Product Viewed' };

test('a message whose events were all accepted before is held back', () => {
	const after = (event: string, distinct_id: string) =>
		track('Product Viewed', PRODUCT, { already_accepted: [{ event, distinct_id }] });
	expect(heldBackOf(after('viewed_product', EMAIL))).toEqual({
		...{ ...notSent, event: 'Product Viewed' },
		reason: 'Already accepted: all events of this message have been sent',
	});
	for (const other of [after('search', EMAIL), after('viewed_product', 'u-1')]) {
		expect(forward(other)).toMatchObject({ events: [{}], heldBack: [] });
	}
});

describe('an opt-out is sent with the address and nothing else', () => {
	const PROFILE = { first_name: 'Jane', city: 'Rome', vip: true };
	const unsubscribed = (more: object = {}) => ({
		...{ event: 'Unsubscribed', traits: { email: EMAIL }, ...more },
	});
	const withTraits = (traits: object) => unsubscribed({ traits: { email: EMAIL, ...traits } });
	const parameters = {
		consentPath: 'consent.marketing',
		eventMap: { mapping: [{ from: 'Newsletter Left', to: 'unsubscribe' }] },
	};

	const inContext = { context: { traits: { email: EMAIL } } };
	const REVOKED = { channelConsents: { email: false } };

	test.each<[string, object]>([
		['with a profile', withTraits(PROFILE)],
		['with a profile in the context', unsubscribed({ context: { traits: PROFILE } })],
		['with traits that collide', withTraits({ firstName: 'J', firstname: 'K' })],
		['with names that Bluecore does not take', withTraits({ '': 1, Ωmega: 4 })],
		['with traits that cannot be sent', withTraits({ broken: 'M\ufffdller', score: NaN })],
		['with nested traits', withTraits({ address: { city: 'Rome' }, tags: ['a'] })],
		['with traits that are a list', unsubscribed({ traits: [], ...inContext })],
		['from a device that is a list', unsubscribed({ context: { device: { model: ['iPhone'] } } })],
		['with properties of its own', unsubscribed({ properties: { token: 'x', total: NaN } })],
		['with properties that are text', unsubscribed({ properties: 'none' })],
		['for an address in userId', { event: 'Unsubscribed', userId: EMAIL, anonymousId: 'a-1' }],
		['for an address beside a hash', unsubscribed({ properties: { email: '0b4e7a0e5fe84ad3' } })],
		['for an address and a user ID', unsubscribed({ userId: 'u-1' })],
		['that is old', unsubscribed({ timestamp: '2021-01-05T10:00:00Z' })],
		['whose time cannot be read', unsubscribed({ timestamp: 'yesterday' })],
		['without consent', unsubscribed({ consent: { marketing: false } })],
		['of RudderStack', { event: 'subscription_event', userId: EMAIL, properties: REVOKED }],
		['under its Bluecore name', { event: 'unsubscribe', userId: EMAIL, traits: PROFILE }],
		['by a row of Event Map', { event: 'Newsletter Left', userId: EMAIL, properties: { a: 1 } }],
	])('%s', (_what, message) => {
		const { events, problems, heldBack, warnings } = forward(message, parameters);
		const properties = { distinct_id: EMAIL, email: EMAIL, customer: { email: EMAIL } };
		expect(events).toEqual([{ event: 'unsubscribe', properties }]);
		expect([problems, heldBack, warnings]).toEqual([[], [], []]);
	});

	test.each<[object]>([
		[{ userId: 'u-1', traits: PROFILE }],
		[{ traits: { email: '0b4e7a0e5fe84ad35fb5f95b9ceeac79' } }],
		[{ userId: 'a@example' }],
	])('and is refused without an address: %j', (message) => {
		const { events, problems } = forward({ event: 'Unsubscribed', ...message });
		expect([events, problems]).toEqual([[], [expect.stringMatching(/^Email /)]]);
	});

	test('also if another event of its message is refused, whose problems are told', () => {
		const mapping = ['purchase', 'unsubscribe'].map((to) => ({ from: 'Unsubscribed', to }));
		const message = unsubscribed({ properties: { items: 'x' } });
		const { planned } = forward(message, { eventMap: { mapping } });
		expect(planned.map(({ state, report }) => [state.kind, report.problems.length])).toEqual([
			['ready', 0],
			['bad', 2],
		]);
	});
});

describe('a message with the messageId of another one of the run', () => {
	const message = track('Product Viewed', PRODUCT, { messageId: 'm-1' });
	const options = { linkIdentity: false };
	const repeated = {
		...{ ...notSent, event: 'viewed_product' },
		reason: 'Repeat: this run has had a message with the messageId "m-1" already',
	};

	test('is held back as a repeat, also in a batch', () => {
		const { item } = forwarder();
		const [first, second] = [item(message, { options }), item(message, { options })];
		expect([first.events.length, first.heldBack]).toEqual([1, []]);
		expect([second.events, second.heldBack]).toEqual([[], [repeated]]);
		const batch = forward({ batch: [message, message] });
		expect([batch.events.length, batch.heldBack]).toEqual([1, [repeated]]);
		expect(item({ ...message, messageId: 'm-2' }, { options }).heldBack).toEqual([]);
	});

	test.each<[string, object]>([
		['whose ID stands for nothing', { messageId: 'null' }],
		['that is an opt-out', { event: 'Unsubscribed' }],
	])('is sent, after one %s', (_what, more) => {
		const { item } = forwarder();
		for (let times = 0; times < 2; times++) {
			expect(item({ ...message, ...more }, { options }).events).toHaveLength(1);
		}
	});

	test('is sent if the other one was refused, or only validated', () => {
		const { item } = forwarder();
		expect(item({ ...message, properties: {} }, { options }).problems).toHaveLength(1);
		expect(item(message, { options: { ...options, validateOnly: true } }).events).toHaveLength(1);
		expect(item(message, { options }).events).toHaveLength(1);
	});
});

test('of several events of a message, each is named and has its own warnings; one alone has no name', () => {
	const mapping = ['search', 'viewed_product'].map((to) => ({ from: 'Product Viewed', to }));
	const message = track('Product Viewed', { products: [PRODUCT], search_term: 'rain' });
	const { planned } = forward(message, { eventMap: { mapping }, options: { linkIdentity: false } });
	expect(planned.map(({ name, report }) => [name, report.warnings.length])).toEqual([
		...[['search', 1] as const, ['viewed_product', 0] as const],
	]);
	const [{ name, ...one }] = forward(track('Product Viewed', PRODUCT)).planned;
	expect([name, requestIn(one)?.summary.tracking_event]).toEqual([undefined, 'Product Viewed']);
});
