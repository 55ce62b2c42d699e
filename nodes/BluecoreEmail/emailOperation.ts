import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import type { RunOptions } from '../shared/options/nodeOptions';
import type { Operation } from '../shared/run/operation';
import { emailApi } from './emailApi';
import { getStatus } from './getStatus';
import { sendEmail } from './sendEmail';

/** The operation that the node is set to. */
export function emailOperation(context: IExecuteFunctions, run: RunOptions): Operation {
	const operation = context.getNodeParameter('operation', 0) as string;
	const node = context.getNode();
	const api = emailApi(context, run.timeoutSeconds * 1000);
	switch (operation) {
		case 'getStatus':
			return getStatus(api);
		case 'send':
			return sendEmail(api, node);
		default:
			throw new NodeOperationError(node, `Unknown operation "${operation}"`, {
				description: 'Choose an operation from the list.',
			});
	}
}
