import type { FastifyInstance } from 'fastify';

import { judgeFile, type JudgedFile } from '../imports/importFile';
import { OF_NAMESPACE, type OfNamespace } from './listQuery';

/** Bluecore takes larger files. */
const BODY_LIMIT = 64 * 1024 * 1024;

/** Judges import files, and stores what is accepted. */
export function importRoutes(
	app: FastifyInstance,
	inspected: {
		recordImport(fileName: string, file: JudgedFile, namespace?: string): JudgedFile;
	},
): void {
	app.post<{ Params: { name: string }; Querystring: OfNamespace }>(
		'/sandbox/imports/:name',
		{ schema: { querystring: OF_NAMESPACE }, bodyLimit: BODY_LIMIT },
		({ params: { name }, query: { namespace }, body }) => {
			const file = judgeFile(name, (body as Buffer | undefined) ?? Buffer.alloc(0));
			const { rows, accepted, problems } = inspected.recordImport(name, file, namespace);
			return { rows, accepted: accepted.length, problems };
		},
	);
}
