import type { FastifyInstance } from 'fastify';

import { withFlatIdentifiers } from '../developerApi/messages';
import { isRecord } from '../schemas/jsonValues';
import {
	findDeveloperApiProblems,
	findEmailProblems,
	findEventProblems,
	findSessionProblems,
	propertyProblems,
} from '../schemas/schemaChecks';
import type { EventBody, RecordedCall } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { readJsonBody } from './jsonBody';

/** Twice what the calls may take in memory. */
const BODY_LIMIT = 256 * 1024 * 1024;

/** Gives the calls that are kept as a file, and opens such a file. */
export function sessionRoutes(
	app: FastifyInstance,
	inspected: { state: SandboxState; openSession(calls: readonly RecordedCall[]): void },
): void {
	app.get('/sandbox/session', async (_request, reply) => {
		const session = {
			file: 'Bluecore sandbox session',
			version: 1,
			calls: inspected.state.calls,
		};
		return await reply
			.header('content-disposition', 'attachment; filename="bluecore-sandbox-session.json"')
			.send(session);
	});
	app.put('/sandbox/session', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
		const { value, problems } = readJsonBody(request, findProblems);
		if (problems.length > 0) {
			const message = `This is not a session of the sandbox. ${problems.join(' ')}`;
			return await reply.code(400).send({ message });
		}
		try {
			inspected.openSession((value as { calls: RecordedCall[] }).calls);
		} catch (error) {
			return await reply.code(400).send({ message: (error as Error).message });
		}
		return await reply.code(204).send();
	});
}

function findProblems(session: unknown): string[] {
	const problems = findSessionProblems(session);
	if (problems.length > 0) return problems;
	const { calls } = session as { calls: RecordedCall[] };
	const bad = calls.findIndex((call) => call.verdict === 'accepted' && !isAcceptable(call));
	return bad < 0 ? [] : [`The sandbox would not have accepted calls.${bad}.`];
}

/** Whether the sandbox could have accepted a call: only then can it be applied to the state. */
function isAcceptable({ api, method, body, answer }: RecordedCall): boolean {
	if (api === 'events') {
		if (findEventProblems(body).length > 0) return false;
		const { event, properties } = body as EventBody;
		return propertyProblems(event, properties, 0).length === 0;
	}
	if (api === 'send') {
		const isAnswer = isRecord(answer) && typeof answer.conversation_id === 'string';
		return isAnswer && findEmailProblems(body).length === 0;
	}
	if (method !== 'POST') return true;
	if (api === 'customers') return findDeveloperApiProblems('customer', body) === undefined;
	if (api === 'eligibility') return findDeveloperApiProblems('consent', body) === undefined;
	if (api !== 'messages') return true;
	return findDeveloperApiProblems('message', withFlatIdentifiers(body)) === undefined;
}
