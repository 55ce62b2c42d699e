import { givenAttributes } from '../shared/attributes/attributeParameters';
import type { GivenAttribute } from '../shared/attributes/customerAttributes';
import type { Item, Parameter } from '../shared/input/item';
import type { ItemOptions } from '../shared/options/nodeOptions';
import { fieldIn, type Field } from '../shared/values/field';
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
	let collection: Field | undefined;
	/** The collection's expressions are evaluated together, so it is read once. */
	const additional = (parameter: Parameter) =>
		fieldIn((collection ??= item.field(ADDITIONAL_FIELDS)), parameter);
	const isAdditional = (name: ValueName) => ADDITIONAL_VALUES.some((other) => other === name);
	return {
		options,
		report,
		value(name) {
			const parameter = VALUE_PARAMETERS[name];
			return isAdditional(name) ? additional(parameter) : item.field(parameter);
		},
		products: () => ({ label: 'Products', ...givenProducts(item) }),
		attributes: () => givenAttributes(item),
		properties: () => readJsonObject(additional(PROPERTIES)) ?? {},
	};
}
