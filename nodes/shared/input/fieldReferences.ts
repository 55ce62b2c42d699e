/** Returned for a value that only n8n can evaluate. */
export const UNRESOLVED = Symbol('unresolved');

/** Returns the value of a parameter for an item with these fields, or `UNRESOLVED`. */
type Resolve = (json: unknown) => unknown;

/** `.name`, `[0]`, `["name"]` or `['name']`. */
const STEP = String.raw`\.([A-Za-z_$][\w$]*)|\[(0|[1-9]\d{0,8})\]|\["([^"\\{}\n]+)"\]|\['([^'\\{}\n]+)'\]`;
const REFERENCE = new RegExp(String.raw`^=\{\{\s*\$json((?:${STEP})+)\s*\}\}$`);
/** Deeper data, and data that contains itself, is left to n8n. */
const MAX_DEPTH = 20;
/** Parts of names that n8n does not allow in expressions. */
const GUARDED = /constructor|prototype|__/i;

/**
 * Resolves a parameter, given as it was entered, whose expressions are all bare references to fields of the item, such as
 * `={{ $json.customer.email }}`. Undefined if there is no expression, or one that is more than a reference.
 *
 * n8n evaluates each expression of each item in an isolated VM, which takes far longer than all our checks of the item. Reading
 * the field directly gives the same value.
 */
export function fieldReferences(entered: unknown): Resolve | undefined {
	let references = 0;
	function resolver(value: unknown): Resolve | undefined {
		if (typeof value === 'string' && value.startsWith('=')) {
			references++;
			return reference(value);
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
		return (json) => {
			const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
			for (const [key, resolve] of parts) {
				const resolved = resolve(json);
				if (resolved === UNRESOLVED) return UNRESOLVED;
				(copy as Record<string, unknown>)[key] = resolved;
			}
			return copy;
		};
	}
	const resolve = resolver(entered);
	return references > 0 ? resolve : undefined;
}

/** The field that a parameter, given as it was entered, takes as it is, such as `E-Mail` for `={{ $json["E-Mail"] }}`; undefined for anything else. */
export function referencedField(entered: unknown): string | undefined {
	const path = typeof entered === 'string' ? pathOf(entered) : undefined;
	return path?.length === 1 ? path[0] : undefined;
}

function pathOf(expression: string): string[] | undefined {
	const steps = REFERENCE.exec(expression)?.[1];
	if (steps === undefined || GUARDED.test(steps)) return undefined;
	return Array.from(steps.matchAll(new RegExp(STEP, 'g')), ([, ...names]) => names.join(''));
}

function reference(expression: string): Resolve | undefined {
	const path = pathOf(expression);
	if (!path) return undefined;
	return (json) => {
		let value = json;
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
				Object.values(value).every((inner) => isJson(inner, depth + 1))
			);
		default:
			return false;
	}
}
