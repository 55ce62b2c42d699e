import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { messagesIn } from '../../../../nodes/BluecoreEvents/forward/trackingMessage';
import { toText, valueAt } from '../../../../nodes/shared/values/value';
import { forwarder, requestIn } from '../../../support/forward';
import { trackingDelivery } from '../../../support/hostileItems';

const NUM_RUNS = Number(process.env.PROPERTY_RUNS ?? 2000);
const SEED = Number(process.env.PROPERTY_SEED ?? 1);

const EMAILS = ['properties.email', 'traits.email', 'context.traits.email'];
const IDS = [
	...['userId', 'traits.userId', 'traits.id', 'context.traits.userId', 'context.traits.id'],
	...['anonymousId', 'user_id', 'client_id'],
];

const texts = (message: unknown, paths: readonly string[]) =>
	paths
		.map((path) => toText(valueAt(message as IDataObject, path)))
		.filter((text) => text !== undefined && text !== '');

/** As JSON would carry it: what comes in by a webhook has been through it. */
const asJson = (value: unknown): unknown => {
	const text = JSON.stringify(value) as string | undefined;
	return text === undefined ? undefined : JSON.parse(text);
};

const delivery = fc.oneof(trackingDelivery.map(asJson), trackingDelivery);

/** Forwards a delivery and gives what came of it with the identities that its messages carry. */
function forwarded(given: unknown, parameters: IDataObject) {
	const result = forwarder().item(given, parameters);
	const messages = messagesIn(given);
	return {
		...result,
		messages,
		emails: new Set(messages.flatMap((message) => texts(message, EMAILS))),
		ids: new Set(['bc-1', ...messages.flatMap((message) => texts(message, IDS))]),
	};
}

function check(property: fc.IProperty<[unknown, IDataObject]>): void {
	const result = fc.check(property, { numRuns: NUM_RUNS, seed: SEED });
	expect(fc.defaultReportMessage(result)).toBeUndefined();
}

const parameters: fc.Arbitrary<IDataObject> = fc.record({
	unmappedEvents: fc.constantFrom('drop', 'send', 'fail'),
	consentPath: fc.constantFrom('', 'consent'),
	options: fc.record({ linkIdentity: fc.boolean(), maxAgeHours: fc.constantFrom(0, 24) }),
});

const consented = fc
	.tuple(parameters, fc.constantFrom('consent', 'consent.marketing'))
	.map(([settings, consentPath]): IDataObject => ({ ...settings, consentPath }));

test('mapping throws nothing, and whatever comes in, something is said of it', () => {
	check(
		fc.property(delivery, parameters, (given, settings) => {
			const { planned, problems } = forwarded(given, settings);
			expect(planned.length).toBeGreaterThan(0);
			for (const { report, state } of planned) {
				expect(state.kind === 'bad').toBe(report.problems.length > 0);
			}
			for (const problem of problems) expect(problem).toMatch(/\S{2}/);
		}),
	);
});

test('no identity is invented, and what is sent is JSON', () => {
	check(
		fc.property(delivery, parameters, (given, settings) => {
			const { events, emails, ids } = forwarded(given, settings);
			for (const event of events) {
				const { distinct_id: distinctId, customer, email } = event.properties;
				expect(emails.has(distinctId) || ids.has(distinctId)).toBe(true);
				const sentEmail = (customer as IDataObject | undefined)?.email;
				// An ID that is an address is the email too.
				const isKnown = emails.has(sentEmail as string) || ids.has(sentEmail as string);
				expect(sentEmail === undefined || isKnown).toBe(true);
				expect(email === undefined || email === sentEmail).toBe(true);
				expect(JSON.stringify(asJson(event))).toBe(JSON.stringify(event));
			}
		}),
	);
});

test('nothing but an opt-out is sent without consent', () => {
	let sent = 0;
	check(
		fc.property(delivery, consented, (given, settings) => {
			const { planned, messages } = forwarded(given, settings);
			const path = settings.consentPath as string;
			const hasConsent = (message: unknown) =>
				['granted', true].includes(valueAt(message as IDataObject, path) as never);
			for (const request of planned) {
				const sentEvent = requestIn(request)?.summary.event;
				if (sentEvent === undefined) continue;
				const place = (request.message?.number ?? 1) - 1;
				sent++;
				expect(hasConsent(messages[place]) || sentEvent === 'unsubscribe').toBe(true);
			}
		}),
	);
	expect(sent).toBeGreaterThan(NUM_RUNS / 20);
});
