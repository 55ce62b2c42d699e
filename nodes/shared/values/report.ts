/** Something that keeps an item from being sent: what is wrong, naming the field by its label, and how to get unstuck. */
export interface Problem {
	readonly message: string;
	readonly fix: string;
}

/** What checking one item found: problems keep it from being sent, warnings go along with it. */
export class Report {
	readonly problems: Problem[] = [];

	readonly warnings: string[] = [];

	problem(message: string, fix: string): void {
		this.problems.push({ message, fix });
	}

	warn(message: string): void {
		this.warnings.push(message);
	}
}

const LISTED = 20;

/** Joins names or lines for a message; a long list is cut, with the count of what was left out. */
export function list(entries: readonly string[], separator = ', ', most = LISTED): string {
	const left = entries.length - most;
	const shown = entries.slice(0, most).join(separator);
	return left > 0 ? `${shown}${separator}and ${left} more` : shown;
}

/** Shows a user's own value inside a message, quoted and short. */
export function quote(value: unknown, most = 60): string {
	const text = typeof value === 'object' && value !== null ? 'an object' : String(value);
	return `"${text.length > most ? `${text.slice(0, most)}…` : text}"`;
}
