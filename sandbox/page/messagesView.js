// The messages of the Developer API, as in an inbox: emails, and text messages as their text.
import { send, url, useData, useTicks } from './client.js';
import { Empty, EntryList, Json, ListAndDetail } from './components.js';
import { EmailPreview } from './emailPreview.js';
import { day, time } from './formats.js';
import { html, useEffect, useState } from './vendor/preact.js';

const PAGE = 100;
const KINDS = { DELIVERED: 'good', HALTED: 'warn', DELIVERY_FAILURE: 'bad' };

export function Messages({ summary, query, go }) {
	const { search = '', id } = query;
	const [limit, setLimit] = useState(PAGE);
	const [isMoving, setIsMoving] = useState(true);
	const ticks = useTicks(1000, isMoving);
	const messages = useData(
		url('/sandbox/messages', { search, limit, brief: true }),
		summary.calls,
		ticks,
		summary.now_offset_ms,
	);
	const [chosen, setChosen] = useState();
	const pending = messages?.some(({ status }) => !(status in KINDS)) ?? true;
	if (pending !== isMoving) setIsMoving(pending);
	if (messages?.length === 0 && search === '') {
		return html`<${Empty} title="No messages yet">
			<p>
				Send a message with the node <b>Bluecore</b>: the sandbox knows the email campaign <code>34545238546</code> and
				the SMS campaign <code>34545238548</code>.
			</p>
			<p>A text message is sent only to a phone number that is subscribed to transactional messages.</p>
		</${Empty}>`;
	}
	const list = html`<${EntryList}
		noun="message"
		rows=${messages?.toReversed().map((message) => (message.call === chosen?.call ? { ...message, status: chosen.status } : message))}
		chosen=${id}
		search=${search}
		onSearch=${(text) => go('messages', { search: text, id })}
		onChoose=${(key) => go('messages', { search, id: key })}
		entry=${(message) => [
			message.call,
			html`<b>${titleOf(message.deliveries[0])}</b>
				<span class="badges"><${Status} message=${message} /></span>
				<small>to ${recipientsOf(message)} · ${time(message.sentAt)}</small>`,
		]}
		more=${messages?.length === limit && (() => setLimit(limit + PAGE))}
	/>`;
	return html`<${ListAndDetail}
		isChosen=${id !== undefined}
		list=${list}
		detail=${id === undefined ? html`<p class="none">Choose a message.</p>` : html`<${Message} key=${id} id=${id} calls=${summary.calls} moved=${summary.now_offset_ms} onLoad=${setChosen} />`}
		onBack=${() => go('messages', { search })}
	/>`;
}

const titleOf = ({ channel, subject, text }) => (channel === 'sms' ? text : subject);
const recipientsOf = ({ deliveries }) =>
	[...new Set(deliveries.map(({ to }) => to || '(nobody)'))].join(', ');

function Status({ message }) {
	const { status, deliveries, use_draft: isDraft } = message;
	const missing = deliveries.flatMap((delivery) => delivery.missing).length;
	return html`
		<span class=${`badge ${KINDS[status] ?? ''}`}>${status}</span>
		${deliveries.some(({ channel }) => channel === 'sms') && html` <span class="badge">SMS</span>`}
		${isDraft && html` <span class="badge">Draft</span>`}
		${missing > 0 && html` <span class="badge warn">${missing} ${missing === 1 ? 'value' : 'values'} missing</span>`}
	`;
}

/** The list says the same as the message that is open, which was loaded at another moment: `onLoad` gets it. */
function Message({ id, calls, moved, onLoad }) {
	const [isMoving, setIsMoving] = useState(true);
	const ticks = useTicks(1000, isMoving);
	const path = `/sandbox/messages/${encodeURIComponent(id)}`;
	const message = useData(path, calls, ticks, moved);
	useEffect(() => onLoad(message), [message]);
	const isPending = Boolean(message) && !(message.status in KINDS);
	if (message && isPending !== isMoving) setIsMoving(isPending);
	if (message === undefined) return html`<p class="none">…</p>`;
	if (message === null) return html`<p class="none">This message is no longer kept.</p>`;
	return html`<article class="email">
		<h2>${titleOf(message.deliveries[0])}</h2>
		<p class="badges"><${Status} message=${message} /></p>
		${message.details && html`<p class="callout warn">${message.details}</p>`}
		<dl class="facts">
			<div>
				<dt>Message ID</dt>
				<dd><a href=${`#/calls?id=${message.call}`}>${message.id}</a></dd>
			</div>
			<div>
				<dt>Sent</dt>
				<dd>${day(message.sentAt)}</dd>
			</div>
		</dl>
		${message.deliveries.map(
			(delivery, n) =>
				html`<${Delivery} key=${n} delivery=${delivery} source=${`${path}/${n}/html`} />`,
		)}
		${message.can_be_confirmed && html`<${Confirm} phone=${message.identifiers[0]} />`}
		<h3>Statuses</h3>
		<ol class="timeline">
			${message.statuses.map(
				({ status, timestamp, details }) =>
					html`<li key=${status}>
						<time>${time(Date.parse(timestamp))}</time> ${status}
						${details && html`<small class="remark">${details}</small>`}
					</li>`,
			)}
		</ol>
		${
			message.customer_attributes &&
			html`<h3>Customer attributes</h3>
				<${Json} value=${message.customer_attributes} />`
		}
	</article>`;
}

/** What one campaign sends. The HTML of an email is not trusted: it is shown in a frame that runs no scripts. */
function Delivery({ delivery, source }) {
	const { campaign, campaign_id: id, channel, to, halted, text, missing } = delivery;
	return html`<section>
		<h3>${campaign} <small>${id}</small></h3>
		<p>to ${to || '(nobody)'}${halted && html`: <span class="badge warn">Not sent</span>`}</p>
		${
			missing.length > 0 &&
			html`<p class="callout warn">
				<b>No value for:</b> ${missing.map((name) => html`<code key=${name}>${name}</code> `)}
			</p>`
		}
		${
			channel === 'sms'
				? html`<${Json} value=${text} />`
				: html`<${EmailPreview} source=${source} />`
		}
	</section>`;
}

function Confirm({ phone }) {
	const [problem, setProblem] = useState('');
	const confirm = async () => {
		try {
			await send('PUT', `/sandbox/confirmations/${encodeURIComponent(phone)}`);
		} catch (error) {
			setProblem(error.message);
		}
	};
	return html`<p>
		<button class="primary" onClick=${confirm}>Reply YES as the customer</button>
		<span role="alert" class="problem">${problem}</span>
	</p>`;
}
