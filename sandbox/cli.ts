import { Command, InvalidArgumentError } from 'commander';

import { Sandbox } from './server';

const port = (text: string): number => {
	const number = Number(text);
	if (text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= 65_535)
		return number;
	throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
};
const names = (name: string, before: string[]): string[] => [...before, name];

interface Options {
	port: number;
	namespace: string[];
	apiKey: string[];
}

async function main(): Promise<void> {
	const {
		port: wanted,
		namespace,
		apiKey,
	} = new Command('npm run sandbox --')
		.description("A local stand-in for Bluecore's Events API and Transactional API")
		.option('--port <number>', 'port to listen on; 0 takes any free one', port, 4010)
		.option(
			'--namespace <name>',
			'a namespace that exists (may be repeated); without it any does',
			names,
			[],
		)
		.option(
			'--api-key <key>',
			'an API key that is accepted (may be repeated); without it any is',
			names,
			[],
		)
		.parse()
		.opts<Options>();
	const sandbox = await new Sandbox({ namespaces: namespace, apiKeys: apiKey }).start(wanted);
	const { eventsUrl, emailUrl } = sandbox.credential();
	console.log(`The Bluecore sandbox listens on ${sandbox.url}. Press Ctrl+C to stop it.

In n8n, create a credential "Bluecore API":
  Namespace    ${namespace[0] ?? 'bluestore'}
  API Key      ${apiKey[0] ?? 'sandbox-key'}
  Environment  Custom
  Events URL   ${eventsUrl}
  Email URL    ${emailUrl}

What it has received:
  curl ${sandbox.url}/sandbox/calls
  curl ${sandbox.url}/sandbox/events
  curl ${sandbox.url}/sandbox/emails
  curl -X DELETE ${sandbox.url}/sandbox/state`);
}

main().catch((error: unknown) => {
	const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
	const hint = '\nChoose another port with --port, or --port 0 for any free one.';
	console.error(`${error instanceof Error ? error.message : String(error)}${isTaken ? hint : ''}`);
	process.exitCode = 1;
});
