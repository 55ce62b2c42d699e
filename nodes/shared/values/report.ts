import { joinList } from './text';

/** Something that keeps an item from being sent: what is wrong, naming the field by its label, and what to do about it. */
export interface Problem {
	readonly message: string;
	readonly fix: string;
}

/** A warning about attributes of one item. Many items often have the same one. */
export interface AttributeWarning {
	/** What comes before the list of the attributes, and after it. */
	readonly before: string;
	readonly after: string;
	/** The attributes, and how the message shows them. */
	readonly attributes: ReadonlyArray<{ readonly name: string; readonly shown: string }>;
}

/** What checking one item found: a problem keeps it from being sent, a warning goes into its output. */
export class Report {
	/** With the problems of another report, it is about a part of the same: each problem keeps the whole from being sent. */
	constructor(readonly problems: Problem[] = []) {}

	readonly warnings: string[] = [];

	/** Warnings that are about this item, too, but stand in the output of another one. */
	readonly saidElsewhere: string[] = [];

	readonly aboutAttributes: AttributeWarning[] = [];

	/** The names of the attributes that were checked and are sent. */
	readonly attributeNames: string[] = [];

	problem(message: string, fix: string): void {
		this.problems.push({ message, fix });
	}

	warn(message: string): void {
		this.warnings.push(message);
	}

	/** Warns of attributes; if other items have the same warning, it is said once for all of them. Without attributes, nothing is said. */
	warnOfAttributes(
		before: string,
		attributes: readonly string[] | AttributeWarning['attributes'],
		after: string,
	): void {
		if (attributes.length === 0) return;
		const listed = attributes.map((each) =>
			typeof each === 'string' ? { name: each, shown: each } : each,
		);
		const warning = { before, after, attributes: listed };
		this.aboutAttributes.push(warning);
		this.warn(textOf(warning));
	}

	/** Takes a warning about attributes back. */
	withdraw(warning: AttributeWarning): void {
		this.warnings.splice(this.warnings.indexOf(textOf(warning)), 1);
	}
}

const textOf = ({ before, attributes, after }: AttributeWarning): string =>
	`${before}${joinList(attributes.map(({ shown }) => shown))}${after}`;
