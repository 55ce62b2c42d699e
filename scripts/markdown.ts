/** A Markdown table. */
export const table = (
	head: readonly string[],
	rows: ReadonlyArray<ReadonlyArray<string | number>>,
) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const whole = (number: number) => Math.round(number).toLocaleString('en');
