// The customers that Bluecore would know, each with attributes, orders and a timeline.
import { Copy, Empty, Facts, Inbox } from './components.js';
import { day, money, number, time } from './formats.js';
import { html } from './vendor/preact.js';

export function Profiles({ summary, query, go }) {
	if (summary.profiles === 0) {
		return html`<${Empty} title="No profiles yet">
			<p>
				The first event of a customer creates a profile. A profile whose ID is not an email address is an orphan until
				an <code>identify</code> event links the ID to an email address.
			</p>
			<p><a href="#/calls">Show the calls</a></p>
		</${Empty}>`;
	}
	return html`<${Inbox}
		noun="profile"
		query=${query}
		go=${go}
		changes=${[summary.calls]}
		isFinal=${() => true}
		entry=${(profile) => [
			profile.id,
			html`<b>${nameOf(profile)}</b>
				<span class="badges">
					${profile.is_orphan && html`<span class="badge warn">Orphan</span>`}
					<${Marketing} marketing=${profile.marketing} />
					<${PhoneConsent} subscriptions=${profile.subscriptions} />
				</span>
				<small>${shortSummary(profile)}</small>`,
		]}
		Detail=${Profile}
		gone="This profile is no longer kept, or it is now part of another profile."
	>
		${summary.new_attributes.length > 0 && html`<${NewAttributes} names=${summary.new_attributes} />`}
	</${Inbox}>`;
}

const nameOf = ({ email, distinct_ids: ids }) => email ?? ids[0];

const shortSummary = ({ events, revenue, last_seen: at }) =>
	[
		`${number(events)} ${events === 1 ? 'event' : 'events'}`,
		...(revenue > 0 ? [`${money(revenue)} revenue`] : []),
		time(at),
	].join(' · ');

function NewAttributes({ names }) {
	return html`<details class="new-attributes">
		<summary>
			${names.length === 1 ? '1 new attribute would become a permanent column' : `${number(names.length)} new attributes would become permanent columns`}
		</summary>
		<p>${names.map((name) => html`<code key=${name}>${name}</code> `)}</p>
	</details>`;
}

const STATES = {
	SUBSCRIBED: ['Opted in', 'good'],
	UNSUBSCRIBED: ['Opted out', 'bad'],
	PENDING_CONFIRMATION: ['Not confirmed', 'warn'],
};
const isPhone = (id) => id.startsWith('+');

/** The consent of phone numbers to marketing, for the list. */
function PhoneConsent({ subscriptions }) {
	return subscriptions
		.filter(({ id, message_type: type }) => isPhone(id) && type === 'MARKETING')
		.map(({ id, status }) => {
			const [label, kind] = STATES[status];
			return html` <span key=${id} class=${`badge ${kind}`}>SMS: ${label}</span>`;
		});
}

const nameOfType = (type, id) =>
	`${type === 'MARKETING' ? 'Marketing' : 'Transactional'} ${isPhone(id) ? 'text messages' : 'emails'}`;

/** The consent of each email address and phone number to each type of messages. */
function Consent({ subscriptions }) {
	if (subscriptions.length === 0) return html`<p class="none">None is known.</p>`;
	return html`<table class="consent">
		<tbody>
			${subscriptions.map(({ id, message_type: type, status, consented_at: at, source }) => {
				const [label, kind] = STATES[status];
				return html`<tr key=${`${id} ${type}`}>
					<th scope="row">${id}</th>
					<td>${nameOfType(type, id)}</td>
					<td>
						<span class=${`badge ${kind}`}>${label}</span>${' '}
						<small>${day(Date.parse(at))}, ${SOURCES[source] ?? source}</small>
					</td>
				</tr>`;
			})}
		</tbody>
	</table>`;
}

const SOURCES = {
	integration: 'by an event',
	'public-api': 'by the Developer API',
	upload: 'by a file',
};

function Marketing({ marketing }) {
	if (marketing === 'unknown') return null;
	return html`<span class=${`badge ${marketing === 'opted in' ? 'good' : 'bad'}`}>
		${marketing === 'opted in' ? 'Opted in' : 'Opted out'}
	</span>`;
}

function Profile({ entry: profile }) {
	return html`<article class="profile">
		<h2>
			${nameOf(profile)}
			<${Copy} label="Copy link" text=${`${location.origin}/#/profiles?id=${profile.id}`} />
		</h2>
		<p class="badges"><${Marketing} marketing=${profile.marketing} /></p>
		${
			profile.is_orphan &&
			html`<p class="callout warn">
				<b>Orphan:</b> no <code>identify</code> event has linked this ID to an email address, so
				Bluecore can neither send emails to this customer nor add them to an audience.
			</p>`
		}
		<${Facts}
			facts=${[
				['Events', number(profile.events)],
				['Emails', number(profile.emails)],
				['Orders', number(profile.orders.length)],
				['Revenue', money(profile.revenue)],
				['First seen', day(profile.first_seen)],
				['Last seen', day(profile.last_seen)],
			]}
		/>
		<h3>Consent</h3>
		<${Consent} subscriptions=${profile.subscriptions} />
		<h3>Attributes</h3>
		<${Attributes} attributes=${profile.attributes} ignored=${profile.ignored} />
		<h3>IDs</h3>
		<p>
			${profile.distinct_ids.map((each) => html`<code key=${each}>${each}</code> `)}
			<small>in ${profile.namespace}</small>
		</p>
		${
			profile.orders.length > 0 &&
			html`<h3>Orders</h3>
				<${Orders} orders=${profile.orders} />`
		}
		<h3>Timeline</h3>
		<${Timeline} entries=${profile.timeline} />
	</article>`;
}

const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
const kind = (value) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

function Attributes({ attributes, ignored }) {
	const rows = [
		...Object.entries(attributes).map(([name, value]) => [name, value, false]),
		...Object.entries(ignored).map(([name, value]) => [name, value, true]),
	];
	if (rows.length === 0) return html`<p class="none">None.</p>`;
	return html`<table>
		<tbody>
			${rows.map(
				([name, value, isIgnored]) =>
					html`<tr key=${`${isIgnored} ${name}`} class=${isIgnored ? 'ignored' : ''}>
						<th scope="row">${name}</th>
						<td>${textOf(value)}</td>
						<td>
							<small>${kind(value) === 'string' ? 'text' : kind(value)}</small>
							${isIgnored && html` <span class="badge warn">Ignored</span>`}
							${!isIgnored && /^(true|false)$/i.test(value) && typeof value === 'string' && html` <span class="badge warn">Text, not boolean</span>`}
						</td>
					</tr>`,
			)}
		</tbody>
	</table>`;
}

function Orders({ orders }) {
	return html`<table>
		<tbody>
			${orders.map(
				({ order_id: id, total, at, times }, n) =>
					html`<tr key=${n}>
						<th scope="row">${id || '(no order ID)'}</th>
						<td class="number">${money(total)}</td>
						<td>
							<small>${day(at)}</small>
							${times > 1 && html` <span class="badge warn">Recorded ${times} times</span>`}
						</td>
					</tr>`,
			)}
		</tbody>
	</table>`;
}

function Timeline({ entries }) {
	if (entries.length === 0)
		return html`<p class="none">The calls of this profile are no longer kept.</p>`;
	return html`<ol class="timeline">
		${[...entries].reverse().map(
			({ call, at, api, what, remarks, about }) =>
				html`<li key=${call} class=${api === 'send' ? 'email' : ''}>
					<time>${time(at)}</time>
					<a href=${`#/calls?id=${call}&search=`}>${what}</a>
					${about && html` <span>${about}</span>`}
					${remarks.map((remark) => html`<small key=${remark} class="remark">${remark}</small>`)}
				</li>`,
		)}
	</ol>`;
}
