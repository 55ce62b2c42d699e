import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance } from 'fastify';

import { describeProblem, importedBefore, judgeFile } from '../imports/importFile';
import { shorten } from '../schemas/jsonValues';
import type { NewCall } from '../state/calls';
import { accept } from '../answers/decisions';
import type { SandboxState } from '../state/sandboxState';
import { serve } from './addresses';
import { httpError } from './jsonBody';
import type { OfNamespace } from './listQuery';

/** Of an import file; Bluecore takes larger ones. */
const BODY_LIMIT = 64 * 1024 * 1024;
/** So many problems of a file are said with its call; the answer has all. */
const MAX_SENTENCES = 20;

/** The sandbox, as far as what is not a call of an API needs it. */
interface Receiver {
	readonly state: SandboxState;
	suggestedCredential(): { readonly namespace: string };
	confirmSubscriptions(phone: string, namespace?: string): number;
	store(call: NewCall): void;
}

/** What reaches Bluecore by other ways than its APIs: import files, and the answers of customers who confirm a sign-up. */
export function importRoutes(app: FastifyInstance, inspected: Receiver): void {
	const { state } = inspected;
	serve<{ Params: { name: string }; Querystring: OfNamespace }>(
		app,
		'importFile',
		({ params: { name }, query, body }) => {
			const namespace = shorten(query.namespace ?? inspected.suggestedCredential().namespace);
			const path = `/sandbox/imports/${encodeURIComponent(name)}`;
			const file = judgeFile(name, (body as Buffer | undefined) ?? Buffer.alloc(0));
			const taken = { contents: file.contents, rows: file.accepted };
			// A file that was corrected since is another one.
			const earlier = state.calls.find(
				(call) =>
					call.path === path &&
					call.namespace === namespace &&
					call.verdict === 'accepted' &&
					isDeepStrictEqual(call.body, taken),
			);
			const { what, contents, rows, accepted, problems } = earlier
				? importedBefore(file, earlier.id)
				: file;
			const isAccepted = accepted.length > 0 || problems.length === 0;
			const sentences = problems.slice(0, MAX_SENTENCES).map(describeProblem);
			const answer = { rows, accepted: accepted.length, problems };
			inspected.store({
				...{ api: 'imports', method: 'POST', path, headers: { 'content-type': 'text/csv' } },
				body: { contents, rows: accepted },
				...{ namespace, who: shorten(name), what },
				...accept(200, answer),
				verdict: isAccepted ? 'accepted' : 'refused',
				reasons: isAccepted ? [] : sentences,
				remarks: isAccepted ? sentences : [],
			});
			return answer;
		},
		BODY_LIMIT,
	);
	serve<{ Params: { phone: string }; Querystring: OfNamespace }>(
		app,
		'confirm',
		async ({ params: { phone }, query: { namespace } }, reply) => {
			if (inspected.confirmSubscriptions(phone, namespace) === 0)
				throw httpError(404, `No sign-up of ${phone} waits for a confirmation.`);
			await reply.code(204).send();
		},
	);
}
