/** Returned for a value that only n8n can evaluate. */
export const UNRESOLVED = Symbol('unresolved');

/** What n8n's data proxy of an item tells a reference. */
export interface ItemData {
	readonly $json: unknown;
	readonly $itemIndex?: unknown;
	/** The data of an earlier node. Its members throw what n8n says of a reference that it refuses. */
	$(node: string): {
		readonly item: unknown;
		first(): unknown;
		last(): unknown;
		all(): unknown;
	};
}

/** Where a reference starts, such as `$json` or `$('Rows').item`. */
interface Start {
	readonly text: string;
	read(data: ItemData): unknown;
}

/** Returns what a reference of an item starts from; `UNRESOLVED` if n8n refuses it. */
export type ReadStart = (start: Start) => unknown;

/** Returns the value of a parameter for an item, or `UNRESOLVED`. */
type Resolve = (readStart: ReadStart) => unknown;

const INDEX = String.raw`\[(?:0|[1-9]\d{0,8})\]`;
const QUOTED = String.raw`"[^"\\{}\n]+"|'[^'\\{}\n]+'`;
const STEP = String.raw`\.[A-Za-z_$][\w$]*|${INDEX}|\[(?:${QUOTED})\]`;
const EARLIER = String.raw`\$\((${QUOTED})\)\.(item|first\(\)|last\(\)|all\(\))(?=(?:${INDEX})?\.json\b)`;
const REFERENCE = new RegExp(String.raw`^\s*(?:\$itemIndex|(\$json|${EARLIER})((?:${STEP})+))\s*$`);
const STEPS = new RegExp(STEP, 'g');
/** The parts of an expression: texts, and what is in braces between them. */
const PARTS = /\{\{([^{}]*)\}\}/;
/** Deeper data, and data that contains itself, is left to n8n. */
const MAX_DEPTH = 20;
/** Parts of names that n8n does not allow in expressions. */
const GUARDED = /constructor|prototype|__/i;

/**
 * Resolves a parameter, given as it was entered, whose expressions consist of references to fields and of plain text, such as
 * `={{ $json.customer.email }}`, `={{ $('Rows').item.json.email }}` or `=Order {{ $json.id }}`. Undefined if there is no
 * expression, or one that is more than that.
 *
 * n8n evaluates each expression of each item in an isolated VM, which takes far longer than all our checks of the item. Reading
 * the field from n8n's own data of the item gives the same value.
 */
export function fieldReferences(entered: unknown): Resolve | undefined {
	let expressions = 0;
	function resolver(value: unknown): Resolve | undefined {
		if (typeof value === 'string' && value.startsWith('=')) {
			expressions++;
			return GUARDED.test(value) ? undefined : template(value.slice(1).split(PARTS));
		}
		if (typeof value !== 'object' || value === null) return () => value;
		return nested(value);
	}
	function nested(value: object): Resolve | undefined {
		const parts: Array<readonly [string, Resolve]> = [];
		for (const [key, inner] of Object.entries(value)) {
			const resolve = resolver(inner);
			if (!resolve) return undefined;
			parts.push([key, resolve]);
		}
		return (readStart) => {
			const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
			for (const [key, resolve] of parts) {
				const resolved = resolve(readStart);
				if (resolved === UNRESOLVED) return UNRESOLVED;
				(copy as Record<string, unknown>)[key] = resolved;
			}
			return copy;
		};
	}
	const resolve = resolver(entered);
	return expressions > 0 ? resolve : undefined;
}

/**
 * Reads what references of one item start from, each start once: n8n follows the links between items for each of them. It must
 * not be used for another item.
 */
export function startReader(data: ItemData): ReadStart {
	const known = new Map<string, unknown>();
	return ({ text, read }) => {
		if (known.has(text)) return known.get(text);
		let value: unknown = UNRESOLVED;
		try {
			value = read(data);
		} catch {
			// n8n refuses it, and says so when it is asked for the parameter.
		}
		known.set(text, value);
		return value;
	};
}

/** Resolves an expression that is given as texts, with what is in braces between them. */
function template(parts: readonly string[]): Resolve | undefined {
	const [before, only, after] = parts;
	if (parts.length === 3 && before === '' && after === '') return reference(only);
	const resolvers: Resolve[] = [];
	for (const [index, part] of parts.entries()) {
		const resolve = index % 2 === 0 ? plainText(part) : reference(part);
		if (!resolve) return undefined;
		resolvers.push(resolve);
	}
	return (readStart) => {
		let text = '';
		for (const resolve of resolvers) {
			const value = resolve(readStart);
			if (typeof value === 'object' && value !== null) return UNRESOLVED;
			if (value === UNRESOLVED) return UNRESOLVED;
			text += Number.isNaN(value) || value === null ? '' : String(value);
		}
		return text;
	};
}

const plainText = (text: string): Resolve | undefined =>
	/[{}\\]/.test(text) ? undefined : () => text;

function reference(expression: string): Resolve | undefined {
	const match = REFERENCE.exec(expression);
	if (!match) return undefined;
	const [, text = '$itemIndex', node = '', member = text, steps = ''] = match;
	const start = { text, read: readerOf(member, node.slice(1, -1)) };
	const path = Array.from(steps.matchAll(STEPS), ([step]) =>
		step.replace(/^\.|^\[["']?|["']?\]$/g, ''),
	);
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

function readerOf(member: string, node: string): Start['read'] {
	switch (member) {
		case '$json':
			return ({ $json }) => $json;
		case '$itemIndex':
			return ({ $itemIndex }) => $itemIndex;
		case 'item':
			return (data) => data.$(node).item;
		case 'first()':
			return (data) => data.$(node).first();
		case 'last()':
			return (data) => data.$(node).last();
		default:
			return (data) => data.$(node).all();
	}
}

/** Whether a value, with all that it contains, is plain JSON. n8n converts other values, such as dates. */
function isJson(value: unknown, depth = 0): boolean {
	switch (typeof value) {
		case 'string':
		case 'number':
		case 'boolean':
			return true;
		case 'object':
			if (value === null) return true;
			return (
				depth < MAX_DEPTH &&
				(Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
				!Object.hasOwn(value, '__proto__') &&
				Object.values(value).every((inner) => isJson(inner, depth + 1))
			);
		default:
			return false;
	}
}
