// The expectations that were checked, where calls differ from them, and the sandbox's time.
import { send, useData } from './client.js';
import { Empty, Json, useAttempt } from './components.js';
import { day, number, time } from './formats.js';
import { html } from './vendor/preact.js';

const EXAMPLE = `curl ${location.origin}/sandbox/expect -H 'content-type: application/json' \\
  -d '{"name":"Nothing is dropped","call":{"verdict":"dropped"},"times":0}'`;

export function Checks({ summary }) {
	const report = useData('/sandbox/report', summary.expectations, summary.failures);
	return html`
		<${Clock} summary=${summary} />
		${
			summary.expectations === 0
				? html`<${Empty} title="No checks yet">
						<p>A test says which calls it expects, and the sandbox answers whether they have arrived:</p>
						<${Json} value=${EXAMPLE} />
					</${Empty}>`
				: report && html`<${Report} report=${report} />`
		}
	`;
}

function Report({ report }) {
	const { expectations, failures, discarded, entries } = report;
	return html`
		<p class="badges">
			<span class=${`badge ${failures > 0 ? 'bad' : 'good'}`}>
				${failures > 0 ? `${number(failures)} of ${number(expectations)} failed` : `${number(expectations)} passed`}
			</span>
			${discarded > 0 && html` <small>${number(discarded)} are no longer listed</small>`} ${' '}<a
				href="/sandbox/report?format=junit"
				download="bluecore-sandbox-report.xml"
				>As JUnit XML</a
			>
		</p>
		<ol class="calls checks" aria-label="Checks, newest first">
			${[...entries].reverse().map((entry, n) => html`<${Check} key=${entries.length - n} entry=${entry} />`)}
		</ol>
	`;
}

function Check({ entry }) {
	const { name, passed, message, calls, nearest, at, waitedMs } = entry;
	return html`<li>
		<div class="check">
			<p>
				<time>${time(at)}</time>${' '}
				<span class=${`badge ${passed ? 'good' : 'bad'}`}>${passed ? 'Passed' : 'Failed'}</span
				>${' '}
				<b>${name}</b>
				${waitedMs > 0 && html` <small>waited ${number(waitedMs)} ms</small>`}
			</p>
			<p>${nearest ? message.replace(/ The nearest is call .*/s, '') : message}</p>
			${nearest && html`<${Nearest} nearest=${nearest} />`}
			${
				calls.length > 0 &&
				html`<p class="none">
					Matching:${' '}${calls.slice(0, 20).map((id) => html`<a key=${id} href=${`#/calls?id=${id}`}>${id}</a> `)}
					${calls.length > 20 && '…'}
				</p>`
			}
		</div>
	</li>`;
}

function Nearest({ nearest }) {
	return html`<table>
		<caption>
			Where the nearest,${' '}
			<a href=${`#/calls?id=${nearest.call}`}>call ${nearest.call}</a
			>, differs
		</caption>
		<thead>
			<tr>
				<th scope="col">Place</th>
				<th scope="col">Expected</th>
				<th scope="col">Was</th>
			</tr>
		</thead>
		<tbody>
			${nearest.differences.map(
				({ path, expected, actual }) =>
					html`<tr key=${path}>
						<th scope="row">${path}</th>
						<td><code>${JSON.stringify(expected)}</code></td>
						<td>
							${actual === undefined ? html`<i>missing</i>` : html`<code>${JSON.stringify(actual)}</code>`}
						</td>
					</tr>`,
			)}
		</tbody>
	</table>`;
}

const STEPS = [
	['+1 minute', 60_000],
	['+1 hour', 3_600_000],
	['+1 day', 86_400_000],
];

/** Moves the sandbox's time, for statuses and tokens that change with it. */
function Clock({ summary }) {
	const [problem, attempt] = useAttempt();
	const move = async (method, body) =>
		await attempt(async () => await send(method, '/sandbox/time', body));
	const isMoved = summary.now_offset_ms !== 0;
	return html`<p class="samples">
		<span
			>Time in the sandbox:${' '}
			${isMoved ? html`<b>${describeOffset(summary.now_offset_ms)}</b>` : 'that of this machine'}.</span
		>
		${STEPS.map(
			([label, advanceMs]) =>
				html`<button key=${label} onClick=${() => move('PUT', { advanceMs })}>${label}</button>`,
		)}
		${isMoved && html`<button onClick=${() => move('DELETE')}>Set back</button>`}
		<span role="alert" class="problem">${problem}</span>
	</p>`;
}

/** Shows on every view that the time is moved. */
export function MovedTime({ summary }) {
	const { now_offset_ms: offset } = summary;
	if (offset === 0) return null;
	return html`<p class="callout warn">
		The sandbox's time is moved by ${describeOffset(offset)}: it was ${day(Date.now() + offset)} at
		the last change. <button onClick=${() => send('DELETE', '/sandbox/time')}>Set back</button>
	</p>`;
}

const UNITS = [
	['day', 86_400_000],
	['hour', 3_600_000],
	['minute', 60_000],
	['second', 1000],
];

/** Such as `+1 day 2 hours`. */
function describeOffset(offset) {
	let rest = Math.abs(offset);
	const parts = UNITS.flatMap(([unit, ms]) => {
		const count = Math.floor(rest / ms);
		rest -= count * ms;
		return count === 0 ? [] : [`${number(count)} ${unit}${count === 1 ? '' : 's'}`];
	});
	return `${offset < 0 ? '−' : '+'}${parts.slice(0, 2).join(' ') || `${Math.round(rest)} ms`}`;
}
