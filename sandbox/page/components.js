// What the views share: requests, small components, words.
import { html, useEffect, useRef, useState } from './vendor/preact.js';

/** Asks the sandbox; throws its message when it refuses. */
export async function ask(method, path, body) {
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

/** `/sandbox/calls?limit=100`, without the parameters that are empty. */
export function url(path, parameters) {
	const set = Object.entries(parameters).filter(([, value]) => value !== '' && value !== undefined);
	return `${path}?${new URLSearchParams(set)}`;
}

/**
 * What is at a path of the sandbox, asked again whenever the path or one of `marks` changes, one request at a time.
 * Undefined until the first answer; null where there is nothing. While the sandbox is away, what was there stays.
 */
export function useData(path, ...marks) {
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
			const asked = current.path;
			try {
				const value = await ask('GET', asked);
				if (asked === current.path) setData({ path: asked, value });
			} catch (error) {
				if (error.status === 404 && asked === current.path) setData({ path: asked, value: null });
				else await new Promise((resolve) => setTimeout(resolve, 1000));
				current.again = error.status !== 404;
			}
			if (asked !== current.path) current.again = true;
		} while (current.again);
		current.busy = false;
	};
	useEffect(() => void load(), [path, ...marks]);
	return data.path?.split('?')[0] === path.split('?')[0] ? data.value : undefined;
}

/** A number that grows every `ms` milliseconds as long as `isOn`. */
export function useTicks(ms, isOn) {
	const [ticks, setTicks] = useState(0);
	useEffect(() => {
		if (!isOn) return undefined;
		const timer = setInterval(() => setTicks((before) => before + 1), ms);
		return () => clearInterval(timer);
	}, [ms, isOn]);
	return ticks;
}

export const time = (at) =>
	new Date(at).toLocaleTimeString(undefined, { hour12: false }) +
	`.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
export const day = (at) => new Date(at).toLocaleString(undefined, { hour12: false });
export const number = (value) => (value ?? 0).toLocaleString();
export const money = (value) =>
	(value ?? 0).toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function Copy({ text, label = 'Copy' }) {
	const [isCopied, setIsCopied] = useState(false);
	const copy = async () => {
		await navigator.clipboard.writeText(text);
		setIsCopied(true);
		setTimeout(() => setIsCopied(false), 1500);
	};
	return html`<button class="quiet" onClick=${copy} aria-label=${`${label}: ${text.slice(0, 80)}`}>
		${isCopied ? 'Copied' : label}
	</button>`;
}

const VERDICTS = {
	accepted: ['Accepted', 'good'],
	dropped: ['Would be dropped', 'warn'],
	refused: ['Refused', 'bad'],
	faulted: ['Fault', 'fault'],
};

export function Verdict({ verdict }) {
	const [label, kind] = VERDICTS[verdict];
	return html`<span class=${`badge ${kind}`}>${label}</span>`;
}

export function Json({ value }) {
	const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '(none)');
	return html`<pre tabindex="0">
${text.length > 200_000 ? `${text.slice(0, 200_000)}\n…` : text}</pre>`;
}

/** The fields of the credential that n8n needs, each to be copied. */
export function Credential({ credential }) {
	const rows = [
		['Namespace', credential.namespace],
		['API Key', credential.apiKey],
		['Environment', 'Custom'],
		['Events URL', credential.eventsUrl],
		['Email URL', credential.emailUrl],
	];
	return html`<table class="credential">
		<tbody>
			${rows.map(
				([name, value]) =>
					html`<tr key=${name}>
						<th scope="row">${name}</th>
						<td><code>${value}</code></td>
						<td>${name !== 'Environment' && html`<${Copy} text=${value} />`}</td>
					</tr>`,
			)}
		</tbody>
	</table>`;
}

export function Empty({ title, children }) {
	return html`<section class="empty">
		<h2>${title}</h2>
		${children}
	</section>`;
}

/** A search field that reports what was typed when the typing pauses. */
export function Search({ value, onChange, label }) {
	const [text, setText] = useState(value);
	const report = useRef(onChange);
	report.current = onChange;
	useEffect(() => setText(value), [value]);
	useEffect(() => {
		if (text === value) return undefined;
		const timer = setTimeout(() => report.current(text), 200);
		return () => clearTimeout(timer);
	}, [text]);
	return html`<input
		type="search"
		placeholder=${label}
		aria-label=${label}
		value=${text}
		onInput=${(event) => setText(event.currentTarget.value)}
	/>`;
}

/** A choice of a few, as buttons side by side; `options`: value, label and count. */
export function Choice({ value, options, onChange, label }) {
	return html`<div class="choice" role="group" aria-label=${label}>
		${options.map(
			([option, text, count]) =>
				html`<button
					key=${option}
					aria-pressed=${option === value}
					onClick=${() => onChange(option)}
				>
					${text}${count !== undefined && html` <small>${number(count)}</small>`}
				</button>`,
		)}
	</div>`;
}

/** A list on the left, what is chosen of it on the right; on a phone one or the other. */
export function ListAndDetail({ isChosen, list, detail, onBack }) {
	return html`<div class=${`list-and-detail ${isChosen ? 'chosen' : ''}`}>
		<div class="list">${list}</div>
		<div class="detail">
			${isChosen && html`<button class="quiet back" onClick=${onBack}>← Back to the list</button>`}
			${detail}
		</div>
	</div>`;
}

/**
 * Entries to choose from, with a search; `children` stand between the two. `noun` is what one entry is, `entry` gives of a row
 * its key and what its button shows, and `more`, where there may be more of them, shows them.
 */
export function EntryList({
	noun,
	rows,
	chosen,
	search,
	onSearch,
	onChoose,
	entry,
	more,
	children,
}) {
	return html`
		<div class="tools">
			<${Search} label=${`Search in ${noun}s`} value=${search} onChange=${onSearch} />
		</div>
		${children}
		<ul class="entries">
			${rows?.map((row) => {
				const [key, content] = entry(row);
				return html`<li key=${key}>
					<button aria-pressed=${String(key) === chosen} onClick=${() => onChoose(key)}>
						${content}
					</button>
				</li>`;
			})}
		</ul>
		${rows?.length === 0 && html`<p class="none">No ${noun} fits.</p>`}
		${more && html`<p class="more"><button onClick=${more}>Show more</button></p>`}
	`;
}
