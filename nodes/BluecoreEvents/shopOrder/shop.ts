import { isBlank, isObject, textOf, valueAt, type Fields } from '../../shared/values/value';

/** Where an order has a value: dot paths such as `customer.email`. The first one with a value is used. */
export type Paths = readonly string[];

/** A form that the value at one of some paths has, such as the kind of thing in an ID. */
interface Form {
	readonly at: Paths;
	readonly like: RegExp;
}

/** By which fields something is recognized. */
interface Marks {
	/** It has a value at each of these paths … */
	readonly has?: Paths;
	/** … none at these … */
	readonly lacks?: Paths;
	/** … and one of this form. */
	readonly form?: Form;
}

/** Something that a shop also sends, such as a draft. */
interface NotAnOrder extends Marks {
	/** What it is, after "This is". */
	readonly is: string;
	/** What to do to get the order. It is then refused; without it, it is held back. */
	readonly advice?: string;
	/** Whether it is a cart or a checkout that can become an order. It has its values where the orders have them. */
	readonly isUnfinished?: true;
}

/** By which values something is said of an order, or of one of its lines. */
interface Rule {
	/** Where a value says it … */
	readonly at?: string;
	/** … in one of these words, in capital or small letters; without words, whatever it is … */
	readonly is?: readonly string[];
	/** … and paths that all have no value. */
	readonly lacks?: Paths;
}

/** A value that says something about the state of an order. */
interface StateRule extends Rule {
	readonly at: string;
}

/** Where an order has its amounts in one currency. `price` is the path in a line. */
interface Money {
	readonly total: Paths;
	readonly currency: Paths;
	/** Amounts that are added up, also those in lists; `totals.id=discounts.value` takes the entries whose `id` is `discounts`. */
	readonly discounts: Paths;
	/** The price of one piece. */
	readonly price: Paths;
}

/** The customer attributes that are in one place of an order. */
interface AttributeGroup {
	/** The places that can have them. All come from the first one that has any of them, so that two addresses are not mixed. */
	readonly in: Paths;
	/** For each attribute, the fields in that place. */
	readonly attributes: Readonly<Record<string, Paths>>;
}

/** The products of an order. All paths but `in` and `parentIn` are those of one line. */
interface ShopLines {
	/** Where the lines are; an array on the way is gone through, and `*` is any name. */
	readonly in: Paths;
	readonly name: Paths;
	readonly quantity: Paths;
	/** Where each kind of ID is, as *Product ID From* names them. `child` is the only part of a line that has parts, such as a size. */
	readonly ids: Readonly<Record<'sku' | 'product' | 'variant', Paths>>;
	/** Lines that are no products. */
	readonly notProducts?: ReadonlyArray<Rule & { readonly called: string }>;
	/** Lines that are parts of another line, such as those of a bundle. A line without a price of its own is not a product then. */
	readonly parts?: {
		readonly id: string;
		readonly parentId: Paths;
		/** The price of the whole is the sum of its parts, so only the parts are products if they have prices. */
		readonly wholeIsSum?: true;
		/** Without the lines' IDs, a line without a price is a part of the line before that has the same SKU. */
		readonly haveSkuOfWhole?: true;
	};
	/** What to do if the order has no lines. */
	readonly advice?: string;
}

/**
 * A shop system: where its orders have what a purchase needs, and which of them are not purchases. To add one, add a file with
 * such a table to `shops`, and the table to `shops.ts`; the choices of *Shop System*, the labels and the messages come from it.
 */
export interface Shop {
	/** The choice of *Shop System*. It is saved in workflows, so it never changes. */
	readonly name: string;
	readonly label: string;
	/** An order, or something else of the shop, is recognized by having values at all paths of one of these lists, or by its form. */
	readonly recognizedBy: readonly Paths[];
	readonly form?: Form;
	readonly notOrders: readonly NotAnOrder[];
	/** Values that say that an order is not a purchase, with the reason for the output. `isUnfinished`: it is a checkout that can still be completed. */
	readonly notPurchases: ReadonlyArray<
		StateRule & { readonly reason: string; readonly isUnfinished?: true }
	>;
	/** Values that say that an order is not paid yet. */
	readonly notPaidYet: readonly StateRule[];
	readonly email: Paths;
	/** Addresses that stand for the customer's own one, which the shop does not tell. */
	readonly emailAlias?: RegExp;
	/** When it was created. A time without a zone is UTC. */
	readonly created: Paths;
	/** Whether or when a checkout was completed. */
	readonly completed?: Paths;
	/** The number that the customer sees, and the shop's own ID, as *Order ID From* names them. */
	readonly orderId: { readonly number: Paths; readonly id: Paths };
	/** Finds an ID in a longer one, as its first group. */
	readonly idInside?: RegExp;
	/** The amounts in the shop's own currency, or in the only one that the order has. */
	readonly money: Money;
	/** The amounts in the currency in which the customer paid. */
	readonly customerMoney?: Money;
	/** Amounts are whole numbers of the currency's smallest unit, or hundredths in every currency; `form`: only in such orders. */
	readonly minorUnits?: { readonly of: 'currency' | 'hundredths'; readonly form?: Form };
	readonly lines: ShopLines;
	readonly customer: readonly AttributeGroup[];
}

const hasValue = (fields: Fields, path: string): boolean => !isBlank(valueAt(fields, path));

/** Whether an order, or one of its lines, has all these marks. */
export const hasMarks = (fields: Fields, { has = [], lacks = [], form }: Marks): boolean =>
	has.every((path) => hasValue(fields, path)) &&
	!lacks.some((path) => hasValue(fields, path)) &&
	(!form || form.at.some((path) => form.like.test(textOf(valueAt(fields, path)))));

/** What says that there is no value: exports write the words. */
const NOTHING_FOUND = /^(?:null|none|false)$/i;

/** Whether the value at a path is one of these words; without words, whether there is one. */
function saysOneOf(fields: Fields, path: string, words?: readonly string[]): boolean {
	const value = valueAt(fields, path);
	const text = textOf(value);
	if (isBlank(value)) return false;
	return words ? words.includes(text.toLowerCase()) : !NOTHING_FOUND.test(text);
}

/** Whether an order, or one of its lines, fits a rule. */
export const fits = (fields: Fields, { at, is, lacks }: Rule): boolean =>
	(at === undefined || saysOneOf(fields, at, is)) && hasMarks(fields, { lacks });

/** What an object has under one name of a path: `*` is any name, `type=gift` the object itself if its `type` is `gift`. */
function step(fields: unknown, name: string): unknown[] {
	if (!isObject(fields)) return [];
	if (name === '*') return Object.values(fields);
	const [field, word] = name.split('=');
	if (word !== undefined) return saysOneOf(fields, field, [word]) ? [fields] : [];
	return Object.hasOwn(fields, name) ? [fields[name]] : [];
}

/** All that is at a path, also if there are lists on the way, and whether it is the entries of a list or is in one. */
function allAt(fields: Fields, path: string) {
	let values: unknown[] = [fields];
	let isList = false;
	let isInList = false;
	for (const name of path.split('.')) {
		const next = values.flatMap((value) => step(value, name));
		isList = next.some(Array.isArray);
		isInList ||= isList;
		values = next.flat();
	}
	return { values, isList: isList || (isInList && values.length > 0) };
}

/** All values at a path, also if there are lists on the way. */
export const valuesAt = (fields: Fields, path: string): unknown[] =>
	allAt(fields, path).values.filter((value) => !isBlank(value));

/** The path and the entries of the first list that an order has, if possible of one that is not empty. */
export function linesIn(order: Fields, { lines }: Shop) {
	const found = lines.in.flatMap((path) => {
		const { values: list, isList } = allAt(order, path);
		return isList ? { path, list } : [];
	});
	return found.find(({ list }) => list.length > 0) ?? found.at(0);
}
