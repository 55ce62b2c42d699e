import type { INode } from 'n8n-workflow';

import { accountKey, type Account } from '../account/account';
import { numbered } from '../messages/progress';
import type { Report } from '../values/report';
import { joinList, quoted } from '../values/text';
import { groupBy, isBlank, isObject } from '../values/value';
import type { CheckedData, Operation, PlannedRequest } from './operation';

/** How many of the others a warning names. */
const MAX_NAMED = 20;

/** Checks what concerns several requests of a run: each check looks at every request once. */
export function checkAcrossItems(
	node: INode,
	planned: readonly PlannedRequest[],
	{ currencyOf, harmful, repeatableOf, attributesOf }: Partial<Operation>,
): void {
	const checked = planned.flatMap((request): Checked[] => {
		const { report, state } = request;
		if (report.problems.length > 0) return [];
		if (state.kind === 'ready') return [{ request, data: state.request }];
		return state.kind === 'converted' ? [{ request, data: state.checked }] : [];
	});
	if (currencyOf) warnOfCurrencies(checked, currencyOf);
	if (harmful && node.retryOnFail === true) refuseRetryOnFail(checked, harmful);
	if (repeatableOf) reportRepeats(checked, repeatableOf);
	if (attributesOf) warnOfMixedBooleans(checked, attributesOf);
	shareAttributeWarnings(checked);
}

/** What is sent for an item or output in another form, and where it comes from. */
interface Checked {
	readonly request: PlannedRequest;
	readonly data: CheckedData;
}

/** Warns of the orders of a run that are not in the currency that most of the same account's are in. */
function warnOfCurrencies(
	checked: readonly Checked[],
	currencyOf: NonNullable<Operation['currencyOf']>,
): void {
	const orders = checked.flatMap(({ request: order, data }) => {
		const currency = currencyOf(data);
		return currency ? [{ currency, account: accountKey(data.account), order }] : [];
	});
	for (const ofAccount of groupBy(orders, ({ account }) => account)) {
		const currencies = groupBy(ofAccount, ({ currency }) => currency);
		const [, ...others] = [...currencies].sort((one, other) => other.length - one.length);
		const counts = currencies.map((group) => `${group[0].currency} (${group.length})`);
		for (const { order } of others.flat()) {
			order.report.warn(
				`The orders of this run are in several currencies: ${joinList(counts)}. Bluecore adds amounts up without looking at the currency; the option Currency holds back the orders in others`,
			);
		}
	}
}

/** Refuses requests of which each one more does harm: n8n's Retry On Fail runs the whole node again if one item fails. */
function refuseRetryOnFail(
	checked: readonly Checked[],
	{ what, isHarmful }: NonNullable<Operation['harmful']>,
): void {
	for (const { request, data } of checked) {
		const { state, options, report } = request;
		if (state.kind !== 'ready' || options.validateOnly || !isHarmful(data)) continue;
		report.problem(
			`Retry On Fail is on in this node's settings, and would send ${what} again that were already sent`,
			'Turn off Retry On Fail in the settings of this node. The option Max Retries sends again only what was not sent.',
		);
	}
}

type RepeatableOf = NonNullable<Operation['repeatableOf']>;
type Candidate = NonNullable<ReturnType<RepeatableOf>> & { readonly request: PlannedRequest };

function reportRepeats(checked: readonly Checked[], repeatableOf: RepeatableOf): void {
	const candidates = checked.flatMap(({ request, data }): Candidate[] => {
		const repeatable = repeatableOf(data);
		if (!repeatable) return [];
		const key = `${accountKey(data.account)} ${repeatable.key}`;
		return [{ ...repeatable, key, request }];
	});
	for (const group of groupBy(candidates, ({ key }) => key)) {
		if (group.length === 1) continue;
		for (const same of groupBy(group, ({ data }) => JSON.stringify(data))) {
			if (same.length > 1) reportEach(same);
		}
	}
}

function reportEach(same: readonly Candidate[]): void {
	/** The items, and in each the numbers of its messages. */
	const items = new Map<number, number[]>();
	for (const { request } of same) {
		const numbers = items.get(request.itemIndex) ?? [];
		items.set(request.itemIndex, numbers);
		if (request.message) numbers.push(request.message.number);
	}
	const itemIndexes = [...items.keys()].slice(0, MAX_NAMED + 1);
	for (const { request, warning, fix } of same) {
		const { itemIndex, message, report } = request;
		const messages = (items.get(itemIndex) ?? []).slice(0, MAX_NAMED + 1);
		const others = [
			...messages.filter((number) => number !== message?.number).map((n) => `message ${n}`),
			...itemIndexes.filter((index) => index !== itemIndex).map((index) => `item ${index}`),
		];
		const text = warning(joinList(others, ', ', MAX_NAMED));
		if (fix === undefined) report.warn(text);
		else report.problem(text, fix);
	}
}

/** What files write for yes and no, each with its opposite. */
const PAIRS = [
	...['true false', 'yes no', 'y n', 'on off', '1 0', 't f', 'ja nein', 'j n', 'wahr falsch'],
	...['oui non', 'o n', 'vrai faux', 'sí no', 'si no', 's n', 'sim não', 'ja nee', 'ja nej'],
].map((pair) => pair.split(' '));
const BOOLEAN_WORDS: ReadonlySet<string> = new Set(PAIRS.flat());

/** One attribute in all items: each spelling of yes and no with the number of the first item that has it. */
interface Column {
	/** Of the first item that has the attribute. */
	readonly report: Report;
	readonly spellings: Map<string, number>;
	hasOtherValues: boolean;
}

/** Warns, once for an attribute, that its yes and no are written in different ways, such as `ja`, `TRUE` and `0`. */
function warnOfMixedBooleans(
	checked: readonly Checked[],
	attributesOf: NonNullable<Operation['attributesOf']>,
): void {
	const columns = new Map<string, Column>();
	for (const { request, data } of checked) {
		const { report, itemIndex } = request;
		const attributes = attributesOf(data);
		for (const [name, value] of Object.entries(isObject(attributes) ? attributes : {})) {
			if (isBlank(value)) continue;
			const column = columns.get(name) ?? { report, spellings: new Map(), hasOtherValues: false };
			columns.set(name, column);
			if (!column.hasOtherValues) addValue(column, value, itemIndex);
		}
	}
	for (const [name, { report, spellings, hasOtherValues }] of columns) {
		if (hasOtherValues || !isMixed([...spellings.keys()])) continue;
		const texts = [...spellings].map(([spelling, item]) => `${quoted(spelling)} [item ${item}]`);
		report.warn(
			`The attribute ${quoted(name)} says yes and no in different ways, which Bluecore stores as they are: ${joinList(texts)}. Convert the column to true and false before this node`,
		);
	}
}

function addValue(column: Column, value: unknown, item: number): void {
	const spelling = typeof value === 'object' ? '' : String(value);
	if (!BOOLEAN_WORDS.has(spelling.toLowerCase())) column.hasOtherValues = true;
	else if (!column.spellings.has(spelling)) column.spellings.set(spelling, item);
}

function isMixed(spellings: readonly string[]): boolean {
	const words = spellings.map((spelling) => spelling.toLowerCase());
	return !PAIRS.some((pair) => words.every((word) => pair.includes(word)));
}

/** Says a warning about attributes that several items have only once, at the first of them, with the items of each attribute. */
function shareAttributeWarnings(checked: readonly Checked[]): void {
	/** The item of each report; several requests can have the same one. */
	const items = new Map(checked.map(({ request: { report, itemIndex } }) => [report, itemIndex]));
	const placed = [...items].flatMap(([report, item]) =>
		report.problems.length > 0
			? []
			: report.aboutAttributes.map((warning) => ({ warning, report, item })),
	);
	const textsOf = ({ warning: { before, after } }: (typeof placed)[number]) =>
		JSON.stringify([before, after]);
	for (const same of groupBy(placed, textsOf)) {
		if (same.length === 1) continue;
		for (const { report, warning } of same) report.withdraw(warning);
		// Each attribute as it looks in the first item that has it, with all its items.
		const all = same.flatMap(({ warning, item }) =>
			warning.attributes.map((attribute) => ({ ...attribute, item })),
		);
		const attributes = groupBy(all, ({ name }) => name).map((of) => {
			const items = of.map(({ item }) => item);
			return `${of[0].shown} [${numbered('item', items)}]`;
		});
		const [first, ...others] = same;
		const text = `${first.warning.before}${joinList(attributes)}${first.warning.after}`;
		first.report.warn(text);
		for (const { report } of others) report.saidElsewhere.push(text);
	}
}

/**
 * Which identities of a run are one customer's, so that their requests keep their order: the same address in any letter case, the
 * same ID or number, and what an item or a link joins.
 */
export class SameCustomer {
	/** Union-find: the parent of each joined identity. */
	private readonly parents = new Map<string, string>();

	/** Joins the identities of one customer, and returns the key of the first; undefined if there is none. */
	join(account: Account, identities: readonly string[]): string | undefined {
		// An ID of one account is not that of another. Only addresses are the same in any letter case.
		const [key, ...others] = identities.map(
			(identity) =>
				`${accountKey(account)} ${identity.includes('@') ? identity.toLowerCase() : identity}`,
		);
		for (const other of others) {
			const [from, to] = [this.keyOf(other), this.keyOf(key)];
			if (from !== to) this.parents.set(from, to);
		}
		return key;
	}

	/** The same key for all keys that have been joined, also later. */
	keyOf(key: string): string {
		let root = key;
		for (let next = this.parents.get(root); next !== undefined; next = this.parents.get(root)) {
			root = next;
		}
		// Path compression: the next look-up finds the root in one step.
		for (let step = key; step !== root;) {
			const next = this.parents.get(step) as string;
			this.parents.set(step, root);
			step = next;
		}
		return root;
	}
}
