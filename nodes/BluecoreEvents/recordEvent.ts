import type { Operation } from '../shared/run/operation';
import { buildEvent } from './buildEvent';
import { EVENTS, type EventOperation } from './catalogue';
import type { EventsApi } from './eventsApi';

/** Sends one event of the catalogue for each item; the events of one customer in input order. */
export function recordEvent(api: EventsApi, operation: EventOperation): Operation {
	const definition = EVENTS[operation];
	return {
		...api.operation,
		prepare: (source, report, options) =>
			api.prepare(buildEvent(operation, definition, source, options, report)),
	};
}
