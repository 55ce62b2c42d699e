const SPACE = /[ \t\n\r]*/y;
/** A string, a number or a word, or a punctuation mark of JSON (RFC 8259). */
const TOKEN =
	/(?<text>"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*")|(?<plain>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))|(?<mark>[[\]{}:,])/y;

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

/** What is expected after each token that is allowed. */
const VALUE = { text: ', or end', plain: ', or end', '[': 'value or ]', '{': 'name or }' } as const;
const NEXT: Readonly<Record<Expected, Readonly<Partial<Record<string, Expected>>>>> = {
	value: VALUE,
	'value or ]': { ...VALUE, ']': ', or end' },
	name: { text: ':' },
	'name or }': { text: ':', '}': ', or end' },
	':': { ':': 'value' },
	', or end': { ',': 'value', ']': ', or end', '}': ', or end' },
};
const CLOSING: Readonly<Partial<Record<string, string>>> = { '[': ']', '{': '}' };

/** The token at a position, after blanks: where it begins and ends, and a mark, `text` or `plain`; `none` if there is no token. */
function tokenAt(text: string, from: number) {
	SPACE.lastIndex = from;
	SPACE.test(text);
	const start = SPACE.lastIndex;
	TOKEN.lastIndex = start;
	const { groups } = TOKEN.exec(text) ?? {};
	const kind = groups?.text === undefined ? 'plain' : 'text';
	return { start, end: TOKEN.lastIndex, token: groups ? (groups.mark ?? kind) : 'none' };
}

/**
 * The position up to which a text is valid JSON, as an offset in UTF-16 units: the first character that is not allowed, or
 * the text's length if it ends too early. `JSON.parse` gives this position only in some of its messages.
 */
export function jsonErrorPosition(text: string): number {
	/** The marks that close what is open. */
	const open: string[] = [];
	let expected: Expected = 'value';
	for (let from = 0; ;) {
		const { start, end, token } = tokenAt(text, from);
		const next: Expected | undefined = NEXT[expected][token];
		const inner = open.at(-1);
		if (!next || (token === ',' && !inner)) return start;
		if (token === ']' || token === '}') {
			if (open.pop() !== token) return start;
		}
		const closing = CLOSING[token];
		if (closing) open.push(closing);
		expected = token === ',' && inner === '}' ? 'name' : next;
		from = end;
	}
}
