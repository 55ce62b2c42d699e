import { getCustomer, upsertCustomer } from './customers';
import { getMessageStatus } from './getMessageStatus';
import { getSubscription } from './getSubscription';
import type { OperationDefinition } from './operationDefinition';
import { sendMessage } from './sendMessage';
import { updateSubscription } from './updateSubscription';

/** The definition of a resource. The dropdowns, the parameters and what the node does all come from these. */
export interface ResourceDefinition {
	/** Its name in the dropdown. */
	readonly label: string;
	/** The operation that is chosen at first. */
	readonly initial: string;
	readonly operations: Readonly<Record<string, OperationDefinition>>;
}

/** By the names that workflows save. Source: Bluecore's Developer API reference. */
export const RESOURCES: Readonly<Record<string, ResourceDefinition>> = {
	customer: {
		label: 'Customer',
		initial: 'get',
		operations: { get: getCustomer, upsert: upsertCustomer },
	},
	message: {
		label: 'Message',
		initial: 'send',
		operations: { getStatus: getMessageStatus, send: sendMessage },
	},
	subscription: {
		label: 'Subscription',
		initial: 'get',
		operations: { get: getSubscription, update: updateSubscription },
	},
};
