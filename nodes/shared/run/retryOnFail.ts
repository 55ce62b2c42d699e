import type { INode } from 'n8n-workflow';

import type { ItemRequest, OutgoingRequest, PlannedState } from './itemRequest';

const RETRY_ON_FAIL_FIX =
	'Turn off Retry On Fail in the settings of this node. The option Max Retries sends again only what was not sent.';

/**
 * Refuses requests of which each one more does harm, if n8n's Retry On Fail is on: it runs the whole node again if one item fails. `what`
 * names them, such as `emails`.
 */
export function refuseRetryOnFail(
	{ retryOnFail }: INode,
	planned: ReadonlyArray<ItemRequest<PlannedState>>,
	what: string,
	doesHarm: (request: OutgoingRequest) => boolean = () => true,
): void {
	if (retryOnFail !== true) return;
	for (const { state, options, report } of planned) {
		if (state.kind !== 'ready' || options.validateOnly || !doesHarm(state.request)) continue;
		report.problem(
			`Retry On Fail is on in this node's settings, and would send ${what} again that were already sent`,
			RETRY_ON_FAIL_FIX,
		);
	}
}
