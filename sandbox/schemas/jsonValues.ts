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

/** A body that is nested more deeply is refused: it could not be written as JSON again. */
export const MAX_DEPTH = 100;
export const TOO_DEEP = `The body is nested more than ${MAX_DEPTH} levels deep.`;

export function isDeeperThan(levels: number, value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	if (levels === 0) return true;
	const record = value as Readonly<Record<string, unknown>>;
	// Without the list of values that Object.values would make of every object.
	for (const name in record) if (isDeeperThan(levels - 1, record[name])) return true;
	return false;
}

/** What an object, a list or a property takes besides its content. */
const BYTES_OF_OBJECT = 56;
const BYTES_OF_PROPERTY = 24;
const BYTES_OF_CHARACTER = 2;

/** Roughly what a value takes in memory, in bytes: many small objects take far more than their text. */
export function sizeOf(value: unknown): number {
	if (typeof value === 'string') return BYTES_OF_PROPERTY + value.length * BYTES_OF_CHARACTER;
	if (typeof value !== 'object' || value === null) return 0;
	let bytes = BYTES_OF_OBJECT;
	if (Array.isArray(value)) {
		for (const each of value) bytes += 8 + sizeOf(each);
		return bytes;
	}
	const record = value as Readonly<Record<string, unknown>>;
	for (const name in record) bytes += BYTES_OF_PROPERTY + name.length + sizeOf(record[name]);
	return bytes;
}

/** Longer IDs, names, values and messages are cut. */
const MAX_LENGTH = 1000;

/** The beginning of a long text, as a text of its own: a part of a text keeps the whole text in memory. */
export const shorten = (text: string) =>
	text.length <= MAX_LENGTH
		? text
		: `${Buffer.from(text.slice(0, MAX_LENGTH), 'utf16le').toString('utf16le')}…`;

/** Whether a content-type header says JSON. */
export const isJsonType = (contentType = '') => /^application\/json\s*(;|$)/i.test(contentType);
