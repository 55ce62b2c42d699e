import { isBlank, isObject, toText } from '../shared/values/coerce';
import { UNREADABLE, type Field } from '../shared/values/field';
import { plainJson, type JsonValue } from '../shared/values/plainJson';
import {
	ABOVE_ZERO,
	ANY_NUMBER,
	checkNumber,
	parseJson,
	type NumberRule,
} from '../shared/values/readField';
import { describeType, quoted } from '../shared/values/text';

type Product = { id: string; [field: string]: JsonValue };

/** Fields that are numbers. */
const NUMBERS = ['price', 'quantity'];

/** Fields that can have a product's ID; the first one with a value is used. */
const ID_FIELDS = ['id', 'product_id', 'sku'] as const;

/** The products in a field, one by one. It may have a list of products or of IDs, one product, JSON text of these, or IDs separated by commas. */
export function productsIn(field: Field): Field[] {
	const { label, report } = field;
	let { value } = field;
	if (value === UNREADABLE || isBlank(value)) return [];
	if (typeof value === 'string' && /^\s*[[{"]/.test(value)) {
		value = parseJson(value, field);
		if (value === undefined) return [];
	}
	if (typeof value === 'string') value = value.split(',').map(idFromText);
	if (!Array.isArray(value)) return [{ value, label, report }];
	return value.map((entry: unknown, index) => ({
		value: entry,
		label: `${label}: product ${index + 1}`,
		report,
	}));
}

/** One product in plain JSON; price and quantity are numbers. Problems are reported. */
export function checkProduct(field: Field): Product {
	const { value, label, report } = field;
	if (typeof value === 'string' || typeof value === 'number') {
		return checkFields({ id: value }, field);
	}
	if (isObject(value)) return checkFields(value, field);
	report.problem(
		`${label} must be a product or an ID, but is ${describeType(value)}`,
		'Use an object with an id for each product, or only its ID.',
	);
	return { id: '' };
}

function checkFields(product: Record<string, unknown>, { label, report }: Field): Product {
	const idField = ID_FIELDS.find((field) => !isBlank(product[field])) ?? 'id';
	const id = idOf(product[idField]);
	if (id === '') {
		report.problem(
			isBlank(product[idField])
				? `${label} has no ID`
				: `${label} has an ID that is neither text nor a number: ${quoted(describeType(product[idField]))}`,
			'Add the ID that the product has in your Bluecore catalog, as id, product_id or sku.',
		);
	}
	if (/^[^\s;|]+([;|][^\s;|]+)+$/.test(id)) {
		report.warn(
			`${label} has the ID ${quoted(id)}: if these are several products, separate their IDs with commas`,
		);
	}
	const read: ReadonlySet<string> = new Set(['id', idField, ...NUMBERS]);
	const others = Object.fromEntries(
		Object.entries(product).filter(
			([field, value]) => !read.has(field) || (value === undefined && field !== 'id'),
		),
	);
	const number = (name: string, fieldLabel: string, rule: NumberRule) =>
		numberField(name, { value: product[name], label: `${label}: ${fieldLabel}`, report }, rule);
	return {
		id,
		...(plainJson({ value: others, label, report }) as Record<string, JsonValue> | undefined),
		...number('price', 'Price', ANY_NUMBER),
		...number('quantity', 'Quantity', ABOVE_ZERO),
	};
}

/** The field as a number, or no field if there is no value. */
function numberField(name: string, field: Field, rule: NumberRule): Record<string, number> {
	if (field.value === undefined || field.value === null) return {};
	const value = checkNumber(field, rule);
	return value === undefined ? {} : { [name]: value };
}

/** One of the IDs in a text; `''` for the words that an expression returns for a missing value. */
const idFromText = (text: string): string =>
	/^\s*(undefined|null|true|false|NaN)\s*$/.test(text) ? '' : text;

const idOf = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? (toText(value) ?? '') : '';
