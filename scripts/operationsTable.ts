import { EVENT_OPERATIONS, EVENTS } from '../nodes/BluecoreEvents/catalogue';
import type { Need } from '../nodes/shared/values';

const START =
	'<!-- operations: written by `npm run docs` from nodes/BluecoreEvents/catalogue.ts -->';
const END = '<!-- end of operations -->';

/** The operations of Bluecore Events as a Markdown table, from the catalogue. */
export function operationsTable(): string {
	const rows = EVENT_OPERATIONS.map((operation) => {
		const { label, description, email, distinctId, fields, customerAttributes, isCustom } =
			EVENTS[operation];
		const identityIsFree = email === 'optional' && distinctId === 'optional';
		const fieldsWith = (need: Need) => [
			...(!identityIsFree && email === need ? ['Email'] : []),
			...(!identityIsFree && distinctId === need ? ['Distinct ID'] : []),
			...(identityIsFree && need === 'required' ? ['Email or Distinct ID'] : []),
			...fields.filter((field) => field.need === need).map(({ field }) => field.label),
			...(customerAttributes === need ? ['Customer Attributes'] : []),
		];
		const event = isCustom ? 'the name you enter' : `\`${operation}\``;
		return [label, event, description, fieldsWith('required'), fieldsWith('optional')].map(
			(cell) => (Array.isArray(cell) ? cell.join(', ') : cell),
		);
	});
	const head = ['Operation', 'Event', 'What it does', 'Needs', 'May have'];
	return [head, head.map(() => '---'), ...rows]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

/** A text with the table put between its marks; throws when the marks are missing. */
export function withOperationsTable(text: string): string {
	const start = text.indexOf(START);
	const end = text.indexOf(END);
	if (start < 0 || end < start) throw new Error(`The text needs the marks ${START} and ${END}`);
	return `${text.slice(0, start + START.length)}\n\n${operationsTable()}\n\n${text.slice(end)}`;
}
