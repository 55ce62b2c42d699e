import { givenAttributes } from '../shared/attributes/attributeParameters';
import type { GivenAttribute } from '../shared/attributes/customerAttributes';
import type { Item } from '../shared/input/item';
import type { ItemOptions } from '../shared/options/nodeOptions';
import { isObject } from '../shared/values/coerce';
import { UNREADABLE, type Field } from '../shared/values/field';
import type { JsonValue } from '../shared/values/plainJson';
import { readJsonObject } from '../shared/values/readField';
import type { Report } from '../shared/values/report';
import {
	ADDITIONAL_FIELDS,
	ADDITIONAL_VALUES,
	PROPERTIES,
	VALUE_PARAMETERS,
	type ValueName,
} from './eventParameters';
import { givenProducts } from './productParameters';

/** The values that one event is built from. They come from the node's parameters or from a tracking message; `buildEvent` reads both in the same way. */
export interface EventInput {
	readonly options: ItemOptions;
	readonly report: Report;
	/** A single value; `''` if it is not given. */
	value(name: ValueName): Field;
	/** The products, one by one, and what to do when there are none; without `advice`, the advice for the node's parameters. */
	products(): Pick<Field, 'label' | 'advice' | 'explain'> & { readonly entries: readonly Field[] };
	attributes(): GivenAttribute[];
	/** Other properties of the event, in plain JSON. */
	properties(): Record<string, JsonValue>;
}

/** The event input from the node's parameters for an item. */
export function itemInput(item: Item): EventInput {
	const { options, report } = item;
	let collection: Record<string, unknown> | undefined;
	/** The collection's expressions are evaluated together, so it is read once. */
	function additional(name: string, label: string): Field {
		if (!collection) {
			const { value } = item.field(ADDITIONAL_FIELDS);
			collection = value !== UNREADABLE && isObject(value) ? value : {};
		}
		return { value: Object.hasOwn(collection, name) ? collection[name] : '', label, report };
	}
	const isAdditional = (name: ValueName) => ADDITIONAL_VALUES.some((other) => other === name);
	return {
		options,
		report,
		value(name) {
			const parameter = VALUE_PARAMETERS[name];
			return isAdditional(name) ? additional(name, parameter.displayName) : item.field(parameter);
		},
		products: () => ({ label: 'Products', ...givenProducts(item) }),
		attributes: () => givenAttributes(item),
		properties: () => readJsonObject(additional(PROPERTIES.name, PROPERTIES.displayName)) ?? {},
	};
}
