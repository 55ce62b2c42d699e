import { ADD_ATTRIBUTE, checkAttributes } from '../shared/attributes/customerAttributes';
import {
	butInput,
	isEmail,
	readEmail,
	readId,
	readText,
	type Field,
	type Need,
} from '../shared/values/field';
import type { JsonValue } from '../shared/values/json';
import { joinList, quoted } from '../shared/values/text';
import { isBlank } from '../shared/values/value';
import { STANDARD_EVENTS, type EventDefinition } from './catalogue';
import { ADDITIONAL_VALUES, type EventInput } from './eventFields';
import { eachOnce } from './products';

/** An event as Bluecore's Events API takes it, without the token. */
export interface BluecoreEvent {
	readonly event: string;
	readonly properties: Readonly<Record<string, JsonValue>> & { readonly distinct_id: string };
}

/** Checks the input against the definition of the operation's event and builds the event. Problems are reported. */
export function buildEvent(
	operation: string,
	definition: EventDefinition,
	input: EventInput,
): BluecoreEvent {
	const { email, distinctId } = readIdentity(definition, input);
	const { event = operation, fields } = readFields(definition, input);
	if (definition.isCustom) refuseStandardName(event, input);
	if (definition.hasTopLevelEmail && email !== '') fields.email = email;

	const customer = readCustomer(definition, email, input);
	const properties: Record<string, JsonValue> & { distinct_id: string } = {
		distinct_id: distinctId,
		...fields,
		...(Object.keys(customer).length > 0 && { customer }),
		...readProperties(definition, input),
	};
	for (const name of ADDITIONAL_VALUES) {
		const text = readText(input.value(name), 'optional');
		if (text !== '') properties[name] = text;
	}
	return { event, properties };
}

/** The properties that the fields of an event fill, and the name of the event if a field has it. */
function readFields(definition: EventDefinition, input: EventInput) {
	let event: string | undefined;
	const fields: Record<string, JsonValue> = {};
	for (const { field, need } of definition.fields) {
		const value = field.read(input, need);
		if (field.property === undefined) event = String(value);
		else if (!isBlank(value)) fields[field.property] = value;
	}
	if (definition.takesProducts === 'eachOnce' && fields.products !== undefined) {
		fields.products = eachOnce(fields.products, input.report);
	}
	return { event, fields };
}

function readIdentity(definition: EventDefinition, input: EventInput) {
	const { report } = input;
	const problemsBefore = report.problems.length;
	const emailField = input.value('email');
	const idField = input.value('distinctId');
	const givenEmail = readEmail(emailField, definition.email);
	const ownId = readId(idField, definition.distinctId);
	const isEmailToo = definition.email === 'optional' && isBlank(emailField.value) && isEmail(ownId);
	const email = isEmailToo ? readEmail(idField, 'optional') : givenEmail;
	const distinctId = ownId === '' ? email : ownId;
	if (distinctId === '' && report.problems.length === problemsBefore) {
		report.problem(
			`${emailField.label} or ${idField.label} is required${butInput(emailField)}`,
			idField.advice ??
				'Map the email of the customer, or an ID that Identify has linked to an email.',
		);
	}
	checkAddressAsId(ownId, idField, definition.distinctId, email, emailField);
	return { email, distinctId };
}

/** Reports an ID that looks like an address, and is none, is not allowed, or is another one than the email. */
function checkAddressAsId(
	id: string,
	{ label, report }: Field,
	need: Need,
	email: string,
	{ label: emailLabel }: Field,
): void {
	if (!isEmail(id)) {
		if (!/^[^@]*\S@\S+\.\S/.test(id)) return;
		report.warn(
			`${label} ${quoted(id)} looks like an email address, but is none; it is sent as an ID`,
		);
	} else if (need === 'required') {
		report.problem(
			`${label} must be an ID that is not an email, but is ${quoted(id)}`,
			'Map the customer, device or visitor ID that you want to link to the email.',
		);
	} else if (email !== '' && id.toLowerCase() !== email.toLowerCase()) {
		report.warn(
			`${label} ${quoted(id)} and ${emailLabel} ${quoted(email)} are different addresses; check that both belong to the same customer`,
		);
	}
}

/** A custom event must not bypass the checks of a standard event, also in another spelling of its name. */
function refuseStandardName(event: string, { report }: EventInput): void {
	const standard = STANDARD_EVENTS.find((name) => eventLetters(name) === eventLetters(event));
	if (standard === undefined) return;
	report.problem(
		event === standard
			? `Event Name ${event} is one of Bluecore's own events`
			: `Event Name ${quoted(event)} is another spelling of ${standard}, one of Bluecore's own events`,
		`Use the operation for ${standard}, or the target ${standard} in Event Map: it checks the fields that the event needs.`,
	);
}

/** A name without the differences of spellings: capital letters, separators, full-width forms. */
const eventLetters = (name: string): string =>
	name
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^a-z0-9]/g, '');

/** The event's `customer`: the attributes, and the email if it is known. */
function readCustomer(
	definition: EventDefinition,
	email: string,
	input: EventInput,
): Record<string, JsonValue> {
	const identity: Record<string, JsonValue> = email === '' ? {} : { email };
	if (definition.customerAttributes === 'none') return identity;

	const { options, report } = input;
	const problemsBefore = report.problems.length;
	const { email: emailAttribute, ...attributes } = checkAttributes(
		input.attributes(),
		options,
		report,
	);
	if (
		emailAttribute !== undefined &&
		String(emailAttribute).toLowerCase() !== email.toLowerCase()
	) {
		report.problem(
			`The attribute "email" is different from the field Email`,
			'Remove the attribute, and map the address to Email.',
		);
	}
	if (
		definition.customerAttributes === 'required' &&
		Object.keys(attributes).length === 0 &&
		report.problems.length === problemsBefore
	) {
		report.problem('Customer Attributes must contain at least one attribute', ADD_ATTRIBUTE);
	}
	return { ...identity, ...attributes };
}

/** Event properties that users must not set: the node sets them, or the event cannot have them. */
export const reservedProperties = (definition: EventDefinition): ReadonlySet<string | undefined> =>
	new Set([
		...['token', 'distinct_id', 'customer', ...ADDITIONAL_VALUES],
		...definition.fields.map(({ field }) => field.property),
		...(definition.hasTopLevelEmail ? ['email'] : []),
		...(definition.never ?? []),
	]);

function readProperties(definition: EventDefinition, input: EventInput): Record<string, JsonValue> {
	const properties = input.properties();
	const names = Object.keys(properties);
	if (names.length === 0) return properties;
	const reserved = reservedProperties(definition);
	const replaced = names.filter((name) => reserved.has(name));
	if (replaced.length > 0) {
		input.report.problem(
			`Properties (JSON) must not set ${joinList(replaced.map((name) => quoted(name)))}`,
			definition.never?.some((name) => replaced.includes(name))
				? `Remove it: ${definition.label} events cannot have it.`
				: 'Remove it from the properties: the node sets it from its fields and from the credential.',
		);
	}
	return properties;
}
