// The components that several views use.
import { url, useData, useTicks } from './client.js';
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

const PAGE = 100;

/**
 * The newest entries at `/sandbox/…`, and the chosen one beside them; on a phone, only one of the two. They are asked for again when one
 * of `changes` has changed, and each second while the status of one is not final. `entry` returns the key of a row and the content of its
 * button; `Detail` shows an `entry` whose address is `path`. What stands between the search field and the list are the `children`.
 */
export function Inbox({ noun, query, go, changes, isFinal, entry, Detail, gone, children }) {
	const { search = '', id } = query;
	const view = `${noun}s`;
	const [limit, setLimit] = useState(PAGE);
	const [isMoving, setIsMoving] = useState(true);
	const ticks = useTicks(1000, isMoving);
	const parameters = { search, limit, brief: true };
	const rows = useData(url(`/sandbox/${view}`, parameters), ticks, ...changes);
	const path = id && `/sandbox/${view}/${encodeURIComponent(id)}`;
	const chosen = useData(path, ticks, ...changes);
	const isPending = !rows || [...rows, ...(chosen ? [chosen] : [])].some((row) => !isFinal(row));
	if (isPending !== isMoving) setIsMoving(isPending);
	return html`<div class=${`list-and-detail ${id ? 'chosen' : ''}`}>
		<div class="list">
			<div class="tools">
				<${Search}
					label=${`Search in ${view}`}
					value=${search}
					onChange=${(text) => go(view, { search: text, id })}
				/>
			</div>
			${children}
			<ul class="entries">
				${rows?.toReversed().map((row) => {
					const [key] = entry(row);
					const isChosen = String(key) === id;
					// The list says the same as the entry beside it, which was loaded at another moment.
					const { status, message } = (isChosen && chosen) || row;
					return html`<li key=${key}>
						<button aria-pressed=${isChosen} onClick=${() => go(view, { search, id: key })}>
							${entry({ ...row, status, message })[1]}
						</button>
					</li>`;
				})}
			</ul>
			${rows?.length === 0 && html`<p class="none">No ${view} match.</p>`}
			${rows?.length === limit && html`<p class="more"><button onClick=${() => setLimit(limit + PAGE)}>Show more</button></p>`}
		</div>
		<div class="detail">
			${id && html`<button class="quiet back" onClick=${() => go(view, { search })}>← Back to the list</button>`}
			${
				chosen
					? html`<${Detail} key=${id} entry=${chosen} path=${path} />`
					: html`<p class="none">
							${!id ? `Choose ${noun === 'email' ? 'an' : 'a'} ${noun}.` : chosen === null ? gone : '…'}
						</p>`
			}
		</div>
	</div>`;
}

/** Names and values side by side. */
export const Facts = ({ facts }) =>
	html`<dl class="facts">
		${facts.map(
			([name, value]) =>
				html`<div key=${name}>
					<dt>${name}</dt>
					<dd>${value}</dd>
				</div>`,
		)}
	</dl>`;

/** The attributes of an email or a message, if it has them. */
export const AttributesOf = ({ title, value }) =>
	value &&
	html`<h3>${title}</h3>
		<${Json} value=${value} />`;

export const MissingValues = ({ names }) =>
	names.length > 0 &&
	html`<p class="callout warn">
		<b>No value for:</b> ${names.map((name) => html`<code key=${name}>${name}</code> `)}
	</p>`;

/** Badges that emails and messages have. */
export const DraftAndMissing = ({ isDraft, missing }) => html`
	${isDraft && html` <span class="badge">Draft</span>`}
	${missing > 0 && html` <span class="badge warn">${missing} ${missing === 1 ? 'value' : 'values'} missing</span>`}
`;

/** Runs actions, and keeps why the last one failed. */
export function useAttempt() {
	const [problem, setProblem] = useState('');
	const attempt = async (action) => {
		try {
			await action();
			setProblem('');
		} catch (error) {
			setProblem(error.message);
		}
	};
	return [problem, attempt];
}
