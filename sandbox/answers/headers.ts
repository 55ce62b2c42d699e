import type { IncomingHttpHeaders } from 'node:http';

/** Headers that the connection or a browser adds, and that say nothing of the call. */
const NOT_KEPT =
	/^(host|connection|content-length|transfer-encoding|keep-alive|expect|te|upgrade|origin|referer|accept-(encoding|language)|cache-control|pragma|dnt|priority|sec-.*)$/;
/** Headers and parameters whose values may be secrets. */
export const SECRET = /auth|cookie|credential|key|password|secret|session|signature|token/;
/** Headers whose values are no secrets, whoever sends them. */
const HARMLESS = new Set([
	'accept',
	'authorization',
	'content-encoding',
	'content-type',
	'user-agent',
]);

/** Whether headers of this name are kept. */
export const isKeptHeader = (name: string) => !NOT_KEPT.test(name);

/** The headers of a request, as they are kept. `authorization` is expected without its secret. `isStrict`: values that are not known to be harmless are left out. */
export const shownHeaders = (
	headers: IncomingHttpHeaders,
	isStrict: boolean,
): Record<string, string> =>
	Object.fromEntries(
		Object.entries(headers)
			.filter(([name, value]) => value !== undefined && isKeptHeader(name))
			.map(([name, value]) => {
				const isShown = HARMLESS.has(name) || !(isStrict || SECRET.test(name));
				return [name, isShown ? [value].flat().join(', ') : '***'];
			}),
	);
