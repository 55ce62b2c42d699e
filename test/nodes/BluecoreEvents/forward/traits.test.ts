import type { IDataObject } from 'n8n-workflow';

import { EMAIL, eventOf, forward, PRODUCT, track } from '../../../support/forward';
import { casesOf } from '../../../support/table';

describe('the customer', () => {
	const attributesOf = (message: IDataObject, parameters: IDataObject = {}) => {
		const { properties } = eventOf({ ...track('Product Viewed', PRODUCT), ...message }, parameters);
		const { email, ...attributes } = properties.customer as IDataObject;
		expect(email).toBe(EMAIL);
		return attributes;
	};

	test('has the traits, with the usual names', () => {
		const ids = { id: 'u-9', userId: 'u-9', anonymousId: 'a-9', distinctId: 'u-9' };
		const address = { street: 'Via A 1', city: 'Rome', postalCode: '00184', country: 'IT' };
		const traits = {
			...{ email: EMAIL, ...ids, createdAt: '2025-01-01', firstName: 'Jane', lastName: 'Doe' },
			...{ gender: 'female', 'Loyalty-Tier': 'gold', address, vip: true, phone: '' },
		};
		expect(attributesOf({ traits })).toEqual({
			...{ first_name: 'Jane', last_name: 'Doe', gender: 'female', sex: 'female' },
			...{ created_at: '2025-01-01', loyalty_tier: 'gold', vip: true },
			...{ city: 'Rome', zip: '00184', country: 'IT' },
		});
	});

	test('has those of the context where the traits say nothing', () => {
		const traits = { email: EMAIL, firstName: 'Jane', Tier: 'gold' };
		const more = { city: 'Rome', sex: 'f', gender: 'x' };
		const context = { traits: { first_name: 'J.', tier: 'silver', ...more } };
		expect(attributesOf({ traits, context })).toEqual({
			...{ first_name: 'Jane', tier: 'gold', ...more },
		});
	});

	test.each(
		casesOf<[address: IDataObject, sent: IDataObject]>(`
			{"zip": "1"}                            | {"zip": "1"}
			{"postcode": "1", "state": "RM"}        | {"zip": "1", "state": "RM"}
			{"postal_code": "", "Zip": 2}           | {"zip": 2}
			{"city": {"name": "Rome"}, "zip": "1"}  | {"zip": "1"}
		`),
	)('has the parts of the address %j as %j', (address, sent) => {
		expect(attributesOf({ traits: { email: EMAIL, address } })).toEqual(sent);
	});

	test('has the names of camelCase in snake_case', () => {
		const traits = { email: EMAIL, createdAt: '2026-01-01', vipLevel: 3, UserID: 'u-1', eMail: '' };
		expect(attributesOf({ traits })).toEqual({ created_at: '2026-01-01', vip_level: 3 });
	});

	test('has the parts of an address only where no trait has them', () => {
		const traits = { email: EMAIL, City: 'Rome', address: { city: 'Pisa', state: '', zip: '1' } };
		const context = { traits: { state: 'RM', zip: '', address: { country: 'IT', zip: '2' } } };
		expect(attributesOf({ traits, context })).toEqual({
			...{ city: 'Rome', state: 'RM', zip: '1', country: 'IT' },
		});
	});

	const sentOf = (traits: IDataObject, options: IDataObject = {}) => {
		const message = track('Product Viewed', PRODUCT, { traits: { email: EMAIL, ...traits } });
		const { events, warnings, problems } = forward(message, {
			options: { linkIdentity: false, ...options },
		});
		return { customer: events.at(0)?.properties.customer, warnings, problems };
	};

	test('has no nested traits, unless the option says so', () => {
		const nested = { tags: ['a'], company: { name: 'Example', city: 'Pisa' } };
		const traits = { ...nested, address: { city: 'Rome' }, empty: {} };
		expect(sentOf(traits)).toMatchObject({
			customer: { email: EMAIL, city: 'Rome' },
			warnings: [
				'Nested traits were left out, because each would become an attribute: tags, company. To send them, set the option Nested Traits to Send',
			],
		});
		expect(sentOf(traits, { nestedTraits: 'send' })).toEqual({
			customer: { email: EMAIL, ...nested, address: { city: 'Rome' }, city: 'Rome' },
			...{ warnings: [], problems: [] },
		});
		expect(sentOf({ address: { lat: 1 } }).warnings).toEqual([
			expect.stringContaining('attribute: address.'),
		]);
	});

	test.each<[traitsToSend: unknown, sent: IDataObject]>([
		[
			' first_name, LOYALTY-TIER ,city,',
			{ first_name: 'Jane', loyalty_tier: 'gold', city: 'Rome' },
		],
		['gender, address', { gender: 'f', sex: 'f', city: 'Rome', country: 'IT' }],
		[['vip'], { vip: true }],
		['none', {}],
	])('has only the traits to send, if there is a list of them: %j', (traitsToSend, sent) => {
		const traits = {
			...{ firstname: 'Jane', 'Loyalty-Tier': 'gold', vip: true, gender: 'f' },
			address: { city: 'Rome', country: 'IT' },
		};
		expect(sentOf({ ...traits, tags: ['a'] }, { traitsToSend } as IDataObject)).toMatchObject({
			...{ customer: { email: EMAIL, ...sent }, problems: [] },
		});
	});

	test('the traits to send are a list', () =>
		expect(sentOf({}, { traitsToSend: { a: 1 } }).problems).toEqual([
			'The option Traits to Send must be text, but is an object',
		]));

	test('has one value for a name', () => {
		const twice = sentOf({ tags: ['a'], Tags: ['a'] }, { nestedTraits: 'send' });
		expect(twice.customer).toEqual({ email: EMAIL, tags: ['a'] });
		expect(sentOf({ firstName: 'Jane', firstname: 'Jane' }).customer).toEqual({
			...{ email: EMAIL, first_name: 'Jane' },
		});
		expect(sentOf({ firstname: 'Jane', first_name: 'Janet' }).problems).toEqual([
			'Several traits would become the attribute "first_name", including "first_name"',
		]);
	});

	test.each(
		casesOf<[traits: IDataObject, sent: IDataObject]>(`
			{"firstName": "", "first_name": "Jane"}  | {"first_name": "Jane"}
			{"first_name": "Jane", "firstName": ""}  | {"first_name": "Jane"}
			{"firstName": "", "firstname": "Jane", "First-Name": null} | {"first_name": "Jane"}
			{"gender": "female", "Gender": ""}       | {"gender": "female", "sex": "female"}
			{"City": " "}                            | {"city": "Rome"}
			{"city": null}                           | {"city": "Rome"}
			{"address": {"city": "", "zip": " "}}    | {}
			{"password": "secret", "tier": "gold"}   | {"tier": "gold"}
			{"note": "#REF!", "tier": "gold"}        | {"tier": "gold"}
		`),
	)('of the traits %j, without those that are blank or no value, has %j', (traits, sent) => {
		const inContext = sent.city === 'Rome' ? { city: 'Rome' } : {};
		const message = { traits: { email: EMAIL, ...traits }, context: { traits: inContext } };
		expect(attributesOf(message)).toEqual(sent);
	});

	test('warns of doubtful values, secrets and what says nothing, and not of an address of blanks', () => {
		const traits = { zip: 1234, password: 'secret', note: '#REF!', address: { city: '' } };
		expect(sentOf(traits).warnings).toEqual([
			'Traits that look like secrets were left out: password. Rename a trait if it is an attribute of the customer',
			expect.stringMatching(/^Attributes that say that there is no value were left out: note /),
			expect.stringMatching(/^Phones and ZIPs are numbers, /),
		]);
	});

	test('sends a trait that is blank in every spelling once, where empty values are sent', () => {
		const traits = { email: EMAIL, firstName: '', first_name: null };
		const options = { linkIdentity: false, sendEmptyValues: true };
		expect(attributesOf({ traits }, { options })).toEqual({ first_name: null });
	});

	test('has the gender as sex, too, however it is written, but no second sex', () => {
		const genderOf = (traits: IDataObject) => attributesOf({ traits: { email: EMAIL, ...traits } });
		expect(genderOf({ Gender: 'f' })).toEqual({ gender: 'f', sex: 'f' });
		expect(genderOf({ gender: 'f', Sex: 'x' })).toEqual({ gender: 'f', sex: 'x' });
	});

	test('follows the options for attributes', () => {
		const options = { convertBooleans: true, sendEmptyValues: true };
		expect(sentOf({ vip: 'TRUE', phone: '' }, options).customer).toEqual({
			...{ email: EMAIL, vip: true, phone: '' },
		});
		expect(sentOf({ 'Loyalty-Tier': 1 }, { attributeNames: 'reject' }).problems).toEqual([
			'Bluecore ignores the attribute name "Loyalty-Tier"',
		]);
	});
});
