// The page: the header with the summary, the views, and the live connection.
import { html, render, useEffect, useErrorBoundary, useState } from './vendor/preact.js';
import { Calls } from './callsView.js';
import { Checks, MovedTime } from './checksView.js';
import { Emails } from './emailsView.js';
import { Faults } from './faultsView.js';
import { send, url } from './client.js';
import { number } from './formats.js';
import { Messages } from './messagesView.js';
import { Profiles } from './profilesView.js';
import { Rules } from './rulesView.js';
import { Start } from './startView.js';

const VIEWS = {
	calls: Calls,
	profiles: Profiles,
	emails: Emails,
	messages: Messages,
	checks: Checks,
	faults: Faults,
	rules: Rules,
	start: Start,
};

/** The view and its filter, from an address such as `#/calls?show=dropped`. */
function route() {
	const [name, query = ''] = location.hash.replace(/^#\//, '').split('?');
	return {
		name: Object.hasOwn(VIEWS, name) ? name : 'calls',
		query: Object.fromEntries(new URLSearchParams(query)),
	};
}

const go = (name, query = {}) => {
	location.hash = `#${url(`/${name}`, query)}`;
};

function useRoute() {
	const [current, setCurrent] = useState(route());
	useEffect(() => {
		const change = () => setCurrent(route());
		addEventListener('hashchange', change);
		return () => removeEventListener('hashchange', change);
	}, []);
	return current;
}

/** The summary, which the sandbox sends whenever it changes, and whether the sandbox is connected. */
function useLive() {
	const [summary, setSummary] = useState();
	const [isLive, setIsLive] = useState(false);
	useEffect(() => {
		const source = new EventSource('/sandbox/live');
		source.onmessage = ({ data }) => {
			setSummary(JSON.parse(data));
			setIsLive(true);
		};
		source.onerror = () => setIsLive(false);
		return () => source.close();
	}, []);
	return { summary, isLive };
}

const THEME = 'bluecore-sandbox-theme';
function useTheme() {
	const [theme, setTheme] = useState(
		() =>
			localStorage.getItem(THEME) ??
			(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
	);
	document.documentElement.dataset.theme = theme;
	const toggle = () => {
		const next = theme === 'dark' ? 'light' : 'dark';
		localStorage.setItem(THEME, next);
		setTheme(next);
	};
	return [theme, toggle];
}

function App() {
	const { name, query } = useRoute();
	const { summary, isLive } = useLive();
	const [theme, toggleTheme] = useTheme();
	const [problem, clear] = useErrorBoundary();
	const View = VIEWS[name];
	return html`
		<header>
			<div class="bar">
				<img src="/page/icon.svg" alt="" width="28" height="28" />
				<h1>Bluecore sandbox</h1>
				<span class=${`live ${isLive ? 'on' : ''}`} role="status"
					>${isLive ? 'Live' : 'Not connected'}</span
				>
				<button class="quiet" onClick=${toggleTheme}>${theme === 'dark' ? 'Light' : 'Dark'}</button>
				${summary && html`<${Reset} />`}
			</div>
			${summary && html`<${Summary} summary=${summary} />`}
			<nav aria-label="Views">
				${Object.keys(VIEWS).map(
					(view) =>
						html`<a
							key=${view}
							href=${`#/${view}`}
							aria-current=${view === name ? 'page' : undefined}
						>
							${view[0].toUpperCase() + view.slice(1)}
						</a>`,
				)}
			</nav>
		</header>
		<main>
			${summary?.forwarding && html`<${Forwarding} forwarding=${summary.forwarding} />`}
			${summary && html`<${MovedTime} summary=${summary} />`}
			${summary?.problem && html`<p class="callout warn" role="alert">${summary.problem}</p>`}
			${problem && html`<p class="callout warn" role="alert">This view cannot be shown: ${problem.message} <button onClick=${clear}>Try again</button></p>`}
			${problem ? null : summary ? html`<${View} key=${`${name} ${summary.epoch}`} summary=${summary} query=${query} go=${go} />` : html`<p class="none">Connecting …</p>`}
		</main>
	`;
}

function Summary({ summary }) {
	const tiles = [
		['Calls', summary.calls, '#/calls', ''],
		['Accepted', summary.accepted, '#/calls?show=accepted', 'good'],
		['Would be dropped', summary.dropped, '#/calls?show=dropped', 'warn'],
		['Refused', summary.refused, '#/calls?show=refused', 'bad'],
		['Faults', summary.faults, '#/calls?show=fault', 'fault'],
		['Profiles', summary.profiles, '#/profiles', ''],
		['Emails', summary.emails, '#/emails', ''],
		['Messages', summary.messages, '#/messages', ''],
	];
	return html`<ul class="tiles" aria-label="Summary">
		${tiles.map(
			([label, value, href, kind]) =>
				html`<li key=${label}>
					<a href=${href} class=${value > 0 ? kind : ''}><b>${number(value)}</b> ${label}</a>
				</li>`,
		)}
	</ul>`;
}

/** Says where calls are passed on to, and how long the server has not answered. */
function Forwarding({ forwarding }) {
	const { to, waiting, waiting_seconds: seconds } = forwarding;
	const target = to === 'production' ? 'Bluecore’s own servers' : to;
	return html`<p class=${`callout ${seconds >= 5 ? 'warn' : ''}`} role="status">
		All calls are passed on to <b>${target}</b>.
		${waiting > 0 && seconds >= 5 && html` <b>${number(waiting)} ${waiting === 1 ? 'call has' : 'calls have'} no answer yet</b>, the first for ${number(seconds)} seconds.`}
	</p>`;
}

function Reset() {
	const [isSure, setIsSure] = useState(false);
	useEffect(() => {
		if (!isSure) return undefined;
		const timer = setTimeout(() => setIsSure(false), 4000);
		return () => clearTimeout(timer);
	}, [isSure]);
	const reset = async () => {
		if (!isSure) return setIsSure(true);
		setIsSure(false);
		await send('DELETE', '/sandbox/state');
		go('calls');
	};
	return html`<button class=${isSure ? 'danger' : 'quiet'} onClick=${reset}>
		${isSure ? 'Delete everything?' : 'Reset'}
	</button>`;
}

render(html`<${App} />`, document.getElementById('app'));
