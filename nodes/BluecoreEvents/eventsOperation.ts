import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../shared/account/account';
import type { RunOptions } from '../shared/options/nodeOptions';
import type { Operation } from '../shared/run/operation';
import { EVENTS, type EventOperation } from './catalogue';
import { eventsApi } from './eventsApi';
import { forwardMessages } from './forward/forwardMessages';
import { FORWARD } from './forward/forwardParameters';
import { recordEvent } from './recordEvent';

const isEventOperation = (name: string): name is EventOperation => Object.hasOwn(EVENTS, name);

/** The operation that the node is set to. */
export function eventsOperation(
	context: IExecuteFunctions,
	account: Account,
	run: RunOptions,
): Operation {
	const operation = context.getNodeParameter('operation', 0) as string;
	const api = eventsApi(context, account, run.timeoutMs);
	if (operation === FORWARD) return forwardMessages(context, api, account);
	if (isEventOperation(operation)) return recordEvent(api, operation);
	throw new NodeOperationError(context.getNode(), `There is no operation "${operation}"`, {
		description: 'Choose the operation from the list.',
	});
}
