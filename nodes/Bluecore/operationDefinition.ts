import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Operation } from '../shared/run/operation';
import type { SameCustomer } from '../shared/run/sameCustomer';
import type { DeveloperApi } from './developerApi';

/** What an operation needs of the node that it runs in. */
interface OperationContext {
	readonly api: DeveloperApi;
	/** Which identifiers of the run are one customer's. */
	readonly customers: SameCustomer;
	readonly execution: IExecuteFunctions;
}

/** The definition of an operation: what the editor shows of it, and how its items are checked, sent and output. */
export interface OperationDefinition {
	/** Its name in the dropdown. */
	readonly label: string;
	/** Its name in n8n's list of actions. */
	readonly action: string;
	readonly description: string;
	/** Its parameters, in order; the same parameter can be that of several operations. */
	readonly parameters: readonly INodeProperties[];
	create(context: OperationContext): Operation;
}
