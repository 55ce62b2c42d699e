// What to enter in n8n, samples to send, and sessions to export and open.
import { send } from './client.js';
import { Choice, Copy, Json } from './components.js';
import { sampleCurl, SAMPLES, sendSample } from './samples.js';
import { html, useState } from './vendor/preact.js';

const WAYS = [
	['n8n', 'From n8n'],
	['tests', 'From a program’s tests'],
	['forward', 'In front of Bluecore'],
];

export function Start({ summary }) {
	const [way, setWay] = useState('n8n');
	return html`<div class="start">
		<section>
			<h2>1. Send something</h2>
			<${Choice} label="How calls get here" value=${way} options=${WAYS} onChange=${setWay} />
			${way === 'n8n' && html`<${FromN8n} summary=${summary} />`}
			${way === 'tests' && html`<${FromTests} summary=${summary} />`}
			${way === 'forward' && html`<${InFront} summary=${summary} />`}
		</section>
		<section>
			<h2>2. See what arrives</h2>
			<${Samples} summary=${summary} />
		</section>
		<section>
			<h2>3. Keep it</h2>
			<${Session} />
			<p><a href="#/rules">What differs from the real Bluecore</a></p>
		</section>
	</div>`;
}

function FromN8n({ summary }) {
	return html`
		<${Credentials} summary=${summary} />
		<p class="none">
			Any values are accepted for a Namespace, an API Key and a client, unless the sandbox was
			started with others. If n8n runs in a container, the Sandbox URL is the name by which it
			reaches the sandbox, such as${' '}
			<code>http://sandbox:4010</code> or <code>http://host.docker.internal:4010</code>.
		</p>
		<p class="none">
			n8n tests the credential Bluecore API when you save it. You then see refused calls here: an
			event without a name, and the status of an email that does not exist. Nothing is wrong with
			them.
		</p>
	`;
}

/** Commands to copy, each with what it does. */
const Commands = ({ commands }) =>
	commands.map(
		([what, command]) =>
			html`<div key=${what}>
				<p>${what} <${Copy} text=${command} /></p>
				<${Json} value=${command} />
			</div>`,
	);

const JSON_HEADER = "-H 'content-type: application/json'";

function FromTests({ summary }) {
	const { origin } = location;
	return html`
		<p>
			Let your program send to this address in place of Bluecore’s, and ask the sandbox what has
			arrived. <a href="/openapi.json">/openapi.json</a> describes all addresses.
		</p>
		<${Commands}
			commands=${[
				['Send an event:', sampleCurl(summary.credential)],
				[
					'Fail if Bluecore would drop one:',
					`curl --fail-with-body ${origin}/sandbox/expect ${JSON_HEADER} -d '{"name":"Nothing is dropped","call":{"verdict":"dropped"},"times":0}'`,
				],
				[
					'Begin anew, alone or beside others that use other namespaces:',
					`curl -X DELETE '${origin}/sandbox/state?namespace=${encodeURIComponent(summary.credential.namespace)}'`,
				],
				['For a CI system:', `curl '${origin}/sandbox/report?format=junit'`],
			]}
		/>
	`;
}

function InFront({ summary }) {
	const port = location.port || '80';
	return html`
		<p>
			Started like this, the sandbox passes each call on unchanged and answers what comes back. Its
			own verdict stands beside: it shows which of your production events Bluecore would drop. It
			keeps no key, secret or token.
		</p>
		<${Commands}
			commands=${[
				['Before Bluecore:', `npx bluecore-sandbox --port ${port} --forward production`],
				[
					'Before another server:',
					'npx bluecore-sandbox --forward https://bluecore-proxy.example.com',
				],
			]}
		/>
		<p class="none">
			Then let your program send to <code>${location.origin}</code>.${' '}
			${summary.forwarding ? 'This sandbox does so already.' : 'This sandbox does not: it answers by itself.'}
		</p>
	`;
}

/** What to enter in n8n, for each node. */
function Credentials({ summary }) {
	const { credential, oauth2_credential: client } = summary;
	const shared = [
		['Environment', 'Sandbox'],
		['Sandbox URL', location.origin],
	];
	const forms = [
		[
			'Bluecore Events and Bluecore Email',
			'Bluecore API',
			[
				['Namespace', credential.namespace],
				['API Key', credential.apiKey, 'for emails only'],
				...shared,
			],
		],
		[
			'Bluecore (customers, subscriptions, messages)',
			'Bluecore OAuth2 API',
			[
				['Namespace', client.namespace],
				['Client ID', client.clientId],
				['Client Secret', client.clientSecret],
				...shared,
			],
		],
	];
	return html`<div class="forms">
		${forms.map(
			([nodes, name, rows]) =>
				html`<div key=${name}>
					<h3>${nodes}</h3>
					<table class="credential">
						<caption>
							Credential${' '}<b>${name}</b>
						</caption>
						<tbody>
							${rows.map(
								([label, value, note]) =>
									html`<tr key=${label}>
										<th scope="row">${label}</th>
										<td>
											<code>${value}</code>
											${note && html` <small>${note}</small>`}
										</td>
										<td>${label !== 'Environment' && html`<${Copy} text=${value} />`}</td>
									</tr>`,
							)}
						</tbody>
					</table>
				</div>`,
		)}
	</div>`;
}

/** A button for each kind of call, so that the page has something to show. */
function Samples({ summary }) {
	const [sent, setSent] = useState();
	const attempt = async (sample) => {
		try {
			const status = await sendSample(sample, summary);
			setSent({ text: `${sample.label}: answered ${status}.`, view: sample.view });
		} catch (error) {
			setSent({ text: `${sample.label}: ${error.message}` });
		}
	};
	return html`
		<p>Run a workflow in n8n, or send a sample from here:</p>
		<p class="samples">
			${SAMPLES.map(
				(sample) =>
					html`<button key=${sample.label} class="primary" onClick=${() => attempt(sample)}>
						${sample.label}
					</button>`,
			)}
			<${Copy} label="Copy an event as curl" text=${sampleCurl(summary.credential)} />
		</p>
		<p role="status">
			${sent?.text} ${sent?.view && html` <a href=${`#/${sent.view}`}>Show it</a>`}
		</p>
	`;
}

function Session() {
	const [message, setMessage] = useState('');
	const open = async (event) => {
		const input = event.currentTarget;
		const [file] = input.files;
		if (!file) return;
		try {
			await send('PUT', '/sandbox/session', JSON.parse(await file.text()));
			setMessage(`${file.name} is opened.`);
		} catch (error) {
			setMessage(`${file.name} was not opened: ${error.message}`);
		}
		input.value = '';
	};
	return html`
		<p class="samples">
			<a class="button" href="/sandbox/session" download="bluecore-sandbox-session.json"
				>Export this session</a
			>
			<label class="button">
				Open a session
				<input type="file" accept=".json,application/json" onChange=${open} />
			</label>
		</p>
		<p role="status">${message}</p>
		<p class="none">
			A session is a file with the calls that are kept. To open one replaces everything that is
			here.
		</p>
	`;
}
