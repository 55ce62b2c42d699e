// The messages of the Developer API, as in an inbox: emails, and text messages as their text.
import { send, useData } from './client.js';
import {
	AttributesOf,
	DraftAndMissing,
	Empty,
	Facts,
	Inbox,
	Json,
	MissingValues,
	useAttempt,
} from './components.js';
import { EmailPreview } from './emailPreview.js';
import { day, time } from './formats.js';
import { html } from './vendor/preact.js';

const KINDS = { DELIVERED: 'good', HALTED: 'warn', DELIVERY_FAILURE: 'bad' };

export function Messages({ summary, query, go }) {
	// A sign-up sends a message that the summary does not count.
	const any = useData('/sandbox/messages?limit=1&brief=true', summary.calls);
	if (any?.length === 0) {
		return html`<${Empty} title="No messages yet">
			<p>
				Send a message with the node <b>Bluecore</b>: the sandbox knows the email campaign <code>34545238546</code> and
				the SMS campaign <code>34545238548</code>.
			</p>
			<p>A text message is sent only to a phone number that is subscribed to transactional messages.</p>
		</${Empty}>`;
	}
	return html`<${Inbox}
		noun="message"
		query=${query}
		go=${go}
		changes=${[summary.calls, summary.now_offset_ms]}
		isFinal=${({ status }) => status in KINDS}
		entry=${(message) => [
			message.call,
			html`<b>${titleOf(message.deliveries[0])}</b>
				<span class="badges"><${Status} message=${message} /></span>
				<small>to ${recipientsOf(message)} · ${time(message.sentAt)}</small>`,
		]}
		Detail=${Message}
		gone="This message is no longer kept."
	/>`;
}

const titleOf = ({ channel, subject, text }) => (channel === 'sms' ? text : subject);
const recipientsOf = ({ deliveries }) =>
	[...new Set(deliveries.map(({ to }) => to || '(nobody)'))].join(', ');

const Status = ({ message: { status, deliveries, use_draft: isDraft } }) => html`
	<span class=${`badge ${KINDS[status] ?? ''}`}>${status}</span>
	${deliveries.some(({ channel }) => channel === 'sms') && html` <span class="badge">SMS</span>`}
	<${DraftAndMissing}
		isDraft=${isDraft}
		missing=${deliveries.flatMap((delivery) => delivery.missing).length}
	/>
`;

const Message = ({ entry: message, path }) =>
	html`<article class="email">
		<h2>${titleOf(message.deliveries[0])}</h2>
		<p class="badges"><${Status} message=${message} /></p>
		${message.details && html`<p class="callout warn">${message.details}</p>`}
		<${Facts}
			facts=${[
				['Message ID', html`<a href=${`#/calls?id=${message.call}`}>${message.id}</a>`],
				['Sent', day(message.sentAt)],
			]}
		/>
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
		<${AttributesOf} title="Customer attributes" value=${message.customer_attributes} />
	</article>`;

/** What one campaign sends. The HTML of an email is not trusted: it is shown in a frame that runs no scripts. */
function Delivery({ delivery, source }) {
	const { campaign, campaign_id: id, channel, to, halted, text, missing } = delivery;
	return html`<section>
		<h3>${campaign} <small>${id}</small></h3>
		<p>to ${to || '(nobody)'}${halted && html`: <span class="badge warn">Not sent</span>`}</p>
		<${MissingValues} names=${missing} />
		${
			channel === 'sms'
				? html`<${Json} value=${text} />`
				: html`<${EmailPreview} source=${source} />`
		}
	</section>`;
}

function Confirm({ phone }) {
	const [problem, attempt] = useAttempt();
	const address = `/sandbox/confirmations/${encodeURIComponent(phone)}`;
	return html`<p>
		<button class="primary" onClick=${() => attempt(async () => await send('PUT', address))}>
			Reply YES as the customer
		</button>
		<span role="alert" class="problem">${problem}</span>
	</p>`;
}
