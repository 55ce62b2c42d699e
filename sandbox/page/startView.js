// What to enter in n8n, samples to send, and sessions to export and open.
import { send } from './client.js';
import { Copy } from './components.js';
import { sampleCurl, SAMPLES, sendSample } from './samples.js';
import { html, useState } from './vendor/preact.js';

export function Start({ summary }) {
	return html`<div class="start">
		<section>
			<h2>1. Enter the sandbox in n8n</h2>
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
		</section>
		<section>
			<h2>2. See what arrives</h2>
			<${Samples} summary=${summary} />
		</section>
		<section>
			<h2>3. Keep it</h2>
			<${Session} />
			<p>
				In tests of any language: <a href="/openapi.json">/openapi.json</a> describes all addresses,
				<code> POST /sandbox/expect</code> checks what has arrived, and
				<code>GET /sandbox/report</code> says it to a CI system. ${' '}<a href="#/rules"
					>What differs from the real Bluecore</a
				>
			</p>
		</section>
	</div>`;
}

/** What to enter in n8n, for each node. */
export function Credentials({ summary }) {
	const { credential, oauth2_credential: client } = summary;
	const url = location.origin;
	const forms = [
		[
			'Bluecore Events and Bluecore Email',
			'Bluecore API',
			[
				['Namespace', credential.namespace],
				['API Key', credential.apiKey, 'for emails only'],
				['Environment', 'Sandbox'],
				['Sandbox URL', url],
			],
		],
		[
			'Bluecore (customers, subscriptions, messages)',
			'Bluecore OAuth2 API',
			[
				['Namespace', client.namespace],
				['Client ID', client.clientId],
				['Client Secret', client.clientSecret],
				['Environment', 'Sandbox'],
				['Sandbox URL', url],
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
export function Samples({ summary }) {
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
