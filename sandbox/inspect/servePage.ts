import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { FastifyInstance } from 'fastify';

/** The page may run its own scripts only. */
const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
	'.html': 'text/html; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.svg': 'image/svg+xml',
};
const FOLDER = path.join(__dirname, '..', 'page');
/** Preact and htm, in one file. */
const PREACT = path.join(require.resolve('htm'), '../../preact/standalone.module.js');

/** The page at `/`: the files of the folder `page`, unchanged. */
export function servePage(app: FastifyInstance): void {
	const serve = (url: string, file: string) => {
		const content = readFileSync(file);
		app.get(url, async (_request, reply) => {
			const headers = {
				'content-type': TYPES[path.extname(file)],
				'content-security-policy': POLICY,
			};
			return await reply.headers(headers).send(content);
		});
	};
	for (const name of readdirSync(FOLDER)) serve(`/page/${name}`, path.join(FOLDER, name));
	serve('/page/vendor/preact.js', PREACT);
	serve('/', path.join(FOLDER, 'index.html'));
}
