import { Command, InvalidArgumentError } from 'commander';

import { readConfig, type SandboxConfig } from './account/config';
import { DEFAULT_KEEP, Sandbox } from './bluecoreSandbox';

function wholeNumber(least: number, most: number) {
	return (text: string): number => {
		const number = Number(text);
		if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) {
			return number;
		}
		throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
	};
}
const appendTo = (value: string, before: string[] = []): string[] => [...before, value];

interface Options {
	port: number;
	host: string;
	namespace?: string[];
	apiKey?: string[];
	config?: string;
	keep: number;
	data?: string;
}

const LOOPBACK = '127.0.0.1';

async function main(): Promise<void> {
	const {
		port,
		host,
		namespace = [],
		apiKey = [],
		config,
		keep,
		data,
	} = new Command('npm run sandbox --')
		.description("A local stand-in for Bluecore's Events API and Transactional API")
		.option(
			'--port <number>',
			'port to listen on; 0 for any free port',
			wholeNumber(0, 65_535),
			4010,
		)
		.option(
			'--host <address>',
			'address to listen on; with the default, only this machine can reach the sandbox',
			LOOPBACK,
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
			'a file with campaigns, product catalogue and more; see sandbox/README.md',
		)
		.option(
			'--keep <number>',
			'how many calls, emails and profiles to keep, each',
			wholeNumber(1, 10_000_000),
			DEFAULT_KEEP,
		)
		.option('--data <file>', 'a file that keeps them across restarts')
		.parse()
		.opts<Options>();
	const given: Partial<SandboxConfig> = config === undefined ? {} : readConfig(config);
	const sandbox = await new Sandbox({
		...given,
		namespaces: [...(given.namespaces ?? []), ...namespace],
		apiKeys: [...(given.apiKeys ?? []), ...apiKey],
		keep,
		...(data !== undefined && { dataFile: data }),
	}).start(port, host);
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void sandbox.stop());
	console.log(greeting(sandbox));
	if (host !== LOOPBACK) {
		console.log(
			`\nEverybody who can reach ${host} can read what the sandbox has received, and set faults.`,
		);
	}
}

function greeting(sandbox: Sandbox): string {
	const { namespace, apiKey, sandboxUrl } = sandbox.suggestedCredential();
	return `The Bluecore sandbox runs at ${sandbox.url}. Press Ctrl+C to stop it.

Open its page in a browser: ${sandbox.url}

In n8n, create a credential "Bluecore API":
  Namespace    ${namespace}
  API Key      ${apiKey}
  Environment  Sandbox
  Sandbox URL  ${sandboxUrl}

Get what it has received as JSON:
  curl ${sandbox.url}/sandbox/calls
  curl ${sandbox.url}/sandbox/profiles
  curl ${sandbox.url}/sandbox/emails`;
}

main().catch((error: unknown) => {
	const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
	const hint =
		'\nThe port is in use. Choose another with --port, or use --port 0 for any free port.';
	console.error(`${error instanceof Error ? error.message : String(error)}${isInUse ? hint : ''}`);
	process.exitCode = 1;
});
