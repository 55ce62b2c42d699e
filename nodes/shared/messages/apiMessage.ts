import { isObject, toText } from '../values/coerce';
import { joinList } from '../values/text';

/** Gateways answer with pages; their markup says nothing that the status does not. */
const MARKUP = /<[a-z!/][^<>]{0,1000}>/i;

/** Whether a message is that of a server which has no such address, rather than of Bluecore, which has no such campaign. */
export const isUnknownAddress = (message: string | undefined): boolean =>
	/^(there is no|cannot) (get|post) /i.test(message ?? '');

/** The fields that a detail of a google.rpc.Status finds wrong, as `field: description`. */
function violationsIn(detail: Record<string, unknown>): string[] {
	const violations = detail.field_violations ?? detail.fieldViolations;
	if (!Array.isArray(violations)) return [];
	return violations
		.filter(isObject)
		.map(({ field, description }) => [field, description].map((text) => toText(text)).join(': '));
}

/** What an answer says: Bluecore's message, its request ID, and whether there was JSON at all. */
export function readApiMessage(body: unknown): { apiMessage?: string; requestId?: string } {
	if (typeof body === 'string') {
		const text = body.trim();
		return text === '' || MARKUP.test(text) ? {} : { apiMessage: text };
	}
	if (!isObject(body)) return {};
	const messages = [body.message, body.error, body.errors, body.detail, body.details]
		.flat()
		.flatMap((entry) => (isObject(entry) ? [entry.message, ...violationsIn(entry)] : [entry]))
		.filter(
			(entry): entry is string => typeof entry === 'string' && entry !== '' && !MARKUP.test(entry),
		);
	const inner = isObject(body.error) ? body.error : {};
	const id = body.request_id ?? body.requestId ?? inner.request_id;
	return {
		...(messages.length > 0 && { apiMessage: joinList([...new Set(messages)], ' ') }),
		...((typeof id === 'string' || typeof id === 'number') && { requestId: String(id) }),
	};
}
