// The components that several views use.
import { number } from './formats.js';
import { html, useEffect, useRef, useState } from './vendor/preact.js';

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

export function Empty({ title, children }) {
	return html`<section class="empty">
		<h2>${title}</h2>
		${children}
	</section>`;
}

/** A search field. It reports its text when the user pauses typing. */
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

/** Buttons side by side, of which one is chosen. Each option is a list of value, label and count. */
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

/** A list on the left and the chosen entry on the right; on a phone, only one of the two. */
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
 * A search field and a list of entries, with `children` between them. `noun` is the name of one entry; `entry` returns the key of
 * a row and the content of its button; `more` shows more entries, if there may be any.
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
		${rows?.length === 0 && html`<p class="none">No ${noun}s match.</p>`}
		${more && html`<p class="more"><button onClick=${more}>Show more</button></p>`}
	`;
}
