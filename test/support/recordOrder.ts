import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';

import { eventsApi } from '../../nodes/BluecoreEvents/eventsApi';
import { recordShopOrder } from '../../nodes/BluecoreEvents/shopOrder/shopOrderOperation';
import { checkAcrossItems } from '../../nodes/shared/run/acrossItems';
import type { Operation, PlannedRequest } from '../../nodes/shared/run/operation';
import { Report } from '../../nodes/shared/values/report';
import { itemOf } from './items';

/** Plans the items of one run, each with these parameters. */
export function planAll(
	operation: Operation,
	items: ReadonlyArray<Readonly<Record<string, unknown>>>,
): PlannedRequest[] {
	const requests = items.flatMap((parameters, itemIndex) => {
		const item = itemOf(parameters, new Report());
		return [...operation.plan(item)].map((planned) => ({
			...{ ...planned, itemIndex, options: item.options },
		}));
	});
	checkAcrossItems({} as INode, requests, operation);
	return requests;
}

/** What the operation plans for orders of one run: the output items, as with Validate Only. */
export function recordOrders(
	orders: readonly unknown[],
	parameters: Readonly<Record<string, unknown>> = {},
): IDataObject[] {
	const execution = {} as IExecuteFunctions;
	const operation = recordShopOrder.create({ api: eventsApi(execution, 1000), execution });
	const items = orders.map((order) => ({ ...parameters, order }));
	return planAll(operation, items).map(outputOf);
}

/** The same for one order that is one event. */
export function recordOrder(order: unknown, parameters?: Readonly<Record<string, unknown>>) {
	const outputs = recordOrders([order], parameters);
	expect(outputs).toHaveLength(1);
	return outputs[0];
}

function outputOf({ state, report: { problems, warnings } }: PlannedRequest): IDataObject {
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
