// Requests to the sandbox.
import { useEffect, useRef, useState } from './vendor/preact.js';

/** Sends a request to the sandbox. Throws an error with the sandbox's message and the status unless the answer is a 2xx. */
export async function send(method, path, body) {
	const response = await fetch(path, {
		method,
		...(body !== undefined && {
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		}),
	});
	const answer = response.status === 204 ? undefined : await response.json();
	if (!response.ok) {
		throw Object.assign(new Error(answer?.message ?? `Status ${response.status}`), {
			status: response.status,
		});
	}
	return answer;
}

/** `/sandbox/calls?limit=100`, without empty parameters. */
export function url(path, parameters) {
	const set = Object.entries(parameters).filter(([, value]) => value !== '' && value !== undefined);
	return `${path}?${new URLSearchParams(set)}`;
}

/**
 * The JSON at a path of the sandbox. It is requested again whenever the path or one of `triggers` changes, one request at a
 * time. Undefined without a path and until the first answer; null if there is nothing at the path. While the sandbox cannot be reached,
 * the last answer stays.
 */
export function useData(path, ...triggers) {
	const [data, setData] = useState({ path: undefined, value: undefined });
	const state = useRef({ busy: false, again: false, path });
	state.current.path = path;
	const load = async () => {
		const { current } = state;
		if (current.busy) {
			current.again = true;
			return;
		}
		current.busy = true;
		do {
			current.again = false;
			const requested = current.path;
			try {
				const value = requested && (await send('GET', requested));
				if (requested === current.path) setData({ path: requested, value });
			} catch (error) {
				if (error.status === 404 && requested === current.path)
					setData({ path: requested, value: null });
				else await new Promise((resolve) => setTimeout(resolve, 1000));
				current.again = error.status !== 404;
			}
			if (requested !== current.path) current.again = true;
		} while (current.again);
		current.busy = false;
	};
	useEffect(() => void load(), [path, ...triggers]);
	return data.path?.split('?')[0] === path?.split('?')[0] ? data.value : undefined;
}

/** A number that grows every `ms` milliseconds while `isOn`. */
export function useTicks(ms, isOn) {
	const [ticks, setTicks] = useState(0);
	useEffect(() => {
		if (!isOn) return undefined;
		const timer = setInterval(() => setTicks((before) => before + 1), ms);
		return () => clearInterval(timer);
	}, [ms, isOn]);
	return ticks;
}
