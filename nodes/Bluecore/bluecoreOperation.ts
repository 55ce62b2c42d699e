import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import type { RunOptions } from '../shared/options/nodeOptions';
import type { Operation } from '../shared/run/operation';
import { SameCustomer } from '../shared/run/sameCustomer';
import { RESOURCES } from './catalogue';
import { developerApi } from './developerApi';
import { readQuota } from './rateLimits';

/** The operation that the node is set to. */
export function bluecoreOperation(execution: IExecuteFunctions, run: RunOptions): Operation {
	const name = (parameter: string) => execution.getNodeParameter(parameter, 0) as string;
	const [resource, operation] = [name('resource'), name('operation')];
	const definitions = Object.hasOwn(RESOURCES, resource) ? RESOURCES[resource].operations : {};
	if (Object.hasOwn(definitions, operation)) {
		const api = developerApi(execution, run.timeoutSeconds * 1000);
		const customers = new SameCustomer();
		return {
			...definitions[operation].create({ api, customers, execution }),
			orderKey: (_account, customer) => customers.keyOf(customer),
			readQuota,
		};
	}
	throw new NodeOperationError(
		execution.getNode(),
		`Unknown operation "${operation}" of "${resource}"`,
		{ description: 'Choose a resource and an operation from the lists.' },
	);
}
