import { until } from '../../../harness/n8n/program';
import { http } from '../../../harness/n8n/rest';

/** Calls a webhook or a form; one that has just been made live may not be there at once. */
export async function post<T>(
	url: string,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): Promise<T> {
	let answer: T | undefined;
	await until(`there is ${url}`, async () => {
		const { status, data } = await http.post<T>(url, body, {
			headers,
			validateStatus: (each) => each === 404 || (each >= 200 && each < 300),
		});
		answer = data;
		return status !== 404;
	});
	return answer as T;
}
