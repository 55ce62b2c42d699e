import { isRecord, kindOf } from '../schemas/jsonValues';

export interface Template {
	readonly subject: string;
	readonly html: string;
}

export interface RenderedEmail extends Template {
	/** Variables of the template for which there is no value. */
	readonly missing: string[];
	/** Variables whose value is a list or an object, which has no text of its own. */
	readonly unprintable: string[];
}

const VARIABLE = /\{\{\s*([^\s{}]+)\s*\}\}/g;

/** The variables that a template names, as paths such as `items.0.name`, each once. */
export function variablesOf({ subject, html }: Template): string[] {
	const paths = [...`${subject} ${html}`.matchAll(VARIABLE)].map(([, path]) => path);
	return [...new Set(paths)];
}

/** The names that must be among the template attributes: the first part of each variable. */
export const namesOf = (template: Template): string[] => [
	...new Set(variablesOf(template).map((path) => path.split('.')[0])),
];

/** The value at a path; undefined where there is none. */
function valueAt(attributes: unknown, path: string): unknown {
	let value = attributes;
	for (const part of path.split('.')) {
		const holds = (isRecord(value) || Array.isArray(value)) && Object.hasOwn(value, part);
		if (!holds) return undefined;
		value = (value as Readonly<Record<string, unknown>>)[part];
	}
	return value;
}

/**
 * The email that Bluecore would make of a template: values go in as they are, HTML included, null as nothing. A variable
 * without a value stays in the subject as it is, and is marked in the HTML.
 */
export function render({ subject, html }: Template, attributes: unknown): RenderedEmail {
	const missing = new Set<string>();
	const unprintable = new Set<string>();
	const fill = (text: string, mark: (name: string) => string) =>
		text.replace(VARIABLE, (_whole, path: string) => {
			const value = valueAt(attributes, path);
			if (value === undefined) {
				missing.add(path);
				return mark(path);
			}
			if (value === null) return '';
			if (typeof value !== 'object') return `${value as string | number | boolean}`;
			unprintable.add(path);
			return mark(`${path}: ${kindOf(value)}`);
		});
	const filled = {
		subject: fill(subject, (name) => `{{${name}}}`),
		html: fill(html, (name) => `<mark>{{${name.replaceAll('<', '&lt;')}}}</mark>`),
	};
	return { ...filled, missing: [...missing], unprintable: [...unprintable] };
}
