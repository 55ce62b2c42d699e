import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { SandboxConfig } from '../account/config';
import type { Faults } from '../faults/faults';
import type { SandboxState } from '../state/sandboxState';
import { callRoutes } from './callRoutes';
import { emailRoutes } from './emailRoutes';
import { streamChanges } from './eventStream';
import { faultRoutes } from './faultRoutes';
import { messageRoutes } from './messageRoutes';
import { profileRoutes } from './profileRoutes';
import { servePage } from './servePage';

/** The sandbox, as far as it can be looked at and changed from outside. */
export interface Inspected {
	readonly state: SandboxState;
	readonly faults: Faults;
	readonly config: SandboxConfig;
	/** Changes with each reset and each restart: what a page showed before is no longer valid. */
	readonly epoch: number;
	/** Why the data file could not be written; undefined if it was. */
	readonly problem: string | undefined;
	/** What to enter in n8n's credential. */
	suggestedCredential(): object;
	/** The same for the Developer API. */
	suggestedOAuth2Credential(): object;
	/** Confirms the sign-ups of a phone number, as its owner would. Returns how many there were. */
	confirmSubscriptions(phone: string): number;
	/** Ends all tokens of the Developer API. */
	expireTokens(): void;
	reset(): void;
}

/** The sandbox's own API: JSON below `/sandbox`, and the page, which shows the same. */
export function inspectionApi(app: FastifyInstance, inspected: Inspected): void {
	const { state, faults, config } = inspected;
	void app.register((routes, _options, done) => {
		routes.addHook('onRequest', async (request, reply) => {
			if (isForeignHost(request)) {
				const message = 'The sandbox is reached only as localhost or 127.0.0.1.';
				await reply.code(403).send({ message });
			}
			reply.header('cache-control', 'no-store');
		});
		callRoutes(routes, state);
		profileRoutes(routes, state);
		emailRoutes(routes, state, config);
		messageRoutes(routes, state, config);
		faultRoutes(routes, faults);
		routes.get('/sandbox/summary', () => summaryOf(inspected));
		routes.get('/sandbox/live', (request, reply) =>
			streamChanges(request, reply, () => summaryOf(inspected)),
		);
		routes.delete('/sandbox/state', async (_request, reply) => {
			inspected.reset();
			await reply.code(204).send();
		});
		routes.delete('/sandbox/tokens', async (_request, reply) => {
			inspected.expireTokens();
			await reply.code(204).send();
		});
		routes.put<{ Params: { phone: string } }>(
			'/sandbox/confirmations/:phone',
			async ({ params: { phone } }, reply) => {
				if (inspected.confirmSubscriptions(phone) > 0) return await reply.code(204).send();
				const message = `No sign-up of ${phone} waits for a confirmation.`;
				return await reply.code(404).send({ message });
			},
		);
		servePage(routes);
		done();
	});
}

/**
 * Whether a request that came in on the loopback address names another host. A website can point its own host name at this
 * machine, so that a visitor's browser reads the sandbox for it (DNS rebinding).
 */
function isForeignHost({ hostname, socket }: FastifyRequest): boolean {
	const isLoopback = (name: string) =>
		/^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(\.\d{1,3}){3}\]?)$/i.test(name);
	return isLoopback(socket.localAddress ?? '') && !isLoopback(hostname);
}

/** What the top of the page shows. */
const summaryOf = (inspected: Inspected) => ({
	...inspected.state.totals,
	epoch: inspected.epoch,
	problem: inspected.problem,
	profiles: inspected.state.profiles.size,
	new_attributes: inspected.state.profiles.newAttributes.slice(-100),
	faults_set: inspected.faults.list(),
	credential: inspected.suggestedCredential(),
	oauth2_credential: inspected.suggestedOAuth2Credential(),
});
