import type { FastifyInstance } from 'fastify';

import { RULES } from '../answers/rules';
import type { SandboxConfig } from '../account/config';
import type { Faults } from '../faults/faults';
import { openApi } from '../openapi/openApi';
import type { NewCall, RecordedCall } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import type { Report } from '../verify/report';
import { serve } from './addresses';
import { callRoutes } from './callRoutes';
import { emailRoutes } from './emailRoutes';
import { streamChanges } from './eventStream';
import { faultRoutes } from './faultRoutes';
import { NOTHING, type OfNamespace } from './listQuery';
import { importRoutes } from './importRoutes';
import { messageRoutes } from './messageRoutes';
import { profileRoutes } from './profileRoutes';
import { servePage } from './servePage';
import { sessionRoutes } from './sessionRoutes';
import { verifyRoutes } from './verifyRoutes';

/** Nothing is stored, and no page of another website can embed what it must not read. */
const HEADERS = {
	'cache-control': 'no-store',
	'cross-origin-resource-policy': 'same-origin',
	'x-content-type-options': 'nosniff',
};

/** The sandbox, as far as it can be looked at and changed from outside. */
export interface Inspected {
	readonly state: SandboxState;
	readonly faults: Faults;
	readonly report: Report;
	readonly config: SandboxConfig;
	/** Changes with each reset and each restart: what a page showed before is no longer valid. */
	readonly epoch: number;
	/** Where calls are passed on to; undefined if they are not. */
	readonly forwarding:
		| { readonly to: string; readonly waiting: { readonly calls: number; readonly ms: number } }
		| undefined;
	/** Why the data file could not be written; undefined if it was. */
	readonly problem: string | undefined;
	/** What to enter in n8n's credential. */
	suggestedCredential(): { readonly namespace: string };
	/** The same for the Developer API. */
	suggestedOAuth2Credential(): object;
	/** Ends all tokens of the Developer API. */
	expireTokens(): void;
	/** Confirms the sign-ups of a phone number, as its owner would. Returns how many there were. */
	confirmSubscriptions(phone: string, namespace?: string): number;
	/** Records a call. */
	store(call: NewCall): void;
	reset(): void;
	/** Forgets what is kept of one namespace. */
	resetNamespace(namespace: string): void;
	/** Replaces everything by the calls of a session. Throws, and changes nothing, if one of them is not valid. */
	openSession(calls: readonly RecordedCall[]): void;
}

/** The sandbox's own API: JSON below `/sandbox`, and the page, which shows the same. */
export function inspectionApi(app: FastifyInstance, inspected: Inspected): void {
	const { state, faults, config, report } = inspected;
	void app.register((routes, _options, done) => {
		routes.addHook('onRequest', (_request, reply, next) => {
			reply.headers(HEADERS);
			next();
		});
		routes.addHook('onRoute', (route) => {
			if (route.url.startsWith('/sandbox/') || route.url === '/openapi.json') {
				route.schema = { querystring: NOTHING, ...route.schema };
			}
		});
		callRoutes(routes, state);
		profileRoutes(routes, state);
		emailRoutes(routes, state, config);
		messageRoutes(routes, state, config);
		faultRoutes(routes, faults);
		verifyRoutes(routes, state, report);
		sessionRoutes(routes, inspected);
		serve(routes, 'listRules', () => RULES);
		routes.get('/openapi.json', () => openApi());
		serve(routes, 'getSummary', () => summaryOf(inspected));
		routes.get('/sandbox/live', (request, reply) =>
			streamChanges(request, reply, () => summaryOf(inspected)),
		);
		serve<{ Querystring: OfNamespace }>(
			routes,
			'reset',
			async ({ query: { namespace } }, reply) => {
				if (namespace === undefined) inspected.reset();
				else inspected.resetNamespace(namespace);
				await reply.code(204).send();
			},
		);
		serve(routes, 'expireTokens', async (_request, reply) => {
			inspected.expireTokens();
			await reply.code(204).send();
		});
		importRoutes(routes, inspected);
		servePage(routes);
		done();
	});
}

/** What the top of the page shows. */
const summaryOf = (inspected: Inspected) => ({
	...inspected.state.totals,
	epoch: inspected.epoch,
	problem: inspected.problem,
	forwarding: inspected.forwarding && {
		to: inspected.forwarding.to,
		waiting: inspected.forwarding.waiting.calls,
		// In whole seconds, so that it is not another value each time.
		waiting_seconds: Math.floor(inspected.forwarding.waiting.ms / 1000),
	},
	now_offset_ms: inspected.state.clock.offsetMs,
	expectations: inspected.report.expectations,
	failures: inspected.report.failures,
	profiles: inspected.state.profiles.size,
	new_attributes: inspected.state.profiles.newAttributes.slice(-100),
	faults_set: inspected.faults.list(),
	credential: inspected.suggestedCredential(),
	oauth2_credential: inspected.suggestedOAuth2Credential(),
});
