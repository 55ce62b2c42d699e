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
import { casesOf } from '../../../support/table';

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
		[{ userId: 'u-1', user_data: { email_address: EMAIL } }],
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

	const VIEW = '"event": "Product Viewed", "properties": {"product_id": "SKU1"}';
	const VIEWED = '"products": [{"id": "SKU1"}]';
	const SEVERAL =
		'The message has several email addresses. properties.email is used, and these are not';
	const LOST = 'is a number with too many digits, and some of them are lost, so it was not used';
	test.each(
		casesOf<[what: string, message: IDataObject, sent: IDataObject | null, ...said: string[]]>(`
			a purchase has the email of an ID that is an address | {"event": "Order Completed", "userId": "jane@example.com", "properties": {"order_id": "O-1", "total": 10, "product_id": "A", "products": ["A"]}} | {"distinct_id": "jane@example.com", "customer": {"email": "jane@example.com"}, "order_id": "O-1", "total": 10, "products": [{"id": "A"}], "product_id": "A"}
			of several addresses that of the properties is used, and the others are named | {"event": "Product Viewed", "properties": {"product_id": "SKU1", "email": "other@example.com"}, "traits": {"email": "jane@example.com"}} | {"distinct_id": "other@example.com", "customer": {"email": "other@example.com"}, ${VIEWED}} | ${SEVERAL}: traits.email "jane@example.com"
			an opt-out names the others, too | {"event": "Unsubscribed", "properties": {"email": "other@example.com"}, "traits": {"email": "jane@example.com"}} | {"distinct_id": "other@example.com", "email": "other@example.com", "customer": {"email": "other@example.com"}} | ${SEVERAL}: traits.email "jane@example.com"
			what is wrong names the field where it was found   | {${VIEW}, "traits": {"email": "n/a"}} | null | Email (traits.email) is not an email address: "n/a"
			what is wrong with an opt-in names it, too         | {"event": "Signed Up", "traits": {"email": "n/a"}} | null | Email (traits.email) is not an email address: "n/a"
			what is no address is no email where the event needs none | {${VIEW}, "userId": "u-1", "traits": {"email": "0b4e7a0e5fe84ad3"}} | {"distinct_id": "u-1", ${VIEWED}} | traits.email is not an email address ("0b4e7a0e5fe84ad3"), so it is not used as one
			the first ID that has lost digits is warned of     | {${VIEW}, "userId": 12345678901234567000, "traits": {"id": 12345678901234567000}, "anonymousId": "a-1"} | {"distinct_id": "a-1", ${VIEWED}} | userId ${LOST}. Pass it as text from where it is first read
		`),
	)('%s: %j', (_what, message, sent, ...said) => {
		const { events, problems, warnings } = forward(message);
		const properties = events.at(0)?.properties ?? null;
		expect([properties, ...problems, ...warnings]).toEqual([sent, ...said]);
	});

	test('what is held back is of the customer with the ID given for Bluecore', () => {
		const message = track('Something', {}, { context: { externalId } });
		expect(heldBackOf(message).distinct_id).toBe('bc-1');
	});
});
