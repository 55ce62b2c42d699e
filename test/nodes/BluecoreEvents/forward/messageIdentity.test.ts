import type { IDataObject } from 'n8n-workflow';

import {
	COMMON,
	EMAIL,
	eventOf,
	forward,
	heldBackOf,
	IDENTITY,
	PRODUCT,
	SENT_PRODUCT,
	track,
} from '../../../support/forward';

describe('who it is about', () => {
	const externalId = [
		{ type: 'other', id: 'x' },
		{ type: 'bluecoreExternalId', id: 'bc-1' },
	];
	test.each<[IDataObject, string]>([
		[{ ...IDENTITY, context: { externalId } }, 'bc-1'],
		[{ ...IDENTITY, context: { externalId: externalId[1] } }, 'bc-1'],
		[{ userId: 'u-1', anonymousId: 'a-1' }, 'u-1'],
		[{ userId: 17 }, '17'],
		[{ traits: { userId: 'u-2' }, anonymousId: 'a-1' }, 'u-2'],
		[{ traits: { id: 'u-3' }, anonymousId: 'a-1' }, 'u-3'],
		[{ context: { traits: { userId: 'u-4' } } }, 'u-4'],
		[{ context: { traits: { id: 'u-5' } } }, 'u-5'],
		[{ userId: '', anonymousId: 'a-1' }, 'a-1'],
		[{ user_id: 'u-6', anonymousId: 'a-1' }, 'u-6'],
		[{ context: { traits: { user_id: 'u-7' } } }, 'u-7'],
		[{ anonymous_id: 'a-2' }, 'a-2'],
		[{ context: { traits: { anonymousId: 'a-3' } } }, 'a-3'],
		[{ userId: '0000-00', traits: { id: 'u-8' } }, 'u-8'],
		[{ userId: 'u-1', traits: { emails: EMAIL, gemail: EMAIL } }, 'u-1'],
		...[
			...['None', 'nil', 'N/A', '#N/A', '-', 'unknown', 'Anonymous', 'guest', '"null"', "'guest'"],
			...['undefined', ' NaN ', '0', 0, true, '00000000-0000-0000-0000-000000000000'],
		].map((userId): [IDataObject, string] => [{ userId, anonymousId: 'a-1' }, 'a-1']),
	])('with %j, an event goes out under the ID %p', (message, distinctId) => {
		const { properties } = eventOf({ event: 'Product Viewed', ...message, properties: PRODUCT });
		expect(properties.distinct_id).toBe(distinctId);
	});

	test.each<[IDataObject]>([
		[IDENTITY],
		[{ userId: 'u-1', context: { traits: { email: EMAIL } } }],
		[{ userId: 'u-1', email: EMAIL }],
		[{ userId: 'u-1', user_data: { email: EMAIL } }],
		[{ anonymousId: 'a-1', properties: { ...PRODUCT, customer: { email: EMAIL } } }],
		[{ userId: 'u-1', traits: { EMail: ` ${EMAIL}` } }],
		[{ userId: 'u-1', traits: { 'E-Mail': EMAIL } }],
		[{ userId: 'u-1', traits: { 'E mail': EMAIL } }],
		[{ traits: { EMAIL: 'other@example.com', email: EMAIL, Email: 'third@example.com' } }],
		[{ traits: { email: '', Email: EMAIL } }],
		[{ traits: { email: null, Email: EMAIL } }],
		[{ properties: { ...PRODUCT, email: ' ', Email: EMAIL } }],
		[{ userId: EMAIL, anonymousId: 'a-1' }],
		[{ traits: { id: EMAIL }, anonymousId: 'a-1' }],
		[{ context: { traits: { userId: EMAIL } } }],
		[{ previousId: EMAIL, userId: 'u-1' }],
	])('the address in %j is the email', (message) => {
		const { properties } = eventOf({ event: 'Product Viewed', properties: PRODUCT, ...message });
		expect(properties).toEqual({ ...COMMON, products: [SENT_PRODUCT] });
	});

	test('a purchase has the email of an ID that is an address', () => {
		const properties = { order_id: 'O-1', total: 10, products: [PRODUCT] };
		const order = eventOf({ event: 'Order Completed', userId: EMAIL, properties });
		expect(order.properties.customer).toEqual({ email: EMAIL });
	});

	test('of several addresses that of the properties is used, which are no properties; the others are named', () => {
		const email = 'other@example.com';
		const { events, warnings } = forward(track('Product Viewed', { ...PRODUCT, email }));
		const properties = { distinct_id: email, customer: { email }, products: [SENT_PRODUCT] };
		expect(events).toEqual([{ event: 'viewed_product', properties }]);
		expect(warnings).toEqual([
			`The message has several email addresses. properties.email is used, and these are not: traits.email "${EMAIL}"`,
		]);
	});

	test('a message about nobody is refused, and told what to send', () => {
		const nobody = { type: 'track', event: 'Product Viewed', properties: PRODUCT };
		expect(forward(nobody)).toMatchObject({
			problems: [
				'Email (properties.email, traits.email or context.traits.email) or Distinct ID (context.externalId of type bluecoreExternalId, userId, traits.userId, traits.id, context.traits.userId, context.traits.id or anonymousId) is required',
			],
			fixes: [
				'Send the message with email, user_id, userId, anonymousId, properties.email, traits.email or context.traits.email, or filter such messages out before this node.',
			],
		});
	});

	test.each([
		['Product Viewed', PRODUCT],
		['Signed Up', {}],
	])('what is wrong names the field where it was found: %s', (event, properties) =>
		expect(forward({ event, properties, traits: { email: 'n/a' } }).problems).toEqual([
			'Email (traits.email) is not an email address: "n/a"',
		]),
	);

	test('what is no address is no email where the event needs none', () => {
		const email = '0b4e7a0e5fe84ad35fb5f95b9ceeac79';
		const { events, warnings } = forward(track('Product Viewed', PRODUCT, { traits: { email } }));
		const properties = { distinct_id: 'u-1', products: [SENT_PRODUCT] };
		expect(events).toEqual([{ event: 'viewed_product', properties }]);
		expect(warnings).toEqual([
			`traits.email is not an email address ("${email}"), so it is not used as one`,
		]);
	});

	test('the first ID of its kind that has lost digits is warned of', () => {
		const lost = Number('12345678901234567890');
		const ids = { userId: lost, traits: { id: lost }, anonymousId: 'a-1' };
		const { events, warnings } = forward({ ...track('Product Viewed', PRODUCT), ...ids });
		expect(events[0].properties.distinct_id).toBe('a-1');
		expect(warnings).toEqual([
			'userId is a number with too many digits, and some of them are lost, so it was not used. Pass it as text from where it is first read',
		]);
	});

	test('what is held back is of the customer with the ID given for Bluecore', () => {
		const message = track('Something', {}, { context: { externalId } });
		expect(heldBackOf(message).distinct_id).toBe('bc-1');
	});
});
