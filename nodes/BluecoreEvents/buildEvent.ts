import {
	readCustomerAttributes,
	type CustomerAttributes,
} from '../shared/attributes/customerAttributes';
import { adviceOf, labelOf, UNREADABLE, type ItemSource } from '../shared/input/item';
import type { JsonValue } from '../shared/values/plainJson';
import type { ItemOptions } from '../shared/options/nodeOptions';
import { list, quote, type Report } from '../shared/values/report';
import { isEmail, isObject, readEmail, readJsonObject, readText } from '../shared/values/values';
import type { EventDefinition } from './catalogue';
import type { EventParts } from './eventFields';
import {
	ADDITIONAL_FIELDS,
	DISTINCT_ID,
	EMAIL,
	PROPERTIES,
	TEXT_PROPERTIES,
} from './eventsParameters';

/** An event as Bluecore's Events API takes it, without the token. */
export interface BluecoreEvent {
	readonly event: string;
	readonly properties: Readonly<Record<string, JsonValue>> & { readonly distinct_id: string };
}

/** Properties that every event keeps for itself. */
const OWN_PROPERTIES: readonly string[] = [
	'token',
	'distinct_id',
	'customer',
	...TEXT_PROPERTIES.map(({ name }) => name),
];

/** Checks one item against the definition of its event and builds the event. What is wrong is reported. */
export function buildEvent(
	operation: string,
	definition: EventDefinition,
	source: ItemSource,
	options: ItemOptions,
	report: Report,
): BluecoreEvent {
	const { email, distinctId } = readIdentity(definition, source, report);
	const parts: EventParts = { event: operation, properties: {} };
	for (const { field, need } of definition.fields) field.fill(parts, source, need, report);
	if (definition.hasTopLevelEmail && email !== '') parts.properties.email = email;

	const customer = readCustomer(definition, email, source, options, report);
	const properties = {
		distinct_id: distinctId,
		...parts.properties,
		...(Object.keys(customer).length > 0 && { customer }),
		...readAdditionalFields(definition, source, report),
	};
	return { event: parts.event, properties };
}

function readIdentity(definition: EventDefinition, source: ItemSource, report: Report) {
	const problemsBefore = report.problems.length;
	const email = readEmail(source, EMAIL, report, definition.email);
	const ownId = readText(source, DISTINCT_ID, report, definition.distinctId);
	const distinctId = ownId === '' ? email : ownId;
	if (distinctId === '' && report.problems.length === problemsBefore) {
		report.problem(
			`${labelOf(source, EMAIL)} or ${labelOf(source, DISTINCT_ID)} is required`,
			adviceOf(
				source,
				DISTINCT_ID,
				'Map the email of the customer, or an ID that Identify has linked to it.',
			),
		);
	}
	if (definition.distinctId === 'required' && isEmail(ownId)) {
		report.problem(
			`${labelOf(source, DISTINCT_ID)} must be an ID that is not an email, but is ${quote(ownId)}`,
			'Map the customer, device or visitor ID that is to be linked to the email.',
		);
	}
	return { email, distinctId };
}

/** The event's customer: the attributes, and the email wherever it is known. */
function readCustomer(
	definition: EventDefinition,
	email: string,
	source: ItemSource,
	options: ItemOptions,
	report: Report,
): CustomerAttributes {
	const identity: CustomerAttributes = email === '' ? {} : { email };
	if (definition.customerAttributes === 'none') return identity;

	const problemsBefore = report.problems.length;
	const { email: emailAttribute, ...attributes } = readCustomerAttributes(source, options, report);
	if (emailAttribute !== undefined && emailAttribute !== email) {
		report.problem(
			`The attribute "email" is not the same as the field Email`,
			'Leave the attribute out and map the address in Email.',
		);
	}
	if (
		definition.customerAttributes === 'required' &&
		Object.keys(attributes).length === 0 &&
		report.problems.length === problemsBefore
	) {
		report.problem(
			'Customer Attributes must hold at least one attribute',
			'Add an attribute. Empty values do not count unless the option Send Empty Values is on.',
		);
	}
	return { ...identity, ...attributes };
}

/** Event properties that the event sets itself, or must not have. */
export const reservedProperties = (definition: EventDefinition): ReadonlySet<string | undefined> =>
	new Set([
		...OWN_PROPERTIES,
		...definition.fields.map(({ field }) => field.property),
		...(definition.hasTopLevelEmail ? ['email'] : []),
		...(definition.never ?? []),
	]);

function readAdditionalFields(
	definition: EventDefinition,
	source: ItemSource,
	report: Report,
): Record<string, JsonValue> {
	const raw = source.read(ADDITIONAL_FIELDS);
	if (raw === UNREADABLE || !isObject(raw)) return {};
	const fields: ItemSource = {
		...source,
		read: ({ name }) => (Object.hasOwn(raw, name) ? raw[name] : ''),
	};
	const texts = TEXT_PROPERTIES.map(
		(parameter) => [parameter.name, readText(fields, parameter, report, 'optional')] as const,
	).filter(([, text]) => text !== '');

	const properties = (readJsonObject(fields, PROPERTIES, report) ?? {}) as Record<
		string,
		JsonValue
	>;
	const reserved = reservedProperties(definition);
	const replaced = Object.keys(properties).filter((name) => reserved.has(name));
	if (replaced.length > 0) {
		report.problem(
			`${PROPERTIES.displayName} must not set ${list(replaced.map((name) => quote(name)))}`,
			definition.never?.some((name) => replaced.includes(name))
				? `Leave it out: ${definition.label} events do not have it.`
				: 'Use the field of this name, and leave it out of the properties.',
		);
	}
	return { ...properties, ...Object.fromEntries(texts) };
}
