/** The cells of a table that is written as text: a line for each row, with "|" between cells. */
export const rowsOf = (table: string): string[][] =>
	table
		.trim()
		.split('\n')
		.map((row) => row.split('|').map((cell) => cell.trim()));
