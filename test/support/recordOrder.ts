import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { eventsApi } from '../../nodes/BluecoreEvents/eventsApi';
import { shopOrderOperation } from '../../nodes/BluecoreEvents/shopOrder/shopOrderOperation';
import type { ItemRequest, PlannedRequest, PlannedState } from '../../nodes/shared/run/itemRequest';
import { Report } from '../../nodes/shared/values/report';
import { itemOf } from './items';

/** What the operation plans for orders of one run: the output items, as with Validate Only. */
export function recordOrders(
	orders: readonly unknown[],
	parameters: Readonly<Record<string, unknown>> = {},
): IDataObject[] {
	const operation = shopOrderOperation(eventsApi({} as IExecuteFunctions, 1000));
	const requests = orders.flatMap((order, itemIndex): Array<ItemRequest<PlannedState>> => {
		const item = itemOf({ ...parameters, order }, new Report());
		const planned = operation.plan(item) as Iterable<PlannedRequest>;
		return [...planned].map((request) => ({ ...request, itemIndex, options: item.options }));
	});
	operation.afterPlanning?.(requests);
	return requests.map(outputOf);
}

/** The same for one order that is one event. */
export function recordOrder(order: unknown, parameters?: Readonly<Record<string, unknown>>) {
	const outputs = recordOrders([order], parameters);
	expect(outputs).toHaveLength(1);
	return outputs[0];
}

function outputOf({
	state,
	report: { problems, warnings },
}: ItemRequest<PlannedState>): IDataObject {
	const warned = warnings.length > 0 && { warnings };
	if (state.kind === 'ready') {
		const { payload } = state.request;
		return { valid: true, ...(payload && { payload }), ...warned };
	}
	if (state.kind === 'heldBack') return { ...state.output, ...warned };
	return {
		error: problems.map(({ message }) => message).join('; '),
		advice: problems.map(({ fix }) => fix).join(' '),
	};
}
