/** A Markdown table, which has a column for each entry of `columns`. */
export function table<Row>(
	rows: readonly Row[],
	columns: Readonly<Record<string, (row: Row) => string | number>>,
): string {
	const head = Object.keys(columns);
	const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
	return [head, head.map(() => '---'), ...cells]
		.map((line) => `| ${line.join(' | ')} |`)
		.join('\n');
}

export const whole = (number: number) => Math.round(number).toLocaleString('en');

export const percent = (part: number) => `${(part * 100).toFixed(1)} %`;

export const fixed = (number: number) => number.toFixed(1);
