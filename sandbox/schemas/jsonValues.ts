export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The kind of a value for messages, such as `text` or `a list`. */
export function kindOf(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'a list';
	const kinds: Readonly<Record<string, string>> = {
		string: 'text',
		number: 'a number',
		boolean: 'a boolean',
		object: 'an object',
	};
	return kinds[typeof value] ?? 'nothing';
}

/** Whether a content-type header says JSON. */
export const isJsonType = (contentType = '') => /^application\/json\s*(;|$)/i.test(contentType);
