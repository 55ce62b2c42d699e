/** One of several messages that an item holds; `number` counts from 1. */
interface MessagePlace {
	readonly number: number;
	readonly of: number;
}

/** An input item, or a part of one. */
export interface Place {
	readonly itemIndex: number;
	/** Which message of the item it is, where there are several. */
	readonly message?: MessagePlace;
	/** Which of several requests of the same item or message it is. */
	readonly name?: string;
	/** The number of the product that it is about, where each product has a request of its own. */
	readonly product?: number;
}
