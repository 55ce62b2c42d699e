import { until } from '../../../harness/n8n/program';
import { http } from '../../../harness/n8n/rest';

/** Calls a webhook or a form; one that has just been made live may not be there at once. */
export async function post<T>(
	url: string,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): Promise<T> {
	const { data } = await until(`there is ${url}`, async () => {
		const validateStatus = (each: number) => each === 404 || (each >= 200 && each < 300);
		const answer = await http.post<T>(url, body, { headers, validateStatus });
		return answer.status !== 404 && answer;
	});
	return data;
}
