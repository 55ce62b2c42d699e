import { isSecret, type GivenAttribute } from '../../shared/attributes/customerAttributes';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import type { JsonValue } from '../../shared/values/json';
import type { Report } from '../../shared/values/report';
import { fixName, lettersOf, quoted } from '../../shared/values/text';
import { isBlank, isObject, objectAt } from '../../shared/values/value';
import type { TrackingMessage } from './trackingMessage';

type Traits = Readonly<Record<string, JsonValue>>;
/** Attributes by their fixed names. */
type Named = Map<string, GivenAttribute>;

/** Traits that identify the customer or say what to do, by their letters. They are not attributes. */
const IDENTITY_TRAITS: ReadonlySet<string> = new Set([
	...['email', 'id', 'userid', 'anonymousid', 'distinctid', 'action'],
]);
/** Traits that are sent under another name, by their letters. */
const RENAMED_TRAITS = new Map([
	['firstname', 'first_name'],
	['lastname', 'last_name'],
]);
const ADDRESS_TRAIT = 'address';
/** The parts of an address that are attributes, by their letters. */
const ADDRESS_PARTS = new Map([
	...['city', 'state', 'zip', 'country'].map((name) => [name, name] as const),
	...['region', 'province'].map((name) => [name, 'state'] as const),
	...['zipcode', 'postalcode', 'postcode'].map((name) => [name, 'zip'] as const),
]);

class TraitReader {
	readonly nested = new Set<string>();

	readonly secret = new Set<string>();

	private readonly wanted: ReadonlySet<string>;

	constructor(
		private readonly options: ItemOptions,
		private readonly report: Report,
	) {
		this.wanted = new Set(options.traitsToSend.map(lettersOf));
	}

	/** The attributes at one place of the message. Of several spellings of a name, those that are blank count as absent. */
	read(traits: Traits): { readonly named: Named; readonly inAddress: Named } {
		const named: Named = new Map();
		const inAddress: Named = new Map();
		for (const [original, value] of Object.entries(traits)) {
			const letters = lettersOf(original);
			if (IDENTITY_TRAITS.has(letters)) continue;
			const isAddress = letters === ADDRESS_TRAIT && isObject(value);
			if (isAddress) merge(inAddress, this.readAddress(value));
			this.addTo(named, original, value, isAddress && inAddress.size > 0);
		}
		return { named, inAddress };
	}

	/** Adds a trait, if it is an attribute. `isRead`: its parts have been read. */
	private addTo(named: Named, original: string, value: JsonValue, isRead: boolean): void {
		const renamed = RENAMED_TRAITS.get(lettersOf(original));
		const name = renamed ?? original;
		if (!this.isWanted(original, name)) return;
		if (this.isLeftOut(original, value, isRead)) return;
		const key = (renamed ?? fixName(original)) || original;
		const [, other] = named.get(key) ?? [];
		if (isBlank(other)) named.set(key, [name, value]);
		else if (!isBlank(value) && JSON.stringify(other) !== JSON.stringify(value)) {
			this.report.problem(
				`Several traits would become the attribute ${quoted(key)}, including ${quoted(original)}`,
				'Send only one of them.',
			);
		}
	}

	private readAddress(address: Traits): Named {
		const named: Named = new Map();
		for (const [part, value] of Object.entries(address)) {
			const name = ADDRESS_PARTS.get(lettersOf(part));
			if (name === undefined || isBlank(value) || typeof value === 'object') continue;
			if (this.isWanted(name, ADDRESS_TRAIT) && !named.has(name)) named.set(name, [name, value]);
		}
		return named;
	}

	private isWanted(...names: readonly string[]): boolean {
		return this.wanted.size === 0 || names.some((name) => this.wanted.has(lettersOf(name)));
	}

	/** Whether a trait is no attribute for what it is: a secret, a list or an object. */
	private isLeftOut(original: string, value: JsonValue, isRead: boolean): boolean {
		if (isBlank(value)) return false;
		if (isSecret(original, value)) {
			this.secret.add(original);
			return true;
		}
		if (typeof value !== 'object') return false;
		if (!hasContent(value)) return true;
		if (this.options.nestedTraits === 'send') return false;
		if (!isRead) this.nested.add(original);
		return true;
	}
}

/** The customer's attributes. `traits` takes precedence over `context.traits`, and both over the parts of an address. */
export function traitsOf(
	message: TrackingMessage,
	options: ItemOptions,
	report: Report,
): GivenAttribute[] {
	const reader = new TraitReader(options, report);
	const places = ['context.traits', 'traits'].map((path) =>
		reader.read(objectAt(message, path) as Traits),
	);
	const all: Named = new Map();
	for (const { inAddress } of places) merge(all, inAddress);
	for (const { named } of places) merge(all, named);
	const gender = all.get('gender')?.[1];
	if (!isBlank(gender) && isBlank(all.get('sex')?.[1])) all.set('sex', ['sex', gender]);
	report.warnOfEach(
		'Nested traits were left out, because each would become an attribute: ',
		[...reader.nested],
		'. To send them, set the option Nested Traits to Send',
	);
	report.warnOfEach(
		'Traits that look like secrets were left out: ',
		[...reader.secret],
		'. Rename a trait if it is an attribute of the customer',
	);
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
