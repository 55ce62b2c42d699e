// The list of calls, each with its verdict. A click shows the raw request and the answer.
import { url, useData } from './client.js';
import { Choice, Copy, Empty, Json, Search, Verdict } from './components.js';
import { number, time } from './formats.js';
import { curlOf } from './samples.js';
import { Start } from './startView.js';
import { html, useState } from './vendor/preact.js';

const PAGE = 100;
const APIS = {
	events: 'Event',
	send: 'Email',
	status: 'Status',
	token: 'Token',
	customers: 'Customer',
	eligibility: 'Subscription',
	messages: 'Message',
	imports: 'Import',
	unknown: 'Other',
};

/** The query parameters of each filter. */
const FILTERS = {
	all: {},
	accepted: { verdict: 'accepted' },
	remarks: { verdict: 'accepted', marked: 'remarks' },
	dropped: { verdict: 'dropped' },
	refused: { verdict: 'refused' },
	fault: { marked: 'fault' },
};

export function Calls({ summary, query, go }) {
	const { show = 'all', api = '', search = '', id } = query;
	const [limit, setLimit] = useState(PAGE);
	const filter = { ...FILTERS[show], api, search };
	const calls = useData(url('/sandbox/calls', { ...filter, limit, brief: true }), summary.calls);
	const set = (more) => {
		setLimit(PAGE);
		go('calls', { show, api, search, ...more });
	};
	if (summary.calls === 0) return html`<${NoCalls} summary=${summary} />`;
	const rows = calls ? [...calls].reverse() : [];
	return html`
		<div class="tools">
			<${Choice}
				label="Which calls"
				value=${show}
				onChange=${(value) => set({ show: value })}
				options=${[
					['all', 'All', summary.calls],
					['accepted', 'Accepted', summary.accepted],
					['remarks', 'With remarks', summary.remarked],
					['dropped', 'Would be dropped', summary.dropped],
					['refused', 'Refused', summary.refused],
					['fault', 'Faults', summary.faults],
				]}
			/>
			<select
				aria-label="Kind of call"
				value=${api}
				onChange=${(event) => set({ api: event.currentTarget.value })}
			>
				<option value="">Every kind</option>
				${Object.entries(APIS).map(([kind, label]) => html`<option key=${kind} value=${kind}>${label}</option>`)}
			</select>
			<${Search}
				label="Search in calls"
				value=${search}
				onChange=${(text) => set({ search: text })}
			/>
		</div>
		${
			id !== undefined &&
			calls &&
			!rows.some((call) => String(call.id) === id) &&
			html`<${Request} id=${id} isAlone />`
		}
		<ol class="calls" aria-label="Calls, newest first">
			${rows.map(
				(call) =>
					html`<${Call}
						key=${call.id}
						call=${call}
						isOpen=${String(call.id) === id}
						onToggle=${() => go('calls', { show, api, search, ...(String(call.id) !== id && { id: call.id }) })}
					/>`,
			)}
		</ol>
		${calls && rows.length === 0 && html`<p class="none">No calls match.</p>`}
		${
			rows.length === limit &&
			html`<p class="more">
				<button onClick=${() => setLimit(limit + PAGE)}>Show older calls</button>
			</p>`
		}
	`;
}

function NoCalls({ summary }) {
	return html`<${Empty} title="No calls yet"><${Start} summary=${summary} /></${Empty}>`;
}

function Call({ call, isOpen, onToggle }) {
	const notes = [...call.reasons, ...call.remarks];
	return html`<li class=${isOpen ? 'open' : ''}>
		<button class="row" aria-expanded=${isOpen} onClick=${onToggle}>
			<time>${time(call.at)}</time>
			<${Verdict} verdict=${call.verdict} />
			<span class="what"><small>${APIS[call.api]}</small> ${call.what}</span>
			<span class="who">${call.who}</span>
			<span class="note">
				${notes.length > 0 && html`<span class=${call.reasons.length > 0 ? '' : 'remark'}>${notes[0]}</span>`}
				${notes.length > 1 && html` <small>+${notes.length - 1}</small>`}
				${call.fault && call.verdict !== 'faulted' && html` <small class="badge fault">${call.fault}</small>`}
			</span>
			<span class="status">${call.status || '–'}</span>
		</button>
		${isOpen && html`<${Request} id=${call.id} />`}
	</li>`;
}

function Request({ id, isAlone }) {
	const call = useData(`/sandbox/calls/${encodeURIComponent(id)}`);
	if (call === undefined) return html`<p class="none">…</p>`;
	if (call === null) return html`<p class="none">This call is no longer kept.</p>`;
	const { method, path, headers, body, status, answer, reasons, remarks, fault, namespace } = call;
	const { answerHeaders = {}, forwarded } = call;
	return html`<div class=${`request ${isAlone ? 'alone' : ''}`}>
		<h2 class=${isAlone ? '' : 'hidden'}>${call.what} <small>${call.who}</small></h2>
		<${Notes}
			title=${call.verdict === 'dropped' ? 'Bluecore would answer “accepted” and then drop the event, because:' : 'Why the call was not accepted'}
			notes=${reasons}
			call=${call}
		/>
		<${Notes} title="Remarks" notes=${remarks} call=${call} />
		${fault && html`<p><b>Fault:</b> ${fault}.</p>`}
		<div class="columns">
			<section>
				<h3>
					Request
					<${Copy} label="Copy body" text=${JSON.stringify(body) ?? ''} />
					<${Copy} label="Copy as curl" text=${curlOf(call)} />
					<${Copy} label="Copy link" text=${`${location.origin}/#/calls?id=${call.id}`} />
				</h3>
				<p><code>${method} ${path}</code></p>
				<${Headers} headers=${headers} />
				<${Json} value=${body} />
			</section>
			<section>
				<h3>Answer</h3>
				${forwarded && html`<p class="none">of ${forwarded.to}, after ${number(forwarded.ms)} ms</p>`}
				<p><code>${status === 0 ? 'None: the connection was closed' : status}</code></p>
				<${Headers} headers=${answerHeaders} />
				<${Json} value=${answer} />
				<p class="none">
					Call ${number(call.id)} · namespace <code>${namespace || '(none)'}</code>
				</p>
			</section>
		</div>
	</div>`;
}

function Headers({ headers }) {
	return html`<ul class="headers">
		${Object.entries(headers).map(([name, value]) => html`<li key=${name}><code>${name}: ${value}</code></li>`)}
	</ul>`;
}

function Notes({ title, notes, call }) {
	if (notes.length === 0) return null;
	return html`<section class="notes">
		<h3>${title}</h3>
		<ul>
			${notes.map((note) => {
				const rule = call.rules[note];
				return html`<li key=${note}>
					${note} ${rule && html`<a href=${`#/rules?id=${rule}`}>Why</a>`}
				</li>`;
			})}
		</ul>
	</section>`;
}
