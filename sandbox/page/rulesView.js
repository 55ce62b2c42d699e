// The rules by which calls are judged: what is known of Bluecore, and what is a ruling of the sandbox.
import { useData } from './client.js';
import { html, useEffect } from './vendor/preact.js';

const GROUPS = [
	['known', 'Known', 'These rules are in what Bluecore has published.'],
	[
		'ruling',
		'Rulings',
		'Bluecore has not published these, or its texts contradict each other: the sandbox had to decide. The real Bluecore may do otherwise.',
	],
	['sandbox', 'Only in the sandbox', 'These are for trying things out: Bluecore has none of them.'],
];

export function Rules({ query: { id } }) {
	const rules = useData('/sandbox/rules');
	useEffect(() => {
		document.getElementById(`rule-${id}`)?.scrollIntoView({ block: 'center' });
	}, [id, rules === undefined]);
	if (rules === undefined) return html`<p class="none">…</p>`;
	return html`<div class="rules">
		<h2>What the sandbox goes by, and what differs from the real Bluecore</h2>
		${GROUPS.map(
			([basis, title, text]) =>
				html`<section key=${basis} aria-labelledby=${`rules-${basis}`}>
					<h3 id=${`rules-${basis}`}>${title}</h3>
					<p class="none">${text}</p>
					<dl>
						${rules
							.filter((rule) => rule.basis === basis)
							.map(
								(rule) => html`<${Rule} key=${rule.id} rule=${rule} isChosen=${rule.id === id} />`,
							)}
					</dl>
				</section>`,
		)}
	</div>`;
}

const Rule = ({ rule, isChosen }) =>
	html`<div
		id=${`rule-${rule.id}`}
		class=${isChosen ? 'chosen' : ''}
		aria-current=${isChosen ? 'true' : undefined}
	>
		<dt>${rule.title}</dt>
		<dd>
			${rule.text}
			${
				rule.url &&
				html` <a href=${rule.url} target="_blank" rel="noreferrer noopener">${rule.source}</a>`
			}
		</dd>
	</div>`;
