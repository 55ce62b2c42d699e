import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../shared/account/account';
import type { RunOptions } from '../shared/options/nodeOptions';
import type { Operation } from '../shared/run/operation';
import { emailApi } from './emailApi';
import { getStatus } from './getStatus';
import { sendEmail } from './sendEmail';

/** The operation that the node is set to. */
export function emailOperation(
	context: IExecuteFunctions,
	account: Account,
	run: RunOptions,
): Operation {
	const api = emailApi(context, account);
	return context.getNodeParameter('operation', 0) === 'getStatus'
		? getStatus(api, run)
		: sendEmail(api, run);
}
