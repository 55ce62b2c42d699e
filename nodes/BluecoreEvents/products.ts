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
import { checkId } from '../shared/values/readId';
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
	if (typeof value === 'string') value = value.split(',').map((text) => text.trim());
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

function checkFields(product: Record<string, unknown>, field: Field): Product {
	const { label, entered, advice, report } = field;
	const idField = ID_FIELDS.find((name) => !isBlank(product[name])) ?? 'id';
	const id = idOf(product[idField]);
	if (id === '') {
		report.problem(
			isBlank(product[idField])
				? `${label} has no ID`
				: `${label} has an ID that is neither text nor a number: ${quoted(describeType(product[idField]))}`,
			advice ??
				'Add the ID that the product has in your Bluecore catalog, as id, product_id or sku.',
		);
	} else {
		const enteredId = isObject(entered) ? entered[idField] : undefined;
		checkId(id, { value: product[idField], entered: enteredId, label: `${label}: ID`, report });
	}
	if (/^[^\s;|]+([;|][^\s;|]+)+$/.test(id)) {
		report.warn(
			`${label} has the ID ${quoted(id)}: if these are several products, separate their IDs with commas`,
		);
	}
	const read: ReadonlySet<string> = new Set(['id', idField, ...NUMBERS]);
	const others = Object.fromEntries(
		Object.entries(product).filter(
			([name, value]) => !read.has(name) || (value === undefined && name !== 'id'),
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

const idOf = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? (toText(value) ?? '') : '';
