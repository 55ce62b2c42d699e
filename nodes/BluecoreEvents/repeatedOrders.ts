import type { OutgoingRequest } from '../shared/run/itemRequest';
import type { Repeatable } from '../shared/run/repeats';
import { isObject } from '../shared/values/coerce';
import { quoted } from '../shared/values/text';

/** The order of a purchase: Bluecore counts purchases with the same Order ID in one account as one order. */
export function repeatableOrder({ payload }: OutgoingRequest): Repeatable | undefined {
	if (payload?.event !== 'purchase' || !isObject(payload.properties)) return undefined;
	const id = String(payload.properties.order_id);
	return {
		key: id,
		warning: (others) =>
			`Order ID ${quoted(id)} is also that of ${others}; Bluecore counts a purchase with the same Order ID once`,
	};
}
