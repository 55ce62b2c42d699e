import { isSecretName } from '../../shared/attributes/attributeNames';
import { fixName, lettersOf } from '../../shared/values/names';
import type { GivenAttribute } from '../../shared/attributes/customerAttributes';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import { isBlank, isObject } from '../../shared/values/coerce';
import type { JsonValue } from '../../shared/values/plainJson';
import type { Report } from '../../shared/values/report';
import { joinList, quoted } from '../../shared/values/text';
import { objectAt, type TrackingMessage } from './trackingMessage';

type Traits = Readonly<Record<string, JsonValue>>;
/** Attributes by their fixed names. */
type Named = Map<string, GivenAttribute>;

/** Traits that identify the customer or say what to do, by their letters. They are not attributes. */
const IDENTITY_TRAITS: ReadonlySet<string> = new Set([
	...['email', 'id', 'userid', 'anonymousid', 'distinctid', 'action'],
]);
/** Traits that are sent under another name, by their letters. */
const RENAMED_TRAITS: Readonly<Record<string, string>> = {
	firstname: 'first_name',
	lastname: 'last_name',
};
const ADDRESS = 'address';
/** The parts of an address that are attributes, by their letters. */
const ADDRESS_PARTS: Readonly<Record<string, string>> = {
	city: 'city',
	state: 'state',
	zip: 'zip',
	zipcode: 'zip',
	postalcode: 'zip',
	postcode: 'zip',
	country: 'country',
};

/** The customer's attributes. `traits` takes precedence over `context.traits`, and both over the parts of an address. */
export function traitsOf(
	message: TrackingMessage,
	{ nestedTraits, traitsToSend }: ItemOptions,
	report: Report,
): GivenAttribute[] {
	const wanted = new Set(traitsToSend.map(lettersOf));
	const isWanted = (...names: readonly string[]) =>
		wanted.size === 0 || names.some((name) => wanted.has(lettersOf(name)));
	const nested = new Set<string>();
	const secret = new Set<string>();

	function fromAddress(address: Traits): Named {
		const named: Named = new Map();
		for (const [part, value] of Object.entries(address)) {
			const name = ownValue(ADDRESS_PARTS, lettersOf(part));
			if (name === undefined || isBlank(value) || typeof value === 'object') continue;
			if (isWanted(name, ADDRESS) && !named.has(name)) named.set(name, [name, value]);
		}
		return named;
	}
	/** Of several spellings of a name, those that are blank count as absent. */
	function fromTraits(traits: Traits): { readonly named: Named; readonly inAddress: Named } {
		const named: Named = new Map();
		const inAddress: Named = new Map();
		for (const [original, value] of Object.entries(traits)) {
			const fixed = fixName(original);
			const letters = fixed.replaceAll('_', '');
			if (IDENTITY_TRAITS.has(letters)) continue;
			const renamed = ownValue(RENAMED_TRAITS, letters);
			const name = renamed ?? original;
			if (letters === ADDRESS && isObject(value)) merge(inAddress, fromAddress(value));
			if (!isWanted(original, name)) continue;
			if (typeof value !== 'boolean' && !isBlank(value) && isSecretName(original)) {
				secret.add(original);
				continue;
			}
			if (typeof value === 'object' && value !== null) {
				if (!hasContent(value)) continue;
				if (nestedTraits === 'leaveOut') {
					if (letters !== ADDRESS || inAddress.size === 0) nested.add(original);
					continue;
				}
			}
			const key = (renamed ?? fixed) || original;
			const [, other] = named.get(key) ?? [];
			if (!isBlank(other) && !isBlank(value) && !isSame(other, value)) {
				report.problem(
					`Several traits would become the attribute ${quoted(key)}, including ${quoted(original)}`,
					'Send only one of them.',
				);
			}
			if (isBlank(other)) named.set(key, [name, value]);
		}
		return { named, inAddress };
	}

	const inContext = fromTraits(objectAt(message, 'context.traits') as Traits);
	const own = fromTraits(objectAt(message, 'traits') as Traits);
	const all: Named = new Map();
	for (const more of [inContext.inAddress, own.inAddress, inContext.named, own.named]) {
		merge(all, more);
	}
	const gender = all.get('gender')?.[1];
	if (!isBlank(gender) && isBlank(all.get('sex')?.[1])) all.set('sex', ['sex', gender]);
	if (nested.size > 0) {
		report.warn(
			`Nested traits were left out, because each would become an attribute: ${joinList([...nested])}. To send them, set the option Nested Traits to Send`,
		);
	}
	if (secret.size > 0) {
		report.warn(
			`Traits that look like secrets were left out: ${joinList([...secret])}. Rename a trait if it is an attribute of the customer`,
		);
	}
	return [...all.values()];
}

/** Adds attributes. They replace those that are there, unless they are blank. */
function merge(all: Named, more: Named): void {
	for (const [key, attribute] of more) {
		if (!all.has(key) || !isBlank(attribute[1])) all.set(key, attribute);
	}
}

/** Whether a list or an object has anything in it that is not blank. */
const hasContent = (value: JsonValue): boolean =>
	typeof value === 'object' && value !== null
		? Object.values(value).some(hasContent)
		: !isBlank(value);

const ownValue = (table: Readonly<Record<string, string>>, name: string): string | undefined =>
	Object.hasOwn(table, name) ? table[name] : undefined;

const isSame = (one: JsonValue, other: JsonValue): boolean =>
	one === other || JSON.stringify(one) === JSON.stringify(other);
