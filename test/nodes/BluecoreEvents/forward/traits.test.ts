import type { IDataObject } from 'n8n-workflow';

import { EMAIL, forward, PRODUCT, track } from '../../../support/forward';
import { casesOf } from '../../../support/table';

/** The attributes that a customer with these traits gets; null if the message is refused. */
function forwarded(traits: IDataObject, inContext: IDataObject, options: IDataObject) {
	const more = { traits: { email: EMAIL, ...traits }, context: { traits: inContext } };
	const { events, problems, warnings } = forward(track('Product Viewed', PRODUCT, more), {
		options: { linkIdentity: false, ...options },
	});
	const customer = events.at(0)?.properties.customer as IDataObject | undefined;
	if (!customer) return { attributes: null, problems, warnings };
	const { email, ...attributes } = customer;
	expect(email).toBe(EMAIL);
	return { attributes, problems, warnings };
}

const NESTED = 'Nested traits were left out, because each would become an attribute';
const SEND = 'To send them, set the option Nested Traits to Send';
const TWICE = 'Several traits would become the attribute "first_name", including "first_name"';
const SECRET = 'Traits that look like secrets were left out: password';
const RENAME = 'Rename a trait if it is an attribute of the customer';
const MANY =
	'{"firstname": "Jane", "Loyalty-Tier": "gold", "vip": true, "gender": "f", "tags": ["a"], "address": {"city": "Rome", "country": "IT"}}';
const COMPANY = '"tags": ["a"], "company": {"name": "Example", "city": "Pisa"}';

/** The cells: what it is, the traits, those of the context, the attributes, the options, and each problem and warning. */
test.each(
	casesOf<[string, IDataObject, IDataObject, IDataObject | null, IDataObject?, ...string[]]>(`
		the usual names, and no IDs                | {"id": "u-9", "userId": "u-9", "anonymousId": "a-9", "distinctId": "u-9", "firstName": "Jane", "lastName": "Doe", "Loyalty-Tier": "gold", "vip": true, "phone": ""} | {} | {"first_name": "Jane", "last_name": "Doe", "loyalty_tier": "gold", "vip": true}
		the names of camelCase in snake_case       | {"createdAt": "2026-01-01", "vipLevel": 3, "UserID": "u-1", "eMail": ""} | {} | {"created_at": "2026-01-01", "vip_level": 3}
		those of the context where the traits say nothing | {"firstName": "Jane", "Tier": "gold"} | {"first_name": "J.", "tier": "silver", "city": "Rome", "sex": "f", "gender": "x"} | {"first_name": "Jane", "tier": "gold", "city": "Rome", "sex": "f", "gender": "x"}
		the usual parts of an address              | {"address": {"street": "Via A 1", "city": "Rome", "postalCode": "00184", "country": "IT"}} | {} | {"city": "Rome", "zip": "00184", "country": "IT"}
		the zip of an address                      | {"address": {"zip": "1"}} | {} | {"zip": "1"}
		the postcode of an address                 | {"address": {"postcode": "1", "state": "RM"}} | {} | {"zip": "1", "state": "RM"}
		the region or province of an address       | {"address": {"region": "Lazio"}} | {"address": {"province": "RM", "country": "IT"}} | {"state": "Lazio", "country": "IT"}
		the first part of an address that is not blank | {"address": {"postal_code": "", "Zip": "2"}} | {} | {"zip": "2"}
		only texts of an address                   | {"address": {"city": {"name": "Rome"}, "zip": "1"}} | {} | {"zip": "1"}
		an address only where no trait has its parts | {"City": "Rome", "address": {"city": "Pisa", "state": "", "zip": "1"}} | {"state": "RM", "zip": "", "address": {"country": "IT", "zip": "2"}} | {"city": "Rome", "state": "RM", "zip": "1", "country": "IT"}
		nothing of an address of blanks            | {"address": {"city": "", "zip": " "}} | {} | {}
		nothing nested                             | {${COMPANY}, "address": {"city": "Rome"}, "empty": {}} | {} | {"city": "Rome"} | {} | ${NESTED}: tags, company. ${SEND}
		no address without the usual parts         | {"address": {"lat": 1}} | {} | {} | {} | ${NESTED}: address. ${SEND}
		what is nested if the option says so       | {${COMPANY}, "address": {"city": "Rome"}, "empty": {}} | {} | {${COMPANY}, "address": {"city": "Rome"}, "city": "Rome"} | {"nestedTraits": "send"}
		the traits to send, in any spelling        | ${MANY} | {} | {"first_name": "Jane", "loyalty_tier": "gold", "city": "Rome"} | {"traitsToSend": " first_name, LOYALTY-TIER ,city,"}
		the traits to send, with what comes of them | ${MANY} | {} | {"gender": "f", "sex": "f", "city": "Rome", "country": "IT"} | {"traitsToSend": "gender, address"}
		the traits to send, in a list              | ${MANY} | {} | {"vip": true} | {"traitsToSend": ["vip"]}
		none of which is to be sent                | ${MANY} | {} | {} | {"traitsToSend": "none"}
		a list of traits to send that is none      | {} | {} | null | {"traitsToSend": {"a": 1}} | The option Traits to Send must be text, but is an object
		a nested one in two spellings once         | {"tags": ["a"], "Tags": ["a"]} | {} | {"tags": ["a"]} | {"nestedTraits": "send"}
		one in two spellings with one value once   | {"firstName": "Jane", "firstname": "Jane"} | {} | {"first_name": "Jane"}
		one with two values                        | {"firstname": "Jane", "first_name": "Janet"} | {} | null | {} | ${TWICE}
		the one that is not blank, first           | {"first_name": "Jane", "firstName": ""} | {} | {"first_name": "Jane"}
		the one that is not blank, last            | {"firstName": "", "first_name": "Jane"} | {} | {"first_name": "Jane"}
		the one that is not blank, of three        | {"firstName": "", "firstname": "Jane", "First-Name": null} | {} | {"first_name": "Jane"}
		the one of the context where the other is blank | {"City": " "} | {"city": "Rome"} | {"city": "Rome"}
		the one of the context where the other is null | {"city": null} | {"city": "Rome"} | {"city": "Rome"}
		blank in every spelling once, where empty ones are sent | {"firstName": "", "first_name": null} | {} | {"first_name": null} | {"sendEmptyValues": true} | These empty values erase the values that Bluecore has: first_name
		the gender as sex, too                     | {"gender": "female", "Gender": ""} | {} | {"gender": "female", "sex": "female"}
		the gender as sex, however it is written   | {"Gender": "f"} | {} | {"gender": "f", "sex": "f"}
		no second sex                              | {"gender": "f", "Sex": "x"} | {} | {"gender": "f", "sex": "x"}
		no secret                                  | {"password": "secret", "tier": "gold"} | {} | {"tier": "gold"} | {} | ${SECRET}. ${RENAME}
		what the options for attributes say        | {"vip": "TRUE", "phone": ""} | {} | {"vip": true, "phone": ""} | {"convertBooleans": true, "sendEmptyValues": true} | These empty values erase the values that Bluecore has: phone
	`),
)(
	'of the traits are sent %s: %j and %j',
	(_what, traits, inContext, sent, ...[options = {}, ...said]) => {
		const { attributes, problems, warnings } = forwarded(traits, inContext, options);
		expect([attributes, ...problems, ...warnings]).toEqual([sent, ...said]);
	},
);
