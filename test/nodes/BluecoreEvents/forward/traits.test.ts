import type { IDataObject } from 'n8n-workflow';

import { EMAIL, eventOf, forward, PRODUCT, track } from '../../../support/forward';

describe('the customer', () => {
	const attributesOf = (message: IDataObject, parameters: IDataObject = {}) => {
		const { properties } = eventOf({ ...track('Product Viewed', PRODUCT), ...message }, parameters);
		const { email, ...attributes } = properties.customer as IDataObject;
		expect(email).toBe(EMAIL);
		return attributes;
	};

	test('has the traits, with the usual names', () => {
		const traits = {
			email: EMAIL,
			id: 'u-9',
			userId: 'u-9',
			anonymousId: 'a-9',
			distinctId: 'u-9',
			createdAt: '2025-01-01',
			firstName: 'Jane',
			lastName: 'Doe',
			gender: 'female',
			'Loyalty-Tier': 'gold',
			address: { street: 'Via A 1', city: 'Rome', postalCode: '00184', country: 'IT' },
			vip: true,
			phone: '',
		};
		expect(attributesOf({ traits })).toEqual({
			first_name: 'Jane',
			last_name: 'Doe',
			gender: 'female',
			sex: 'female',
			created_at: '2025-01-01',
			loyalty_tier: 'gold',
			city: 'Rome',
			zip: '00184',
			country: 'IT',
			vip: true,
		});
	});

	test('has those of the context where the traits say nothing', () => {
		expect(
			attributesOf({
				traits: { email: EMAIL, firstName: 'Jane', Tier: 'gold' },
				context: {
					traits: { first_name: 'J.', tier: 'silver', city: 'Rome', sex: 'f', gender: 'x' },
				},
			}),
		).toEqual({ first_name: 'Jane', tier: 'gold', city: 'Rome', sex: 'f', gender: 'x' });
	});

	test.each([
		[{ zip: '1' }, { zip: '1' }],
		[
			{ postcode: '1', state: 'RM' },
			{ zip: '1', state: 'RM' },
		],
		[{ postal_code: '', Zip: 2 }, { zip: 2 }],
		[{ city: { name: 'Rome' }, zip: '1' }, { zip: '1' }],
	])('has the parts of the address %j as %j', (address, sent) => {
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
			city: 'Rome',
			state: 'RM',
			zip: '1',
			country: 'IT',
		});
	});

	test('has no nested traits, unless the option says so', () => {
		const traits = {
			email: EMAIL,
			tags: ['a'],
			company: { name: 'Example', city: 'Pisa' },
			address: { city: 'Rome' },
			empty: {},
		};
		const message = track('Product Viewed', PRODUCT, { traits });
		const { events, warnings } = forward(message);
		expect(events[0].properties.customer).toEqual({ email: EMAIL, city: 'Rome' });
		expect(warnings).toEqual([
			'Nested traits were left out, because each would become an attribute: tags, company. To send them, set the option Nested Traits to Send',
		]);
		const sent = forward(message, { options: { linkIdentity: false, nestedTraits: 'send' } });
		expect([sent.events[0].properties.customer, sent.warnings]).toEqual([
			{
				email: EMAIL,
				tags: ['a'],
				company: { name: 'Example', city: 'Pisa' },
				address: { city: 'Rome' },
				city: 'Rome',
			},
			[],
		]);
		expect(
			forward(track('Product Viewed', PRODUCT, { traits: { email: EMAIL, address: { lat: 1 } } }))
				.warnings,
		).toEqual([expect.stringContaining('attribute: address.')]);
	});

	test('has only the traits to send, if there is a list of them', () => {
		const traits = {
			email: EMAIL,
			firstname: 'Jane',
			'Loyalty-Tier': 'gold',
			vip: true,
			tags: ['a'],
			gender: 'f',
			address: { city: 'Rome', country: 'IT' },
		};
		const sent = (traitsToSend: unknown) =>
			forward(track('Product Viewed', PRODUCT, { traits }), {
				options: { linkIdentity: false, traitsToSend } as IDataObject,
			});
		const { events, warnings } = sent(' first_name, LOYALTY-TIER ,city,');
		expect(events[0].properties.customer).toEqual({
			email: EMAIL,
			first_name: 'Jane',
			loyalty_tier: 'gold',
			city: 'Rome',
		});
		expect(warnings).toEqual([]);
		expect(sent('gender, address').events[0].properties.customer).toEqual({
			email: EMAIL,
			gender: 'f',
			sex: 'f',
			city: 'Rome',
			country: 'IT',
		});
		expect(sent(['vip']).events[0].properties.customer).toEqual({ email: EMAIL, vip: true });
		expect(sent('none').events[0].properties.customer).toEqual({ email: EMAIL });
		expect(sent({ a: 1 }).problems).toEqual([
			'The option Traits to Send must be text, but is an object',
		]);
	});

	test('has one value for a name', () => {
		const nested = { traits: { email: EMAIL, tags: ['a'], Tags: ['a'] } };
		expect(
			eventOf(track('Product Viewed', PRODUCT, nested), {
				options: { linkIdentity: false, nestedTraits: 'send' },
			}).properties.customer,
		).toEqual({ email: EMAIL, tags: ['a'] });
		expect(
			attributesOf({ traits: { email: EMAIL, firstName: 'Jane', firstname: 'Jane' } }),
		).toEqual({ first_name: 'Jane' });
		const { problems } = forward(
			track('Product Viewed', PRODUCT, {
				traits: { email: EMAIL, firstname: 'Jane', first_name: 'Janet' },
			}),
		);
		expect(problems).toEqual([
			'Several traits would become the attribute "first_name", including "first_name"',
		]);
	});

	test.each<[IDataObject, IDataObject]>([
		[{ firstName: '', first_name: 'Jane' }, { first_name: 'Jane' }],
		[{ first_name: 'Jane', firstName: '' }, { first_name: 'Jane' }],
		[{ firstName: '', firstname: 'Jane', 'First-Name': null }, { first_name: 'Jane' }],
		[
			{ gender: 'female', Gender: '' },
			{ gender: 'female', sex: 'female' },
		],
		[{ City: ' ' }, { city: 'Rome' }],
		[{ city: null }, { city: 'Rome' }],
		[{ address: { city: '', zip: ' ' } }, {}],
		[{ password: 'secret', tier: 'gold' }, { tier: 'gold' }],
		[{ note: '#REF!', tier: 'gold' }, { tier: 'gold' }],
	])('of the traits %j, without those that are blank or no value, has %j', (traits, sent) => {
		const inContext = sent.city === 'Rome' ? { city: 'Rome' } : {};
		const message = { traits: { email: EMAIL, ...traits }, context: { traits: inContext } };
		expect(attributesOf(message)).toEqual(sent);
	});

	test('warns of doubtful values, secrets and what says nothing, and not of an address of blanks', () => {
		const traits = {
			email: EMAIL,
			zip: 1234,
			password: 'secret',
			note: '#REF!',
			address: { city: '' },
		};
		expect(forward(track('Product Viewed', PRODUCT, { traits })).warnings).toEqual([
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
		expect(attributesOf({ traits: { email: EMAIL, Gender: 'f' } })).toEqual({
			gender: 'f',
			sex: 'f',
		});
		expect(attributesOf({ traits: { email: EMAIL, gender: 'f', Sex: 'x' } })).toEqual({
			gender: 'f',
			sex: 'x',
		});
	});

	test('follows the options for attributes', () => {
		const message = { traits: { email: EMAIL, vip: 'TRUE', phone: '' } };
		expect(
			attributesOf(message, {
				options: { linkIdentity: false, convertBooleans: true, sendEmptyValues: true },
			}),
		).toEqual({ vip: true, phone: '' });
		const { problems } = forward(
			{ ...track('Product Viewed', PRODUCT), traits: { email: EMAIL, 'Loyalty-Tier': 1 } },
			{ options: { attributeNames: 'reject' } },
		);
		expect(problems).toEqual(['Bluecore ignores the attribute name "Loyalty-Tier"']);
	});
});
