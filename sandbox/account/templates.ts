import { isRecord, kindOf } from '../schemas/jsonValues';

export interface Template {
	readonly subject: string;
	readonly html: string;
}

export interface RenderedEmail extends Template {
	/** Variables of the template that have no value. */
	readonly missing: string[];
	/** Variables whose value is a list or an object, which cannot be printed as text. */
	readonly unprintable: string[];
}

const VARIABLE = /\{\{\s*([^\s{}]+)\s*\}\}/g;

/** The variables of a template as paths such as `items.0.name`, each once. */
function variablesOf({ subject, html }: Template): string[] {
	const paths = [...`${subject} ${html}`.matchAll(VARIABLE)].map(([, path]) => path);
	return [...new Set(paths)];
}

/** The template attributes that a template requires: the first part of each of its variables. */
export const requiredAttributes = (template: Template): string[] => [
	...new Set(variablesOf(template).map((path) => path.split('.')[0])),
];

/** The value at a path such as `items.0.name`; undefined if there is none. */
function valueAt(attributes: unknown, path: string): unknown {
	let value = attributes;
	for (const part of path.split('.')) {
		const hasPart = (isRecord(value) || Array.isArray(value)) && Object.hasOwn(value, part);
		if (!hasPart) return undefined;
		value = (value as Readonly<Record<string, unknown>>)[part];
	}
	return value;
}

/**
 * The email that Bluecore would make of a template. Values are inserted unchanged, HTML included; null is printed as nothing.
 * A variable without a value stays in the subject and is marked in the HTML.
 */
export function render({ subject, html }: Template, attributes: unknown): RenderedEmail {
	const inSubject = fill(subject, attributes);
	const inHtml = fill(html, attributes, (name) => `<mark>${name.replaceAll('<', '&lt;')}</mark>`);
	const both = (name: 'missing' | 'unprintable') => [
		...new Set([...inSubject[name], ...inHtml[name]]),
	];
	return {
		...{ subject: inSubject.text, html: inHtml.text },
		...{ missing: both('missing'), unprintable: both('unprintable') },
	};
}

/** A text with the values of its variables. `mark` makes the text for a variable that cannot be replaced. */
export function fill(template: string, attributes: unknown, mark = (name: string) => name) {
	const missing = new Set<string>();
	const unprintable = new Set<string>();
	const text = template.replace(VARIABLE, (_whole, path: string) => {
		const value = valueAt(attributes, path);
		if (value === undefined) {
			missing.add(path);
			return mark(`{{${path}}}`);
		}
		if (value === null) return '';
		if (typeof value !== 'object') return `${value as string | number | boolean}`;
		unprintable.add(path);
		return mark(`{{${path}: ${kindOf(value)}}}`);
	});
	return { text, missing: [...missing], unprintable: [...unprintable] };
}
