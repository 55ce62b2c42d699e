import { METHODS } from 'node:http';
import { isDeepStrictEqual } from 'node:util';

import type { FastifyInstance } from 'fastify';

import { DEFAULT_CONFIG } from '../account/config';
import { describeCall } from '../answers/endpoints';
import { shownHeaders } from '../answers/headers';
import { withFlatIdentifiers } from '../developerApi/messages';
import {
	contentsOf,
	nameOfImport,
	rowProblems,
	type Contents,
	type ImportRow,
} from '../imports/importFile';
import { isRecord, MAX_DEPTH, shorten } from '../schemas/jsonValues';
import {
	findDeveloperApiProblems,
	findEmailProblems,
	findEventProblems,
	findSessionProblems,
	propertyProblems,
} from '../schemas/schemaChecks';
import type { EventBody, RecordedCall } from '../state/calls';
import { isPhone, textOfIdentifier } from '../state/identifiers';
import type { SandboxState } from '../state/sandboxState';
import { confirmationPath, nameOfConsent, type ConsentBody } from '../state/subscriptions';
import { httpError, readJsonBody } from './jsonBody';

/** A body is so many levels below the top of the file. */
const LEVELS = 3;
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
		const about = 'This is not a session of the sandbox. ';
		const session = readJsonBody(request, findProblems, MAX_DEPTH + LEVELS, about) as Session;
		try {
			inspected.openSession(session.calls);
		} catch (error) {
			throw httpError(400, (error as Error).message);
		}
		await reply.code(204).send();
	});
}

interface Session {
	readonly calls: readonly RecordedCall[];
}

function findProblems(session: unknown): string[] {
	const problems = findSessionProblems(session);
	if (problems.length > 0) return problems;
	const { calls } = session as Session;
	const bad = calls.findIndex((call) => !isRecordable(call));
	return bad < 0 ? [] : [`The sandbox could not have recorded calls.${bad}.`];
}

/** Whether the sandbox itself could have recorded a call: only then can it be shown and applied to the state. */
function isRecordable(call: RecordedCall): boolean {
	const { api, method, path, body, namespace, what, who, verdict, reasons, remarks, headers } =
		call;
	const isExplained = (reasons.length === 0) === (verdict === 'accepted');
	if (!isExplained || (verdict !== 'accepted' && remarks.length > 0)) return false;
	if (!METHODS.includes(method) || !isDeepStrictEqual(headers, shownHeaders(headers, false)))
		return false;
	if (isConfirmation(call) || isImport(call)) return true;
	const { endpoint, ...described } = describeCall(method, path, body);
	const { name } = endpoint;
	return (
		api === endpoint.api &&
		namespace === shorten(described.namespace) &&
		(who === shorten(described.who) || api === 'token') &&
		// The name of a campaign depends on the configuration.
		(api === 'send' || what === shorten(name({ path, body }, DEFAULT_CONFIG))) &&
		(verdict !== 'accepted' || isAcceptable(call)) &&
		(verdict !== 'dropped' || (api === 'events' && findEventProblems(body).length === 0))
	);
}

/** Whether a call is a customer's answer to the double opt-in. */
function isConfirmation({ api, method, path, body, what, who, verdict }: RecordedCall): boolean {
	const { id, state } = (isRecord(body) ? body : {}) as Partial<ConsentBody>;
	return (
		api === 'eligibility' &&
		method === 'PUT' &&
		path === confirmationPath(who) &&
		verdict === 'accepted' &&
		isPhone(who) &&
		textOfIdentifier(id) === who &&
		isRecord(state) &&
		state.event === 'CONFIRM' &&
		what === nameOfConsent(state)
	);
}

/** Whether a call is an import file whose rows could be accepted. */
function isImport({ api, method, path, body, who, what }: RecordedCall): boolean {
	const contents = contentsOf(who);
	const { rows } = isRecord(body) ? body : {};
	return (
		api === 'imports' &&
		method === 'POST' &&
		path === `/sandbox/imports/${encodeURIComponent(who)}` &&
		what === nameOfImport(contents) &&
		Array.isArray(rows) &&
		(contents === undefined
			? rows.length === 0
			: isRecord(body) && body.contents === contents && rows.every((row) => isRow(contents, row)))
	);
}

const isRow = (contents: Contents, row: unknown) =>
	isRecord(row) &&
	Object.values(row).every((value) => typeof value === 'string') &&
	rowProblems(contents, row as ImportRow).length === 0;

/** Whether the sandbox could have accepted a call of one of Bluecore's APIs: only then can it be applied to the state. */
function isAcceptable({ api, method, body, answer, forwarded }: RecordedCall): boolean {
	if (api === 'unknown') return forwarded !== undefined;
	if (api === 'events') {
		if (findEventProblems(body).length > 0) return false;
		const { event, properties } = body as EventBody;
		return propertyProblems(event, properties, 0).length === 0;
	}
	if (api === 'send') {
		const isAnswer = isRecord(answer) && typeof answer.conversation_id === 'string';
		return (isAnswer || forwarded !== undefined) && findEmailProblems(body).length === 0;
	}
	if (method !== 'POST') return true;
	if (api === 'customers') return findDeveloperApiProblems('customer', body) === undefined;
	if (api === 'eligibility') return findDeveloperApiProblems('consent', body) === undefined;
	if (api !== 'messages') return true;
	return findDeveloperApiProblems('message', withFlatIdentifiers(body)) === undefined;
}
