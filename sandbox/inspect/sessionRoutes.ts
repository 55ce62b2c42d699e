import { METHODS } from 'node:http';
import { isDeepStrictEqual } from 'node:util';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { DEFAULT_CONFIG } from '../account/config';
import { describeCall, type Endpoint } from '../answers/endpoints';
import { shownHeaders } from '../answers/headers';
import {
	contentsOf,
	nameOfImport,
	rowProblems,
	type Contents,
	type ImportRow,
} from '../imports/importFile';
import { isRecord, MAX_DEPTH, shorten } from '../schemas/jsonValues';
import { findEventProblems, findSessionProblems } from '../schemas/schemaChecks';
import type { RecordedCall } from '../state/calls';
import { isPhone, textOfIdentifier } from '../state/identifiers';
import type { SandboxState } from '../state/sandboxState';
import { confirmationPath, nameOfConsent, type ConsentBody } from '../state/subscriptions';
import { serve } from './addresses';
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
	serve(app, 'exportSession', async (_request, reply) => {
		const session = {
			file: 'Bluecore sandbox session',
			version: 1,
			calls: inspected.state.calls,
		};
		return await reply
			.header('content-disposition', 'attachment; filename="bluecore-sandbox-session.json"')
			.send(session);
	});
	const open = async (request: FastifyRequest, reply: FastifyReply) => {
		const about = 'This is not a session of the sandbox. ';
		const session = readJsonBody(request, findProblems, MAX_DEPTH + LEVELS, about) as Session;
		try {
			inspected.openSession(session.calls);
		} catch (error) {
			throw httpError(400, (error as Error).message);
		}
		await reply.code(204).send();
	};
	serve(app, 'openSession', open, BODY_LIMIT);
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
		(verdict !== 'accepted' || isAcceptable(call, endpoint)) &&
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
function isAcceptable({ api, body, answer, forwarded }: RecordedCall, { isValid }: Endpoint) {
	if (forwarded === undefined) {
		if (api === 'unknown') return false;
		const { conversation_id: id } = isRecord(answer) ? answer : {};
		if (api === 'send' && typeof id !== 'string') return false;
	}
	return isValid?.(body) ?? true;
}
