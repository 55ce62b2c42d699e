import { EMAIL, forward, forwarder, PRODUCT, track } from '../../../support/forward';

test('a message whose events were all accepted before is held back', () => {
	const message = track('Product Viewed', PRODUCT);
	const accepted = (event: string, id: string) =>
		forward({ ...message, already_accepted: [{ event, distinct_id: id }] });
	expect(accepted('viewed_product', EMAIL)).toMatchObject({
		events: [],
		problems: [],
		heldBack: [
			{
				event: 'Product Viewed',
				distinct_id: EMAIL,
				accepted: false,
				reason: 'Already accepted: all events of this message have been sent',
				tracking_event: 'Product Viewed',
			},
		],
	});
	for (const other of [accepted('search', EMAIL), accepted('viewed_product', 'u-1')]) {
		expect([other.events.length, other.heldBack]).toEqual([1, []]);
	}
});

describe('an opt-out is sent with the address and nothing else', () => {
	const PROFILE = { first_name: 'Jane', city: 'Rome', vip: true };
	const unsubscribed = (more: object = {}) => ({
		event: 'Unsubscribed',
		traits: { email: EMAIL },
		...more,
	});
	const parameters = {
		consentPath: 'consent.marketing',
		eventMap: { mapping: [{ from: 'Newsletter Left', to: 'unsubscribe' }] },
	};

	test.each<[string, object]>([
		['with a profile', unsubscribed({ traits: { email: EMAIL, ...PROFILE } })],
		['with a profile in the context', unsubscribed({ context: { traits: PROFILE } })],
		[
			'with traits that collide',
			unsubscribed({ traits: { email: EMAIL, firstName: 'J', firstname: 'K' } }),
		],
		[
			'with names that Bluecore does not take',
			unsubscribed({ traits: { email: EMAIL, '': 1, Ωmega: 4 } }),
		],
		[
			'with traits that cannot be sent',
			unsubscribed({ traits: { email: EMAIL, broken: 'M\ufffdller', score: NaN } }),
		],
		[
			'with nested traits',
			unsubscribed({ traits: { email: EMAIL, address: { city: 'Rome' }, tags: ['a'] } }),
		],
		[
			'with traits that are a list',
			unsubscribed({ traits: [], context: { traits: { email: EMAIL } } }),
		],
		['from a device that is a list', unsubscribed({ context: { device: { model: ['iPhone'] } } })],
		[
			'with properties of its own',
			unsubscribed({ properties: { reason: 'moved', token: 'x', total: NaN } }),
		],
		['with properties that are text', unsubscribed({ properties: 'none' })],
		['for an address in userId', { event: 'Unsubscribed', userId: EMAIL, anonymousId: 'a-1' }],
		[
			'for an address beside a hash of it',
			unsubscribed({ properties: { email: '0b4e7a0e5fe84ad3' } }),
		],
		['for an address and a user ID', unsubscribed({ userId: 'u-1' })],
		['that is old', unsubscribed({ timestamp: '2021-01-05T10:00:00Z' })],
		['whose time cannot be read', unsubscribed({ timestamp: 'yesterday' })],
		['without consent', unsubscribed({ consent: { marketing: false } })],
		[
			'of RudderStack',
			{
				event: 'subscription_event',
				userId: EMAIL,
				traits: PROFILE,
				properties: { channelConsents: { email: false } },
			},
		],
		['under its Bluecore name', { event: 'unsubscribe', userId: EMAIL, traits: PROFILE }],
		[
			'by a row of Event Map',
			{ event: 'Newsletter Left', userId: EMAIL, properties: { list: 'weekly' } },
		],
	])('%s', (_what, message) => {
		const { events, problems, heldBack, warnings } = forward(message, parameters);
		expect({ events, problems, heldBack, warnings }).toEqual({
			events: [
				{
					event: 'unsubscribe',
					properties: { distinct_id: EMAIL, email: EMAIL, customer: { email: EMAIL } },
				},
			],
			...{ problems: [], heldBack: [], warnings: [] },
		});
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
		const { planned } = forward(unsubscribed({ properties: { items: 'x' } }), {
			eventMap: { mapping },
		});
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
		event: 'viewed_product',
		distinct_id: EMAIL,
		accepted: false,
		reason: 'Repeat: this run has had a message with the messageId "m-1" already',
		tracking_event: 'Product Viewed',
	};

	test('is held back as a repeat, also in a batch', () => {
		const { item } = forwarder();
		expect(item(message, { options })).toMatchObject({ events: [{}], heldBack: [] });
		expect(item(message, { options })).toMatchObject({ events: [], heldBack: [repeated] });
		expect(forward({ batch: [message, message] })).toMatchObject({
			events: [{}],
			heldBack: [repeated],
		});
		expect(item({ ...message, messageId: 'm-2' }, { options }).heldBack).toEqual([]);
	});

	test.each<[string, object, object]>([
		['whose ID stands for nothing', { messageId: 'null' }, {}],
		['that is an opt-out', { event: 'Unsubscribed' }, {}],
	])('is sent, after one %s', (_what, first, second) => {
		const { item } = forwarder();
		for (const more of [first, { ...first, ...second }]) {
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

test('the warnings of an event are told of that event only', () => {
	const mapping = ['search', 'viewed_product'].map((to) => ({ from: 'Product Viewed', to }));
	const message = track('Product Viewed', { products: [PRODUCT], search_term: 'rain' });
	const { planned } = forward(message, { eventMap: { mapping }, options: { linkIdentity: false } });
	expect(planned.map(({ report }) => report.warnings.length)).toEqual([1, 0]);
});
