/** The rows of a CSV text (RFC 4180), each a list of cells. Lines without any text are left out. A quote that is not closed ends with the text. */
export function parseCsv(text: string): { rows: string[][]; isCutOff: boolean } {
	const rows: string[][] = [];
	let row: string[] = [];
	let at = text.startsWith('\ufeff') ? 1 : 0;
	let isCutOff = false;
	const endRow = () => {
		if (row.length > 1 || row[0] !== '') rows.push(row);
		row = [];
	};
	while (at < text.length) {
		const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
		isCutOff ||= cell.isCutOff;
		row.push(cell.text);
		at = cell.end;
		if (text[at] === ',') {
			at++;
			// A comma at the very end is followed by an empty cell.
			if (at === text.length) row.push('');
		} else {
			if (text[at] === '\r') at++;
			if (text[at] === '\n') at++;
			endRow();
		}
	}
	if (row.length > 0) endRow();
	return { rows, isCutOff };
}

interface Cell {
	readonly text: string;
	/** Where the separator after the cell is. */
	readonly end: number;
	readonly isCutOff: boolean;
}

const SEPARATOR = /[,\r\n]/g;

function plainCell(text: string, start: number): Cell {
	SEPARATOR.lastIndex = start;
	const end = SEPARATOR.exec(text)?.index ?? text.length;
	return { text: text.slice(start, end), end, isCutOff: false };
}

function quotedCell(text: string, start: number): Cell {
	const parts: string[] = [];
	let from = start + 1;
	for (;;) {
		const quote = text.indexOf('"', from);
		if (quote < 0)
			return { text: parts.join('"') + text.slice(from), end: text.length, isCutOff: true };
		parts.push(text.slice(from, quote));
		from = quote + 1;
		if (text[from] !== '"') break;
		from++;
	}
	// What stands after the closing quote belongs to the cell, as spreadsheets read it.
	const rest = plainCell(text, from);
	return { ...rest, text: parts.join('"') + rest.text };
}
