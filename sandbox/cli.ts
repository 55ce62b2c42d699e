#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { isIP } from 'node:net';

import { Command, CommanderError, InvalidArgumentError } from 'commander';

import { readConfig, type SandboxConfig } from './account/config';
import { DEFAULT_KEEP, Sandbox } from './bluecoreSandbox';
import { PRODUCTION } from './forward/forwarder';
import { version } from './package.json';

/** The process ends with 0 after a signal, with 1 if the sandbox cannot start, and with 2 for wrong options. */
const CANNOT_START = 1;
const WRONG_OPTIONS = 2;

function wholeNumber(least: number, most: number) {
	return (text: string): number => {
		const number = Number(text);
		if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) {
			return number;
		}
		throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
	};
}
/** An empty value is mostly a variable of a script that is not set. */
function notEmpty(value: string): string {
	if (value.trim() !== '') return value;
	throw new InvalidArgumentError('It must not be empty.');
}
const appendTo = (value: string, before: string[] = []): string[] => [...before, notEmpty(value)];
function forwardTo(value: string): string {
	const { protocol = '', username = '' } = URL.canParse(value) ? new URL(value) : {};
	if (value === PRODUCTION || (/^https?:$/.test(protocol) && username === '')) return value;
	throw new InvalidArgumentError(
		'It must be production, or begin with http:// or https:// and have no password, such as https://proxy.example.com.',
	);
}
function appendHost(value: string, before: string[] = []): string[] {
	if (isIP(value) > 0 || /^[\w.-]+$/.test(value)) return [...before, value];
	throw new InvalidArgumentError(
		'It must be a name without http:// and port, such as sandbox.lan.',
	);
}

interface Options {
	port: number;
	host: string;
	allowHost?: string[];
	namespace?: string[];
	apiKey?: string[];
	config?: string;
	keep: number;
	forward?: string;
	data?: string;
	open?: true;
}

const LOOPBACK = '127.0.0.1';

const command = new Command('bluecore-sandbox')
	.description(
		"A local stand-in for Bluecore's APIs: it answers as Bluecore does, and its page shows what Bluecore would make of each call.",
	)
	.version(version, '--version', 'print the version')
	.helpOption('--help', 'print this help')
	.option('--port <number>', 'port to listen on; 0 for any free port', wholeNumber(0, 65_535), 4010)
	.option(
		'--host <address>',
		'address to listen on; with the default, only this machine can reach the sandbox, with 0.0.0.0 all that can reach this machine',
		notEmpty,
		LOOPBACK,
	)
	.option(
		'--allow-host <name>',
		"a name, besides localhost, --host and all IP addresses, under which browsers may open the page (may be repeated); Bluecore's APIs answer under any name",
		appendHost,
	)
	.option(
		'--namespace <name>',
		'a namespace to accept (may be repeated); without this option, all are accepted',
		appendTo,
	)
	.option(
		'--api-key <key>',
		'an API key to accept (may be repeated); without this option, all are accepted',
		appendTo,
	)
	.option(
		'--config <file>',
		'a file with campaigns, product catalogue and more; see the README',
		notEmpty,
	)
	.option(
		'--keep <number>',
		'how many calls, emails and profiles to keep, each',
		wholeNumber(1, 10_000_000),
		DEFAULT_KEEP,
	)
	.option(
		'--forward <address>',
		"passes all calls on to another server instead of answering them, and shows what the sandbox makes of each; production stands for Bluecore's own servers",
		forwardTo,
	)
	.option('--data <file>', 'a file that keeps them across restarts', notEmpty)
	.option('--open', 'open the page in a browser')
	.allowExcessArguments(false)
	.exitOverride();

async function main(): Promise<void> {
	const { port, host, allowHost, open, config, ...options } = command.parse().opts<Options>();
	const { forward, data, keep } = options;
	const given: Partial<SandboxConfig> = config === undefined ? {} : readConfig(config);
	const sandbox = new Sandbox({
		...given,
		namespaces: [...(given.namespaces ?? []), ...(options.namespace ?? [])],
		apiKeys: [...(given.apiKeys ?? []), ...(options.apiKey ?? [])],
		...{ allowedHosts: allowHost ?? [], keep },
		...(forward !== undefined && { forward }),
		...(data !== undefined && { dataFile: data }),
	});
	await sandbox.start(port, host).catch((error: unknown) => {
		throw new Error(whyNotListening(error, port, host), { cause: error });
	});
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void sandbox.stop());
	console.log(greeting(sandbox));
	if (forward !== undefined) {
		console.log(
			`\nAll calls are passed on to ${forward === PRODUCTION ? "Bluecore's own servers" : forward}, with the keys that they have: what is sent here is sent there. The sandbox keeps no key, secret or token.`,
		);
	}
	if (host !== LOOPBACK) {
		console.log(
			`\nEverybody who can reach ${host} can read what the sandbox has received, and set faults. In a container, n8n reaches the sandbox by the container's name, such as http://sandbox:4010.`,
		);
	}
	if (open) openInBrowser(sandbox.url);
}

function whyNotListening(error: unknown, port: number, host: string): string {
	const { code, message } = error as NodeJS.ErrnoException;
	switch (code) {
		case 'EADDRINUSE':
			return `Port ${port} of ${host} is in use. Perhaps a sandbox runs there already: open http://${host}:${port}. Otherwise choose another port with --port, or any free one with --port 0.`;
		case 'EACCES':
			return `Port ${port} is not allowed. Choose one above 1023 with --port.`;
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
			return `${host} is not an address of this machine. Choose another with --host: ${LOOPBACK} for this machine only, 0.0.0.0 for all of its addresses.`;
		default:
			return message;
	}
}

const OPENERS: Partial<Record<NodeJS.Platform, string[]>> = {
	darwin: ['open'],
	win32: ['cmd', '/c', 'start', ''],
};

/** Where there is no browser, the address in the greeting remains. */
function openInBrowser(url: string): void {
	const [opener, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
	const child = spawn(opener, [...args, url], { stdio: 'ignore', detached: true });
	child.on('error', () => console.log(`\nNo browser could be started. Open ${url} yourself.`));
	child.unref();
}

function greeting(sandbox: Sandbox): string {
	const { namespace, apiKey, sandboxUrl } = sandbox.suggestedCredential();
	const { clientId, clientSecret } = sandbox.suggestedOAuth2Credential();
	return `The Bluecore sandbox runs at ${sandbox.url}. Press Ctrl+C to stop it.

Open its page in a browser: ${sandbox.url}

In n8n, create a credential "Bluecore API":
  Namespace    ${namespace}
  API Key      ${apiKey}
  Environment  Sandbox
  Sandbox URL  ${sandboxUrl}

For the Developer API, create a credential "Bluecore OAuth2 API" with the same values and, instead of the API key:
  Client ID      ${clientId}
  Client Secret  ${clientSecret}

Get what it has received as JSON:
  curl ${sandbox.url}/sandbox/calls
  curl ${sandbox.url}/sandbox/profiles
  curl ${sandbox.url}/sandbox/emails
  curl ${sandbox.url}/sandbox/messages`;
}

main().catch((error: unknown) => {
	if (error instanceof CommanderError) {
		// Commander has already printed the message.
		process.exitCode = error.exitCode === 0 ? 0 : WRONG_OPTIONS;
		return;
	}
	console.error(error instanceof Error ? error.message : String(error));
	process.exitCode = CANNOT_START;
});
