/** Something that keeps an item from being sent: what is wrong, naming the field by its label, and what to do about it. */
export interface Problem {
	readonly message: string;
	readonly fix: string;
}

/** What checking one item found: a problem keeps it from being sent, a warning goes into its output. */
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
