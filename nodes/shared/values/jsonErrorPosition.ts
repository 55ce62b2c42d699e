const SPACE = /[ \t\n\r]*/y;
/** A string, a number or a word, or a punctuation mark of JSON (RFC 8259). */
const TOKEN =
	/(?<text>"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*")|(?<plain>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))|(?<mark>[[\]{}:,])/y;

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

/**
 * The position up to which a text is valid JSON, as an offset in UTF-16 units: the first character that is not allowed, or
 * the text's length if it ends too early. `JSON.parse` gives this position only in some of its messages.
 */
export function jsonErrorPosition(text: string): number {
	const open: string[] = [];
	let expected: Expected = 'value';
	TOKEN.lastIndex = 0;
	for (;;) {
		SPACE.lastIndex = TOKEN.lastIndex;
		SPACE.test(text);
		const start = SPACE.lastIndex;
		TOKEN.lastIndex = start;
		const token = TOKEN.exec(text);
		if (!token) return start;
		const { text: string, plain, mark } = token.groups ?? {};
		const isValue = expected === 'value' || expected === 'value or ]';
		const isName = expected === 'name' || expected === 'name or }';

		if (isValue && (string ?? plain) !== undefined) expected = ', or end';
		else if (isValue && mark === '[') {
			open.push(']');
			expected = 'value or ]';
		} else if (isValue && mark === '{') {
			open.push('}');
			expected = 'name or }';
		} else if (isName && string !== undefined) expected = ':';
		else if (expected === ':' && mark === ':') expected = 'value';
		else if (expected === ', or end' && mark === ',' && open.length > 0) {
			expected = open.at(-1) === '}' ? 'name' : 'value';
		} else if (
			mark !== undefined &&
			mark === open.at(-1) &&
			(expected === ', or end' || expected === `value or ${mark}` || expected === `name or ${mark}`)
		) {
			open.pop();
			expected = ', or end';
		} else return start;
	}
}
