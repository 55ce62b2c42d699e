// The faults that are set, and a form to set another.
import { send } from './client.js';
import { useAttempt } from './components.js';
import { number } from './formats.js';
import { html, useState } from './vendor/preact.js';

const WHAT = {
	503: ['Answers 503', { status: 503 }],
	500: ['Answers 500', { status: 500 }],
	429: ['Answers 429, with a Retry-After of 2 seconds', { status: 429, retryAfterSeconds: 2 }],
	'429 date': [
		'Answers 429, with a Retry-After that is a date',
		{ status: 429, retryAfterSeconds: 2, retryAfterAsDate: true },
	],
	401: ['Answers 401', { status: 401 }],
	late: ['Answers 5 seconds late', { delayMs: 5000 }],
	before: ['Closes the connection before the call is processed', { drop: 'before' }],
	after: ['Closes the connection after the call is processed', { drop: 'after' }],
	truncate: ['Closes the connection in the middle of the answer', { truncate: true }],
	token: ['Ends the token of the call', { expireToken: true }],
	...Object.fromEntries(
		[
			...['customers:read', 'customers:write', 'eligibility:read', 'eligibility:write'],
			'transactional:api',
		].map((missingScope) => [
			missingScope,
			[`Takes the scope ${missingScope} from tokens`, { missingScope }],
		]),
	),
	limit: ['Rate limit: answers 429 above … calls per second', {}],
};
const OFTEN = {
	count: 'the next … calls',
	share: '… % of the calls',
	every: 'every call',
};
const AMOUNTS = { count: 3, share: 20 };

export function Faults({ summary }) {
	const [problem, attempt] = useAttempt();
	return html`
		<p class="lead">
			Networks and servers fail now and then. Set a fault, run your workflow, and check the calls:
			no event is lost, and no email is sent twice.
		</p>
		<${Form} onAdd=${(rule) => attempt(async () => await send('POST', '/sandbox/faults', rule))} />
		<p role="alert" class="problem">${problem}</p>
		<${FaultTable} faults=${summary.faults_set} attempt=${attempt} />
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
						Calls per second
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
				${Object.entries(NAMES).map(([api, name]) => html`<option key=${api} value=${api}>${name[0].toUpperCase() + name.slice(1)}</option>`)}
			</select>
		</label>
		${[
			['event', 'Only events named', 'e.g. purchase'],
			['address', 'Only this email address, phone number or ID', 'e.g. jane@example.com'],
		].map(
			([name, label, placeholder]) =>
				html`<label key=${name}>
					${label}
					<input
						name=${name}
						placeholder=${placeholder}
						value=${match[name]}
						onInput=${value((text) => setMatch({ ...match, [name]: text }))}
					/>
				</label>`,
		)}
		<button class="primary">Set fault</button>
	</form>`;
}

function FaultTable({ faults, attempt }) {
	if (faults.length === 0)
		return html`<p class="none">No fault is set: the sandbox answers as Bluecore does.</p>`;
	return html`
		<table class="faults">
			<thead>
				<tr>
					<th scope="col">Fault</th>
					<th scope="col">Calls</th>
					<th scope="col">Applied so far</th>
					<td></td>
				</tr>
			</thead>
			<tbody>
				${faults.map(
					(fault) =>
						html`<tr
							key=${fault.id}
							class=${fault.happened >= (fault.count ?? Infinity) ? 'done' : ''}
						>
							<td>${describeEffect(fault)}</td>
							<td>${describeTarget(fault)}</td>
							<td class="number">${count(fault)} <small>${matched(fault)}</small></td>
							<td>
								<button
									class="quiet"
									aria-label=${`Remove fault ${fault.id}`}
									onClick=${() => attempt(async () => await send('DELETE', `/sandbox/faults/${fault.id}`))}
								>
									Remove
								</button>
							</td>
						</tr>`,
				)}
			</tbody>
		</table>
		<p>
			<button onClick=${() => attempt(async () => await send('DELETE', '/sandbox/faults'))}>
				Remove all faults
			</button>
		</p>
	`;
}

const count = ({ happened, count: limit }) =>
	limit === undefined ? number(happened) : `${number(happened)} of ${number(limit)}`;
const matched = ({ matched: calls }) =>
	`(${number(calls)} ${calls === 1 ? 'call' : 'calls'} matched)`;
const describeEffect = (fault) =>
	[
		fault.perSecond
			? `answers ${fault.status ?? 429} above ${number(fault.perSecond)} calls per second`
			: fault.status && `answers ${fault.status}`,
		fault.retryAfterSeconds !== undefined && `Retry-After: ${fault.retryAfterSeconds} s`,
		fault.delayMs !== undefined && `answers ${number(fault.delayMs / 1000)} s late`,
		fault.drop && `closes the connection ${fault.drop} the call is processed`,
		fault.truncate && 'closes the connection in the middle of the answer',
		fault.expireToken && 'ends the token of the call',
		fault.missingScope && `takes the scope ${fault.missingScope} from tokens`,
	]
		.filter(Boolean)
		.join(', ');

const NAMES = {
	events: 'events',
	send: 'emails',
	status: 'status calls',
	token: 'calls for tokens',
	customers: 'calls about customers',
	eligibility: 'calls about subscriptions',
	messages: 'calls about messages',
};
const describeTarget = ({ api, event, address, count, share }) =>
	[
		count !== undefined && `the next ${number(count)}`,
		share !== undefined && `${number(share * 100)} % of`,
		api ? NAMES[api] : count === undefined ? 'all calls' : 'calls',
		event !== undefined && `named “${event}”`,
		address !== undefined && `for ${address}`,
	]
		.filter(Boolean)
		.join(' ');
