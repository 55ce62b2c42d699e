/** Where an order has a value: dot paths such as `customer.email`. The first one with a value is used. */
export type Paths = readonly string[];

/** Which ID of a product is sent, as the choices of *Product ID From* name it. */
export type ProductIdFrom = 'sku' | 'product' | 'variant';

/** Words that a value can be; `any`: whatever it is. Capital and small letters make no difference. */
export type Words = readonly string[] | 'any';

/** Something that a shop also sends, such as a draft, and that is recognized by its fields. */
export interface NotAnOrder {
	/** It has a value at each of these paths … */
	readonly has: Paths;
	/** … and none at these. */
	readonly lacks?: Paths;
	/** What it is, after "This is". */
	readonly is: string;
	/** What to do to get the order. It is then refused; without it, it is held back. */
	readonly advice?: string;
}

/** The customer attributes that are in one place of an order. */
export interface AttributeGroup {
	/** The places that can have them. All come from the first one that has any of them, so that two addresses are not mixed. */
	readonly in: Paths;
	/** For each attribute, the fields in that place. */
	readonly attributes: Readonly<Record<string, Paths>>;
}

/** The products of an order. All paths but `in` and `parentIn` are those of one line. */
export interface ShopLines {
	/** Where the lines are; an array on the way is gone through, and `*` is any name. */
	readonly in: Paths;
	readonly name: Paths;
	/** The price of one piece. */
	readonly price: Paths;
	readonly quantity: Paths;
	/** Where each kind of ID is. `child` is the only part of a line that has parts, such as the size of a configurable product. */
	readonly ids: Readonly<Record<ProductIdFrom, Paths>>;
	/** Finds the ID in a longer one, as its first group. */
	readonly idInside?: RegExp;
	/** Lines that are no products. */
	readonly notProducts?: ReadonlyArray<{
		readonly at?: string;
		readonly is?: Words;
		/** Paths that all have no value. */
		readonly lacks?: Paths;
		/** What the line then is. */
		readonly called: string;
	}>;
	/** Lines that are parts of another line, such as those of a bundle. A line without a price of its own is not a product then. */
	readonly parts?: {
		readonly id: string;
		readonly parentId: Paths;
		/** The price of the whole is the sum of its parts, so only the parts are products if they have prices. */
		readonly wholeIsSum?: true;
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
	/** An order is recognized by having values at all paths of one of these lists. */
	readonly recognizedBy: readonly Paths[];
	readonly notOrders: readonly NotAnOrder[];
	/** Values that say that an order is not a purchase. */
	readonly notPurchases: ReadonlyArray<{
		readonly at: string;
		readonly is: Words;
		/** The reason that the output gives, before the path and the value. */
		readonly reason: string;
	}>;
	readonly email: Paths;
	readonly orderId: Paths;
	readonly total: Paths;
	readonly currency: Paths;
	/** Amounts that are added up. */
	readonly discounts: Paths;
	readonly lines: ShopLines;
	readonly customer: readonly AttributeGroup[];
}
