/** The cells of a table that is written as text: a line for each row, with "|" between cells. */
export const rowsOf = (table: string): string[][] =>
	table
		.trim()
		.split('\n')
		.map((row) => row.split('|').map((cell) => cell.trim()));

/** The same, with the values of the cells. */
export const casesOf = <Row extends unknown[]>(table: string): Row[] =>
	rowsOf(table).map((cells) => cells.map(valueOf) as Row);

/** The value of a cell that is written as JSON; every other one is text. */
export const valueOf = (cell: string): unknown =>
	/^([[{"].*|-?\d+(\.\d+)?|true|false|null)$/.test(cell) ? JSON.parse(cell) : cell;

/** The cells of a table as pairs: what stands before and after an arrow. */
export const pairsOf = (table: string) =>
	rowsOf(table)
		.flat()
		.map((cell) => cell.split(' → ') as [string, string]);
