import type { IDataObject } from 'n8n-workflow';

import { EMAIL, forward, heldBackOf } from '../../../support/forward';
import { rowsOf } from '../../../support/table';

const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

const view = (more: IDataObject = {}) => ({
	...{ type: 'track', event: 'Product Viewed', traits: { email: EMAIL } },
	properties: { product_id: 'SKU1' },
	...more,
});
const optOut = (more: IDataObject = {}) => ({ ...view(more), event: 'Unsubscribed' });

describe('consent', () => {
	const consentPath = 'context.consent.marketing';
	const given = (marketing: unknown) => ({ context: { consent: { marketing } } }) as IDataObject;

	test.each([true, 'granted', 'GRANTED', ' granted '])('%p lets an event go out', (value) => {
		const { events, heldBack } = forward(view(given(value)), { consentPath });
		expect([events.length, heldBack]).toEqual([1, []]);
	});

	const NONE = 'the message has no context.consent.marketing';
	test.each<[unknown, string]>([
		[false, 'context.consent.marketing is false'],
		['denied', 'context.consent.marketing is denied'],
		['', 'context.consent.marketing is empty'],
		[null, NONE],
		[undefined, NONE],
	])('%p does not', (value, what) => {
		expect(heldBackOf(view(given(value)), { consentPath })).toEqual({
			...{ event: 'viewed_product', distinct_id: EMAIL, accepted: false },
			...{ reason: `No consent: ${what}`, tracking_event: 'Product Viewed' },
		});
		expect(forward(view(given(value)), { consentPath }).warnings).toEqual([]);
	});

	test.each<[unknown, string]>([
		['true', '"true"'],
		['yes', '"yes"'],
		[1, '"1"'],
		[{ email: true }, 'an object'],
		[[true], 'an array'],
	])('%j is of no known shape: it does not, with a warning', (value, shown) => {
		const message = view(given(value));
		const { reason } = heldBackOf(message, { consentPath });
		expect(reason).toBe(`No consent: context.consent.marketing is ${shown}`);
		expect(forward(message, { consentPath }).warnings).toEqual([
			`context.consent.marketing is ${shown}, which is not true, false, granted or denied; it counts as no consent`,
		]);
	});

	test.each(['granted', ' GRANTED ', true, false, 'denied', 'yes', 7])(
		'%p on the way to it is not it, whatever it says',
		(consent) => {
			const message = view({ context: { consent } });
			expect(heldBackOf(message, { consentPath }).reason).toBe(`No consent: ${NONE}`);
			expect(forward(message, { consentPath }).warnings).toEqual([
				`context.consent is "${consent}", so ${NONE}; this counts as no consent`,
			]);
		},
	);

	test('is asked for by a path, not by its value', () => {
		expect(forward(view(), { consentPath: true }).problems).toEqual([
			'Consent Path must be a path, but is "true"',
		]);
	});

	test('is not asked for without a path, and not found in the prototype', () => {
		expect(forward(view()).events).toHaveLength(1);
		expect(forward(view(), { consentPath: ' ' }).events).toHaveLength(1);
		expect(forward(view(), { consentPath: 'constructor.name' }).events).toEqual([]);
	});

	test('is not needed for an opt-out, which links nothing then', () => {
		const message = optOut({ ...given(false), anonymousId: 'a-1' });
		const { events } = forward(message, { consentPath, options: { linkIdentity: true } });
		expect(events.map(({ event }) => event)).toEqual(['unsubscribe']);
	});

	test('holds back what else a message means', () => {
		const mapping = ['newsletter_left', 'unsubscribe'].map((to) => ({ from: 'Unsubscribed', to }));
		const parameters = { consentPath, eventMap: { mapping } };
		const { events, heldBack } = forward(optOut(given(false)), parameters);
		expect(events.map(({ event }) => event)).toEqual(['unsubscribe']);
		expect(heldBack).toMatchObject([{ event: 'newsletter_left', accepted: false }]);
	});
});

describe('age', () => {
	const [day, older] = [ago(25), ago(30)].map((time) => time.toISOString());
	const original = { originalTimestamp: ago(1).toISOString() };
	test.each<[string, IDataObject, was: RegExp]>([
		['the timestamp', { timestamp: day }, /timestamp was 25\.\d hours/],
		['a date', { timestamp: ago(25) }, /timestamp was 25\.\d hours/],
		['milliseconds', { timestamp: ago(25).getTime() }, /timestamp was 25\.\d hours/],
		['seconds', { timestamp: ago(25).getTime() / 1000 }, /timestamp was 25\.\d hours/],
		['microseconds', { timestamp: `${ago(25).getTime()}000` }, /timestamp was 25\.\d hours/],
		['the first of two', { timestamp: older, ...original }, /timestamp was 30\.\d hours/],
		[
			'the original one',
			{ originalTimestamp: ago(72.5).toISOString() },
			/originalTimestamp was 3 days/,
		],
	])('holds back by %s', (_what, more, was) => {
		const { reason, ...output } = heldBackOf(view(more));
		expect(output).toEqual({
			...{ event: 'viewed_product', distinct_id: EMAIL, accepted: false },
			tracking_event: 'Product Viewed',
		});
		expect(reason).toMatch(
			new RegExp(`^Too old: its ${was.source} ago, and Max Age \\(Hours\\) is 24$`),
		);
	});

	test.each([2026, 20260101, 'msg 5', 1.7e18, 5])(
		'%p is no time, and does not hide one',
		(none) => {
			expect(forward(view({ timestamp: none })).warnings).toHaveLength(1);
			const originalTimestamp = ago(25).toISOString();
			expect(forward(view({ timestamp: none, originalTimestamp })).heldBack).toHaveLength(1);
		},
	);

	test.each<[string, IDataObject, IDataObject]>([
		['young', { timestamp: ago(23.9).toISOString() }, {}],
		['of the future', { timestamp: ago(-5).toISOString() }, {}],
		['without a time', {}, {}],
		['as old as the option allows', { timestamp: ago(47.9).toISOString() }, { maxAgeHours: 48 }],
		['old, when the option is off', { timestamp: ago(9000).toISOString() }, { maxAgeHours: 0 }],
	])('lets pass what is %s', (_what, more, options) => {
		const { events, warnings } = forward(view(more), { options });
		expect([events.length, warnings]).toEqual([1, []]);
	});

	test.each<[unknown, string]>([
		...[5, -1, true, 'yesterday', 'soon', '31.12.2021 25:00', '2021-W01-2', '20211305T100000Z'].map(
			(time): [unknown, string] => [time, `"${time}"`],
		),
		['2021-01-05T99:00:00Z', '"2021-01-05T99:00:00Z"'],
		[{ a: 1 }, 'an object'],
		[['2021-01-05'], 'an array'],
	])('holds back by a time that is none (%p), with a warning', (timestamp, shown) => {
		const message = view({ timestamp } as IDataObject);
		expect(heldBackOf(message).reason).toBe(
			`Age unknown: its timestamp is ${shown}, which is not a time`,
		);
		expect(forward(message).warnings).toEqual([
			'timestamp is not a time, so the age of the message is not known and it was not sent',
		]);
	});

	test.each([
		...rowsOf(`
			Tue, 05 Jan 2021 10:00:00 GMT | Tue, 05 Jan 2021 10:00:00 +0100 | 01/05/2021 10:00 | 01/05/2021
			2021/01/05 10:00:00 | Jan 5, 2021 | 5 Jan 2021 10:00 UTC | 5 January 2021 | 20210105T100000Z | 20210105
			20210105T100000.000Z | 20210105T1000Z | 20210105T100000+0100 | 20210105T10Z | 20210105100000
			20210105T100000,5Z | 2021-01-05 | 2021-01-05T10:00:00Z | 2021-01-05 10:00:00 | 2021-01-05 10:00:00 UTC
			2021-01-05T10:00:00.123456Z | 2021-01-05T10:00:00+0100 | 2021-01 | 2021 | 1609840800 | 1609840800000
			1609840800000000 | 1609840800.123 | Tue Jan 05 2021 10:00:00 GMT+0100 (Central European Standard Time)
		`).flat(),
		...[1609840800, 1609840800.5, ' 20210105T100000Z '],
	])('reads %p as a time', (timestamp) =>
		expect(heldBackOf(view({ timestamp })).reason).toMatch(
			/^Too old: its timestamp was \d{4} days ago/,
		),
	);

	test('sends a new message in the same forms', () => {
		const now = new Date(Date.now() - 60_000);
		const basic = now.toISOString().replace(/[-:]/g, '');
		for (const timestamp of [
			...[now.toISOString(), now.toUTCString(), now.toString(), basic, basic.replace(/\.\d+/, '')],
			...[now.getTime(), `${now.getTime()}`, now.getTime() / 1000, now.getTime() * 1000, null, ' '],
		]) {
			const { events, warnings } = forward(view({ timestamp }));
			expect([timestamp, events.length, warnings]).toEqual([timestamp, 1, []]);
		}
	});

	test('does not hold back an old opt-out, and what is old is not checked', () => {
		const timestamp = ago(25).toISOString();
		const old = forward(optOut({ timestamp }));
		expect([old.events.length, old.heldBack, old.warnings]).toEqual([1, [], []]);
		const { problems, heldBack } = forward({ type: 'track', event: 'Order Completed', timestamp });
		expect([problems, heldBack]).toEqual([[], [expect.objectContaining({ distinct_id: null })]]);
	});
});
