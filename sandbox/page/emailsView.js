// The emails, as in an inbox. Their HTML is not trusted: it is shown in a frame that runs no scripts.
import { AttributesOf, DraftAndMissing, Empty, Facts, Inbox, MissingValues } from './components.js';
import { EmailPreview } from './emailPreview.js';
import { day, time } from './formats.js';
import { html } from './vendor/preact.js';

const KINDS = { Delivered: 'good', Failed: 'bad', Forwarded: '' };

export function Emails({ summary, query, go }) {
	if (summary.emails === 0) {
		return html`<${Empty} title="No emails yet">
			<p>
				Send an email with the node <b>Bluecore Email</b>, or with the order example: the sandbox knows its campaign
				ID <code>34545238545</code>.
			</p>
			<p>To see an email fail, send it to an address that starts with <code>bounce</code> or <code>block</code>.</p>
		</${Empty}>`;
	}
	return html`<${Inbox}
		noun="email"
		query=${query}
		go=${go}
		changes=${[summary.emails, summary.now_offset_ms]}
		isFinal=${({ status }) => status in KINDS}
		entry=${(email) => [
			email.conversation_id,
			html`<b>${email.subject}</b>
				<span class="badges"><${Status} email=${email} /></span>
				<small>to ${email.email} · ${time(email.sentAt)}</small>`,
		]}
		Detail=${Email}
		gone="This email is no longer kept."
	/>`;
}

const Status = ({ email: { status, message, missing, use_draft: isDraft } }) => html`
	<span class=${`badge ${KINDS[status] ?? ''}`}>${status}${message && `: ${message}`}</span>
	<${DraftAndMissing} isDraft=${isDraft} missing=${missing.length} />
`;

const Email = ({ entry: email, path }) =>
	html`<article class="email">
		<h2>${email.subject}</h2>
		<p class="badges"><${Status} email=${email} /></p>
		<${Facts}
			facts=${[
				['To', email.email],
				['Campaign', html`${email.campaign} <small>${email.campaign_id}</small>`],
				[
					'Conversation ID',
					html`<a href=${`#/calls?id=${email.call}`}>${email.conversation_id}</a>`,
				],
				['Sent', day(email.sentAt)],
			]}
		/>
		<${MissingValues} names=${email.missing} />
		<${EmailPreview} source=${`${path}/html`} />
		<${AttributesOf} title="Template attributes" value=${email.template_attributes} />
		<${AttributesOf} title="Customer attributes" value=${email.customer_attributes} />
	</article>`;
