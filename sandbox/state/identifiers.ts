import { isRecord } from '../schemas/jsonValues';

/** An identifier of a customer in the Developer API: exactly one of the two. */
export interface Identifier {
	readonly email?: string;
	readonly phone_number?: string;
}

/** As in schemas/event.schema.json; no text has two ways to match, so that none takes long. */
export const isEmail = (id: string) => /^[^\s@]+@[^\s@][^\s@.]*\.[^\s@]+$/.test(id);

/** Whether an ID is a phone number as `textOfIdentifier` returns it. The numbers that shops use as IDs have no plus sign. */
export const isPhone = (id: string) => /^\+[1-9]\d{0,14}$/.test(id);

/**
 * The email address, trimmed and in small letters, or the phone number with its plus sign; empty if the value is not an
 * identifier. Bluecore's examples nest identifiers of messages once more: `{"email": {"email": "…"}}`.
 */
export function textOfIdentifier(value: unknown): string {
	if (!isRecord(value)) return '';
	const { email, phone_number: phone } = value;
	if (isRecord(email) || isRecord(phone)) return textOfIdentifier(email ?? phone);
	if (typeof email === 'string') return email.trim().toLowerCase();
	if (typeof phone === 'string') return phone.startsWith('+') ? phone : `+${phone}`;
	return '';
}

export const toIdentifier = (id: string): Identifier =>
	isPhone(id) ? { phone_number: id } : { email: id.toLowerCase() };
