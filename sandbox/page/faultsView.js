// Faults on command: what is set, and a form to set more.
import { html, useState } from './vendor/preact.js';
import { ask, number } from './components.js';

const WHAT = {
	503: ['Answers 503', { status: 503 }],
	500: ['Answers 500', { status: 500 }],
	429: ['Answers 429, Retry-After 2 seconds', { status: 429, retryAfterSeconds: 2 }],
	'429 date': [
		'Answers 429, Retry-After as a date',
		{ status: 429, retryAfterSeconds: 2, retryAfterAsDate: true },
	],
	401: ['Answers 401', { status: 401 }],
	late: ['Answers 5 seconds late', { delayMs: 5000 }],
	before: ['Connection lost before the call is taken', { drop: 'before' }],
	after: ['Connection lost after the call is taken', { drop: 'after' }],
	truncate: ['Answer is cut off', { truncate: true }],
	limit: ['Rate limit: 429 above so many a second', {}],
};
const OFTEN = {
	count: 'the next … calls',
	share: '… % of the calls',
	every: 'every call',
};
const AMOUNTS = { count: 3, share: 20 };

export function Faults({ summary }) {
	const [problem, setProblem] = useState('');
	const attempt = async (action) => {
		try {
			await action();
			setProblem('');
		} catch (error) {
			setProblem(error.message);
		}
	};
	return html`
		<p class="lead">
			Networks and servers stumble. Set a fault, run your workflow, and see in the calls that
			nothing is lost and no email goes out twice.
		</p>
		<${Form} onAdd=${(rule) => attempt(async () => await ask('POST', '/sandbox/faults', rule))} />
		<p role="alert" class="problem">${problem}</p>
		<${Set} faults=${summary.faults_set} attempt=${attempt} />
	`;
}

function Form({ onAdd }) {
	const [what, setWhat] = useState('503');
	const [often, setOften] = useState('count');
	const [amounts, setAmounts] = useState(AMOUNTS);
	const [perSecond, setPerSecond] = useState(50);
	const [match, setMatch] = useState({ api: '', event: '', address: '' });
	const submit = (event) => {
		event.preventDefault();
		const amount = amounts[often];
		onAdd({
			...WHAT[what][1],
			...(what === 'limit'
				? { perSecond }
				: { count: { count: amount }, share: { share: amount / 100 }, every: {} }[often]),
			...Object.fromEntries(Object.entries(match).filter(([, value]) => value !== '')),
		});
	};
	const value = (set) => (event) => set(event.currentTarget.value);
	return html`<form class="fault-form" onSubmit=${submit}>
		<label>
			What happens
			<select name="what" value=${what} onChange=${value(setWhat)}>
				${Object.entries(WHAT).map(([key, [label]]) => html`<option key=${key} value=${key}>${label}</option>`)}
			</select>
		</label>
		${
			what === 'limit'
				? html`<label>
						Calls a second
						<input
							name="perSecond"
							type="number"
							min="1"
							value=${perSecond}
							onInput=${value((text) => setPerSecond(Number(text)))}
						/>
					</label>`
				: html`<label>
						How often
						<span class="pair">
							<select name="often" value=${often} onChange=${value(setOften)}>
								${Object.entries(OFTEN).map(([key, label]) => html`<option key=${key} value=${key}>${label}</option>`)}
							</select>
							${
								often !== 'every' &&
								html`<input
									name="amount"
									aria-label="How many"
									type="number"
									min="1"
									max=${often === 'share' ? 100 : undefined}
									value=${amounts[often]}
									onInput=${value((text) => setAmounts({ ...amounts, [often]: Number(text) }))}
								/>`
							}
						</span>
					</label>`
		}
		<label>
			Kind of call
			<select name="api" value=${match.api} onChange=${value((api) => setMatch({ ...match, api }))}>
				<option value="">Every kind</option>
				<option value="events">Events</option>
				<option value="send">Emails</option>
				<option value="status">Status</option>
			</select>
		</label>
		<label>
			Only the event
			<input
				name="event"
				placeholder="e.g. purchase"
				value=${match.event}
				onInput=${value((event) => setMatch({ ...match, event }))}
			/>
		</label>
		<label>
			Only the address or ID
			<input
				name="address"
				placeholder="e.g. jane@example.com"
				value=${match.address}
				onInput=${value((address) => setMatch({ ...match, address }))}
			/>
		</label>
		<button class="primary">Set fault</button>
	</form>`;
}

function Set({ faults, attempt }) {
	if (faults.length === 0)
		return html`<p class="none">No fault is set: the sandbox answers as Bluecore does.</p>`;
	return html`
		<table class="faults">
			<thead>
				<tr>
					<th scope="col">Fault</th>
					<th scope="col">For</th>
					<th scope="col">Happened</th>
					<th></th>
				</tr>
			</thead>
			<tbody>
				${faults.map(
					(fault) =>
						html`<tr
							key=${fault.id}
							class=${fault.happened >= (fault.count ?? Infinity) ? 'done' : ''}
						>
							<td>${effect(fault)}</td>
							<td>${aim(fault)}</td>
							<td class="number">
								${number(fault.happened)}${fault.count !== undefined && ` of ${number(fault.count)}`}
								<small> (${number(fault.matched)} calls)</small>
							</td>
							<td>
								<button
									class="quiet"
									aria-label=${`Remove fault ${fault.id}`}
									onClick=${() => attempt(async () => await ask('DELETE', `/sandbox/faults/${fault.id}`))}
								>
									Remove
								</button>
							</td>
						</tr>`,
				)}
			</tbody>
		</table>
		<p>
			<button onClick=${() => attempt(async () => await ask('DELETE', '/sandbox/faults'))}>
				Remove all faults
			</button>
		</p>
	`;
}

const effect = ({ status, perSecond, retryAfterSeconds, delayMs, drop, truncate }) =>
	[
		perSecond !== undefined && `${status ?? 429} above ${number(perSecond)} a second`,
		perSecond === undefined && status !== undefined && `answers ${status}`,
		retryAfterSeconds !== undefined && `Retry-After ${retryAfterSeconds} s`,
		delayMs !== undefined && `${number(delayMs / 1000)} s late`,
		drop !== undefined && `connection lost ${drop} the call is taken`,
		truncate && 'answer cut off',
	]
		.filter(Boolean)
		.join(', ');

const NAMES = { events: 'events', send: 'emails', status: 'status calls' };
const aim = ({ api, event, address, count, share }) =>
	[
		count !== undefined && `the next ${number(count)}`,
		share !== undefined && `${number(share * 100)} % of`,
		api ? NAMES[api] : count === undefined ? 'all calls' : 'calls',
		event !== undefined && `“${event}”`,
		address !== undefined && `of ${address}`,
	]
		.filter(Boolean)
		.join(' ');
