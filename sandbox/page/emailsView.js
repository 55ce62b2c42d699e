// The emails, as in an inbox. Their HTML is not trusted: it is shown in a frame that runs no scripts.
import { url, useData, useTicks } from './client.js';
import { Empty, EntryList, Json, ListAndDetail } from './components.js';
import { EmailPreview } from './emailPreview.js';
import { day, time } from './formats.js';
import { html, useEffect, useState } from './vendor/preact.js';

const PAGE = 100;
const KINDS = { Delivered: 'good', Failed: 'bad', Forwarded: '' };

export function Emails({ summary, query, go }) {
	const { search = '', id } = query;
	const [limit, setLimit] = useState(PAGE);
	const [isMoving, setIsMoving] = useState(true);
	const ticks = useTicks(1000, isMoving);
	const emails = useData(
		url('/sandbox/emails', { search, limit, brief: true }),
		summary.emails,
		ticks,
		summary.now_offset_ms,
	);
	const [chosen, setChosen] = useState();
	const pending = emails?.some(({ status }) => !(status in KINDS)) ?? true;
	if (pending !== isMoving) setIsMoving(pending);
	if (summary.emails === 0) {
		return html`<${Empty} title="No emails yet">
			<p>
				Send an email with the node <b>Bluecore Email</b>, or with the order example: the sandbox knows its campaign
				ID <code>34545238545</code>.
			</p>
			<p>To see an email fail, send it to an address that starts with <code>bounce</code> or <code>block</code>.</p>
		</${Empty}>`;
	}
	const list = html`<${EntryList}
		noun="email"
		rows=${emails?.toReversed().map((email) => (email.conversation_id === chosen?.conversation_id ? { ...email, ...statusOf(chosen) } : email))}
		chosen=${id}
		search=${search}
		onSearch=${(text) => go('emails', { search: text, id })}
		onChoose=${(key) => go('emails', { search, id: key })}
		entry=${(email) => [
			email.conversation_id,
			html`<b>${email.subject}</b>
				<span class="badges"><${Status} email=${email} /></span>
				<small>to ${email.email} · ${time(email.sentAt)}</small>`,
		]}
		more=${emails?.length === limit && (() => setLimit(limit + PAGE))}
	/>`;
	return html`<${ListAndDetail}
		isChosen=${id !== undefined}
		list=${list}
		detail=${id === undefined ? html`<p class="none">Choose an email.</p>` : html`<${Email} key=${id} id=${id} moved=${summary.now_offset_ms} onLoad=${setChosen} />`}
		onBack=${() => go('emails', { search })}
	/>`;
}

function Status({ email }) {
	const { status, message, missing, use_draft: isDraft } = email;
	return html`
		<span class=${`badge ${KINDS[status] ?? ''}`}>${status}${message && `: ${message}`}</span>
		${isDraft && html` <span class="badge">Draft</span>`}
		${missing.length > 0 && html` <span class="badge warn">${missing.length} ${missing.length === 1 ? 'value' : 'values'} missing</span>`}
	`;
}

/** The list says the same as the entry that is open, which was loaded at another moment. */
const statusOf = ({ status, message }) => ({ status, message });

function Email({ id, moved, onLoad }) {
	const [isMoving, setIsMoving] = useState(true);
	const ticks = useTicks(1000, isMoving);
	const path = `/sandbox/emails/${encodeURIComponent(id)}`;
	const email = useData(path, ticks, moved);
	useEffect(() => onLoad(email), [email]);
	const isPending = Boolean(email) && !(email.status in KINDS);
	if (email && isPending !== isMoving) setIsMoving(isPending);
	if (email === undefined) return html`<p class="none">…</p>`;
	if (email === null) return html`<p class="none">This email is no longer kept.</p>`;
	return html`<article class="email">
		<h2>${email.subject}</h2>
		<p class="badges"><${Status} email=${email} /></p>
		<dl class="facts">
			<div>
				<dt>To</dt>
				<dd>${email.email}</dd>
			</div>
			<div>
				<dt>Campaign</dt>
				<dd>${email.campaign} <small>${email.campaign_id}</small></dd>
			</div>
			<div>
				<dt>Conversation ID</dt>
				<dd><a href=${`#/calls?id=${email.call}`}>${id}</a></dd>
			</div>
			<div>
				<dt>Sent</dt>
				<dd>${day(email.sentAt)}</dd>
			</div>
		</dl>
		${
			email.missing.length > 0 &&
			html`<p class="callout warn">
				<b>No value for:</b> ${email.missing.map((name) => html`<code key=${name}>${name}</code> `)}
			</p>`
		}
		<${EmailPreview} source=${`${path}/html`} />
		<h3>Template attributes</h3>
		<${Json} value=${email.template_attributes} />
		${
			email.customer_attributes &&
			html`<h3>Customer attributes</h3>
				<${Json} value=${email.customer_attributes} />`
		}
	</article>`;
}
