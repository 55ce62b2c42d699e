import type { GivenAttribute } from '../../shared/attributes/customerAttributes';
import { fixName } from '../../shared/values/names';
import type { Item } from '../../shared/input/item';
import { isBlank, isObject, toText } from '../../shared/values/coerce';
import type { Field } from '../../shared/values/field';
import type { JsonValue } from '../../shared/values/plainJson';
import { isMissingId } from '../../shared/values/readId';
import type { Report } from '../../shared/values/report';
import { quoted } from '../../shared/values/text';
import { itemInput, type EventInput } from '../eventInput';
import { VALUE_PARAMETERS, type ValueName } from '../eventParameters';
import type { Lines } from './orderLines';
import { firstValue, valueAt, type Fields } from './orderPaths';
import type { Paths, Shop } from './shop';

/** The event input from an order of a shop. What the order does not have comes from the node's parameters. */
export function orderInput(
	item: Item,
	order: Fields,
	shop: Shop,
	lines: Lines,
	amount: (value: unknown) => unknown,
): EventInput {
	const { report, options } = item;
	const given = itemInput(item);
	const find = (name: ValueName, paths: Paths): Field =>
		fieldIn(order, VALUE_PARAMETERS[name].displayName, paths, report);
	const total = find('total', shop.total);
	const values: Partial<Record<ValueName, Field>> = {
		email: find('email', shop.email),
		distinctId: { value: '', label: VALUE_PARAMETERS.distinctId.displayName, report },
		orderId: find('orderId', shop.orderId),
		total: { ...total, value: amount(total.value) },
	};
	return {
		...given,
		value: (name) => values[name] ?? given.value(name),
		products: () => ({ label: 'Products', entries: lines.products() }),
		attributes() {
			const own = given.attributes();
			if (!options.orderAttributes) return own;
			const names = new Set(own.map(([name]) => fixName(name)));
			return [...customerOf(order, shop).filter(([name]) => !names.has(name)), ...own];
		},
		properties: () => ({ ...moneyOf(order, shop, amount, report), ...given.properties() }),
	};
}

/** The value at the first of these paths that has one. */
function fieldIn(order: Fields, label: string, paths: Paths, report: Report): Field {
	const found = firstValue(order, paths);
	return {
		value: found?.value ?? '',
		label: `${label} (${found?.path ?? paths.join(', ')})`,
		advice: 'Map the whole order as the shop sends it, or use the operation Purchase.',
		report,
	};
}

/** The customer's usual attributes, of those that the order has. */
function customerOf(order: Fields, { customer }: Shop): GivenAttribute[] {
	return customer.flatMap(({ in: places, attributes }) => {
		for (const place of places) {
			const fields = valueAt(order, place);
			if (!isObject(fields)) continue;
			const found = Object.entries(attributes).flatMap(([name, paths]): GivenAttribute[] => {
				const text = toText(firstValue(fields, paths)?.value);
				return isBlank(text) || isMissingId(text) ? [] : [[name, text]];
			});
			if (found.length > 0) return found;
		}
		return [];
	});
}

/** The properties `currency` and `discount`. */
function moneyOf(
	order: Fields,
	{ currency, discounts }: Shop,
	amount: (value: unknown) => unknown,
	report: Report,
): Record<string, JsonValue> {
	const code = toText(firstValue(order, currency)?.value) ?? '';
	const given = discounts.flatMap((path) => {
		const value = valueAt(order, path);
		return isBlank(value) ? [] : [{ path, value, number: amount(value) }];
	});
	for (const { path, value, number } of given) {
		if (typeof number === 'number') continue;
		report.warn(`Discount (${path}) is ${quoted(value)}, which is not a number, and was left out`);
	}
	const numbers = given.flatMap(({ number }) => (typeof number === 'number' ? [number] : []));
	const discount = amount(numbers.reduce((sum, number) => sum + Math.abs(number), 0)) as number;
	return {
		...(code !== '' && { currency: code.toUpperCase() }),
		...(numbers.length > 0 && { discount }),
	};
}
