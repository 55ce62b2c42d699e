/** Returned for a value that only n8n can evaluate. */
export const UNRESOLVED = Symbol('unresolved');

/** What references start from in one run of a node. */
interface RunData {
	readonly items: ReadonlyArray<{ readonly json: unknown }>;
	/** An earlier node, in n8n's own data proxy, whose members throw what n8n says of a reference that it refuses. */
	$(node: string): {
		/** The item that the input item at an index comes from. */
		readonly pairedItem: ReadItem;
		first(): unknown;
		last(): unknown;
		all(): unknown;
	};
}

type ReadItem = (index: number) => unknown;

/**
 * Returns the value of a parameter for an item, or `UNRESOLVED`. `readStart` returns what a reference starts from, such as `$json` or
 * `$('Rows').item`; `UNRESOLVED` if n8n refuses it.
 */
type Resolve = (readStart: (start: string) => unknown) => unknown;

const INDEX = String.raw`\[(?:0|[1-9]\d{0,8})\]`;
const QUOTED = String.raw`"[^"\\{}\n]+"|'[^'\\{}\n]+'`;
const STEP = String.raw`\.[A-Za-z_$][\w$]*|${INDEX}|\[(?:${QUOTED})\]`;
const EARLIER = String.raw`\$\((?:${QUOTED})\)\.(?:item|first\(\)|last\(\)|all\(\))(?=(?:${INDEX})?\.json\b)`;
const EARLIER_PARTS = /^\$\(.(?<node>.+).\)\.(?<member>.+)$/;
const REFERENCE = new RegExp(String.raw`^\s*(?:\$itemIndex|(\$json|${EARLIER})((?:${STEP})+))\s*$`);
const STEPS = new RegExp(STEP, 'g');
/** The parts of an expression: texts, and what is in braces between them. */
const PARTS = /\{\{([^{}]*)\}\}/;
/** Deeper data, and data that contains itself, is left to n8n. */
const MAX_DATA_DEPTH = 20;
/** Parts of names that n8n does not allow in expressions. */
const GUARDED = /constructor|prototype|__/i;

/**
 * Resolves a parameter, given as it was entered, whose expressions consist of references to fields and of plain text, such as
 * `={{ $json.customer.email }}`, `={{ $('Rows').item.json.email }}` or `=Order {{ $json.id }}`. Undefined if an expression
 * is more than that.
 *
 * n8n evaluates each expression of each item in an isolated VM, which takes far longer than all our checks of the item. Reading
 * the field from n8n's own data of the item gives the same value.
 */
function fieldReferences(entered: unknown): Resolve | undefined {
	if (typeof entered === 'string' && entered.startsWith('=')) {
		return GUARDED.test(entered) ? undefined : template(entered.slice(1).split(PARTS));
	}
	if (typeof entered !== 'object' || entered === null) return () => entered;
	const parts: Array<readonly [string, Resolve]> = [];
	for (const [key, inner] of Object.entries(entered)) {
		const resolve = fieldReferences(inner);
		if (!resolve) return undefined;
		parts.push([key, resolve]);
	}
	return (readStart) => {
		const copy: Record<string, unknown> | unknown[] = Array.isArray(entered) ? [] : {};
		for (const [key, resolve] of parts) {
			const resolved = resolve(readStart);
			if (resolved === UNRESOLVED) return UNRESOLVED;
			(copy as Record<string, unknown>)[key] = resolved;
		}
		return copy;
	};
}

/** At the end of a reference: what leaves a text the same but for blanks and capital letters. */
const CLEANED = /(?:\??\.(?:trim|toLowerCase|toString)\(\))+\s*$/;

/** The field that a parameter takes as it is, or cleaned, such as `E-Mail` for `={{ $json["E-Mail"].trim() }}`; undefined for anything else. */
export function referencedField(entered: unknown): string | undefined {
	if (typeof entered !== 'string' || GUARDED.test(entered)) return undefined;
	const [before, only, after] = entered.split(PARTS);
	if (before !== '=' || after !== '') return undefined;
	const [, start, steps = ''] = REFERENCE.exec(only.replace(CLEANED, '')) ?? [];
	const path = pathOf(steps);
	return start === '$json' && path.length === 1 ? path[0] : undefined;
}

const pathOf = (steps: string): string[] =>
	Array.from(steps.matchAll(STEPS), ([step]) => step.replace(/^\.|^\[["']?|["']?\]$/g, ''));

/**
 * Returns what reads a parameter, given as it was entered, for the item at an index; undefined if only n8n can. It must not be used for
 * another run.
 */
export function referenceReader(data: RunData) {
	const readers = new Map<string, ReadItem>();
	/** What the last item has at each start: several of its parameters start from the same. */
	const last = new Map<string, { readonly index: number; readonly value: unknown }>();
	const startsOf = (index: number) => (start: string) => {
		const known = last.get(start);
		if (known?.index === index) return known.value;
		let value: unknown = UNRESOLVED;
		try {
			const read = readers.get(start) ?? startOf(start, data);
			readers.set(start, read);
			value = read(index);
		} catch {
			// n8n refuses the reference: for this item, or if there is no reader yet, for all.
			if (!readers.has(start)) readers.set(start, () => UNRESOLVED);
		}
		last.set(start, { index, value });
		return value;
	};
	return (entered: unknown) => {
		const resolve = fieldReferences(entered);
		return resolve && ((index: number) => resolve(startsOf(index)));
	};
}

/** What a reference starts from, for each item. */
function startOf(start: string, { items, $ }: RunData): ReadItem {
	if (start === '$json') return (index) => items[index].json;
	if (start === '$itemIndex') return (index) => index;
	const { node = '', member = '' } = EARLIER_PARTS.exec(start)?.groups ?? {};
	const earlier = $(node);
	if (member === 'item') return earlier.pairedItem;
	const same = earlier[member.slice(0, -2) as 'first' | 'last' | 'all']();
	return () => same;
}

/** Resolves an expression that is given as texts, with what is in braces between them. */
function template(parts: readonly string[]): Resolve | undefined {
	const [before, only, after] = parts;
	if (parts.length === 3 && before === '' && after === '') return reference(only);
	const resolvers: Resolve[] = [];
	for (const [index, part] of parts.entries()) {
		const isText = index % 2 === 0;
		if (isText && /[{}\\]/.test(part)) return undefined;
		const resolve = isText ? () => part : reference(part);
		if (!resolve) return undefined;
		resolvers.push(resolve);
	}
	return (readStart) => {
		let text = '';
		for (const resolve of resolvers) {
			const value = resolve(readStart);
			if (value === UNRESOLVED || (typeof value === 'object' && value !== null)) return UNRESOLVED;
			// n8n writes nothing for null and NaN.
			text += value === null || Number.isNaN(value) ? '' : String(value);
		}
		return text;
	};
}

function reference(expression: string): Resolve | undefined {
	const match = REFERENCE.exec(expression);
	if (!match) return undefined;
	const [, start = '$itemIndex', steps = ''] = match;
	const path = pathOf(steps);
	return (readStart) => {
		let value = readStart(start);
		for (const name of path) {
			if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
				return UNRESOLVED;
			}
			value = (value as Record<string, unknown>)[name];
		}
		return isJson(value) ? value : UNRESOLVED;
	};
}

/** Whether a value, with all that it contains, is plain JSON. n8n converts other values, such as dates. */
function isJson(value: unknown, depth = 0): boolean {
	if (typeof value !== 'object') return ['string', 'number', 'boolean'].includes(typeof value);
	if (value === null) return true;
	return (
		depth < MAX_DATA_DEPTH &&
		(Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
		!Object.hasOwn(value, '__proto__') &&
		// One of n8n's two engines refuses it.
		!Object.hasOwn(value, 'constructor') &&
		Object.values(value).every((inner) => isJson(inner, depth + 1))
	);
}
