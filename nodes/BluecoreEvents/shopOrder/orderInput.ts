import type { GivenAttribute } from '../../shared/attributes/customerAttributes';
import type { Item } from '../../shared/input/item';
import type { Field } from '../../shared/values/field';
import { fixName, isMissingId } from '../../shared/values/text';
import {
	firstValue,
	isBlank,
	isObject,
	textOf,
	valueAt,
	type Fields,
} from '../../shared/values/value';
import { itemInput, VALUE_PARAMETERS, type EventInput, type ValueName } from '../eventFields';
import type { readLines } from './orderLines';
import type { moneyOf } from './orderMoney';
import type { Paths, Shop } from './shop';

/** The event input from an order of a shop. What the order does not have comes from the node's parameters. */
export function orderInput(
	item: Item,
	order: Fields,
	shop: Shop,
	lines: ReturnType<typeof readLines>,
	money: ReturnType<typeof moneyOf>,
	orderIdFrom: keyof Shop['orderId'],
): EventInput {
	const { report, options } = item;
	const given = itemInput(item);
	const find = (name: ValueName, paths: Paths): Field => {
		const found = firstValue(order, paths);
		return {
			value: found?.value ?? '',
			label: `${VALUE_PARAMETERS[name].displayName} (${found?.path ?? paths.join(', ')})`,
			advice: 'Map the whole order as the shop sends it, or use the operation Purchase.',
			report,
		};
	};
	const values: Partial<Record<ValueName, () => Field>> = {
		email: () => find('email', shop.email),
		distinctId: () => ({ value: '', label: VALUE_PARAMETERS.distinctId.displayName, report }),
		orderId: () => orderIdOf(shop, orderIdFrom, (paths) => find('orderId', paths)),
		total() {
			const total = find('total', money.paths.total);
			return { ...total, value: money.amount(total.value) };
		},
	};
	return {
		...given,
		value: (name) => values[name]?.() ?? given.value(name),
		products: () => ({ label: 'Products', entries: lines.products() }),
		attributes() {
			const own = given.attributes();
			if (!options.orderAttributes) return own;
			const names = new Set(own.map(([name]) => fixName(name)));
			return [...customerOf(order, shop).filter(([name]) => !names.has(name)), ...own];
		},
		properties: () => ({ ...money.properties(), ...given.properties() }),
	};
}

/** The number that the customer sees, or the shop's own ID; an order without a number has only the latter. */
function orderIdOf(
	{ orderId, idInside }: Shop,
	from: keyof Shop['orderId'],
	find: (paths: Paths) => Field,
): Field {
	const own = find(orderId.id);
	const inside = typeof own.value === 'string' ? idInside?.exec(own.value)?.[1] : undefined;
	const ownId = inside === undefined ? own : { ...own, value: inside };
	if (from === 'id') return ownId;
	const number = find(orderId.number);
	if (typeof number.value === 'string' && !isBlank(number.value)) {
		return { ...number, value: number.value.trim().replace(/^#\s*/, '') };
	}
	if (!isBlank(number.value) || isBlank(own.value)) return number;
	number.report.warn(
		`${own.label} is the shop's own ID, because the order has no number (${orderId.number.join(', ')})`,
	);
	return ownId;
}

/** The customer's usual attributes, of those that the order has. */
function customerOf(order: Fields, { customer }: Shop): GivenAttribute[] {
	return customer.flatMap(({ in: places, attributes }) => {
		for (const place of places) {
			const fields = valueAt(order, place);
			if (!isObject(fields)) continue;
			const found = Object.entries(attributes).flatMap(([name, paths]): GivenAttribute[] => {
				const text = textOf(firstValue(fields, paths)?.value);
				return text === '' || isMissingId(text) ? [] : [[name, text]];
			});
			if (found.length > 0) return found;
		}
		return [];
	});
}
