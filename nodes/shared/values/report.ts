import { joinList } from './text';

/** Something that keeps an item from being sent: what is wrong, naming the field by its label, and what to do about it. */
export interface Problem {
	readonly message: string;
	readonly fix: string;
}

/** A warning about attributes of one item. Many items often have the same one. */
interface AttributeWarning {
	/** What comes before the list of the attributes, and after it. */
	readonly before: string;
	readonly after: string;
	readonly attributes: ReadonlyArray<{ readonly name: string; readonly shown: string }>;
}

/** What checking one item found: a problem keeps it from being sent, a warning goes into its output. */
export class Report {
	/** With the problems of another report, it is about a part of the same: each problem keeps the whole from being sent. */
	constructor(readonly problems: Problem[] = []) {}

	private said: Array<string | AttributeWarning> = [];

	/** Warnings that are about this item, too, but stand in the output of another one. */
	readonly saidElsewhere: string[] = [];

	/** The names of the attributes that were checked and are sent. */
	readonly attributeNames: string[] = [];

	get warnings(): string[] {
		return this.said.map((warning) => {
			if (typeof warning === 'string') return warning;
			const { before, attributes, after } = warning;
			return `${before}${joinList(attributes.map(({ shown }) => shown))}${after}`;
		});
	}

	get aboutAttributes(): AttributeWarning[] {
		return this.said.filter((warning) => typeof warning !== 'string');
	}

	/** Returns undefined, as the readers of values do for what cannot be used. */
	problem(message: string, fix: string): undefined {
		this.problems.push({ message, fix });
	}

	warn(message: string): void {
		this.said.push(message);
	}

	/** Warns of what is listed, if anything is. */
	warnOfEach(before: string, listed: readonly string[], after = ''): void {
		if (listed.length > 0) this.warn(`${before}${joinList(listed)}${after}`);
	}

	/** Warns of attributes; if other items have the same warning, it is said once for all of them. Without attributes, nothing is said. */
	warnOfAttributes(
		before: string,
		attributes: readonly string[] | AttributeWarning['attributes'],
		after = '',
	): void {
		if (attributes.length === 0) return;
		const listed = attributes.map((each) =>
			typeof each === 'string' ? { name: each, shown: each } : each,
		);
		this.said.push({ before, after, attributes: listed });
	}

	withdraw(warning: AttributeWarning): void {
		this.said = this.said.filter((other) => other !== warning);
	}
}
