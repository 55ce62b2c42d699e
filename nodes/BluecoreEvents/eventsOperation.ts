import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import { warnOfMixedBooleans } from '../shared/run/mixedBooleans';
import type { RunOptions } from '../shared/options/nodeOptions';
import type { OutgoingRequest } from '../shared/run/itemRequest';
import type { Operation } from '../shared/run/operation';
import { reportRepeats, type Repeatable } from '../shared/run/repeats';
import { refuseRetryOnFail } from '../shared/run/retryOnFail';
import { isObject } from '../shared/values/coerce';
import { quoted } from '../shared/values/text';
import { buildEvent } from './buildEvent';
import { EVENTS, type EventOperation } from './catalogue';
import { itemInput } from './eventInput';
import { eventsApi, heldBack, type EventsApi } from './eventsApi';
import { IdentityLinks, linkIn, secondLink } from './forward/identityLinks';
import { FORWARD } from './forward/forwardParameters';
import { forwardOperation } from './forward/forwardOperation';
import { IMPORT_ROW, importRowOperation } from './importRow';
import { shopOrderOperation } from './shopOrder/shopOrderOperation';
import { SHOP_ORDER } from './shopOrder/shopOrderParameters';

const isEventOperation = (name: string): name is EventOperation => Object.hasOwn(EVENTS, name);

/** The operation that the node is set to. */
export function eventsOperation(context: IExecuteFunctions, run: RunOptions): Operation {
	const operation = context.getNodeParameter('operation', 0) as string;
	const node = context.getNode();
	const api = eventsApi(context, run.timeoutSeconds * 1000);
	function chosen(): Operation {
		if (operation === FORWARD) return forwardOperation(context, api);
		if (operation === SHOP_ORDER) return shopOrderOperation(api);
		if (operation === IMPORT_ROW) return importRowOperation(api, context.getTimezone());
		if (isEventOperation(operation)) return recordEvent(api, operation);
		throw new NodeOperationError(node, `Unknown operation "${operation}"`, {
			description: 'Choose an operation from the list.',
		});
	}
	const own = chosen();
	return {
		...own,
		/** Reports what concerns several events. */
		afterPlanning(planned) {
			own.afterPlanning?.(planned);
			refuseRetryOnFail(node, planned, 'events', isCounted);
			reportRepeats(planned, repeatableOrder);
			warnOfMixedBooleans(planned, ({ properties }) => isObject(properties) && properties.customer);
		},
	};
}

/** Events that change nothing when they are sent twice: they set a state, or have an Order ID. */
const NOT_COUNTED: ReadonlySet<unknown> = new Set<EventOperation>([
	...(['customer_patch', 'identify', 'optin', 'unsubscribe', 'purchase'] as const),
]);
const isCounted = ({ summary }: OutgoingRequest): boolean => !NOT_COUNTED.has(summary.event);

/** Sends one event of the catalogue for each item, except for a second link of an ID. */
function recordEvent(api: EventsApi, name: EventOperation): Operation {
	const links = new IdentityLinks({});
	return {
		...api.operation,
		plan(item) {
			const { account, options, report } = item;
			const event = buildEvent(name, EVENTS[name], itemInput(item));
			const link = report.problems.length === 0 ? linkIn(account, event) : undefined;
			const reason = link && secondLink(links, link);
			if (link && !options.validateOnly) links.claim(link);
			return reason === undefined ? api.planItem(item, event) : [heldBack(report, event, reason)];
		},
	};
}

/** The order of a purchase: Bluecore counts purchases with the same Order ID in one account as one order. */
function repeatableOrder({ payload }: OutgoingRequest): Repeatable | undefined {
	if (payload?.event !== 'purchase' || !isObject(payload.properties)) return undefined;
	const id = String(payload.properties.order_id);
	return {
		key: id,
		warning: (others) =>
			`Order ID ${quoted(id)} is also that of ${others}; Bluecore counts a purchase with the same Order ID once`,
	};
}
