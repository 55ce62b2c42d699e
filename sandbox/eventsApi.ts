import type { FastifyInstance } from 'fastify';

import type { SandboxConfig } from './config';
import type { EventBody, SandboxState } from './state';
import { isRecord } from './json';

/** Bluecore's Events API: 202 for all that it would take or silently drop. */
export function eventsApi(app: FastifyInstance, config: SandboxConfig, state: SandboxState): void {
	app.post('/api/track/mobile/v1', async ({ body }, reply) => {
		if (!isEvent(body)) {
			return await reply.code(400).send({ message: 'The body is not an event.' });
		}
		const { distinct_id: distinctId, token } = body.properties;
		if (typeof distinctId !== 'string' || distinctId === '') {
			return await reply.code(400).send({ message: 'The event has no distinct_id.' });
		}
		if (config.namespaces.length > 0 && !config.namespaces.includes(String(token))) {
			return await reply.code(401).send({ message: 'Not authenticated or authorized.' });
		}
		state.events.push(body);
		return await reply.code(202).send({ status: 'accepted' });
	});
}

const isEvent = (body: unknown): body is EventBody =>
	isRecord(body) &&
	typeof body.event === 'string' &&
	body.event !== '' &&
	isRecord(body.properties);
