import type { IDataObject } from 'n8n-workflow';

import { EMAIL, forward, heldBackOf } from '../../../support/forward';
import { casesOf, rowsOf } from '../../../support/table';

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
	const COUNTS = 'this counts as no consent';
	const UNKNOWN = 'which is not true, false, granted or denied; it counts as no consent';
	test.each(
		casesOf<[context: IDataObject, reason: string, ...warnings: string[]]>(`
			{"consent": {"marketing": false}}    | ${consentPath} is false
			{"consent": {"marketing": "denied"}} | ${consentPath} is denied
			{"consent": {"marketing": ""}}       | ${consentPath} is empty
			{"consent": {"marketing": null}}     | ${NONE}
			{"consent": {}}                      | ${NONE}
			{"consent": {"marketing": "true"}}   | ${consentPath} is "true"    | ${consentPath} is "true", ${UNKNOWN}
			{"consent": {"marketing": "yes"}}    | ${consentPath} is "yes"     | ${consentPath} is "yes", ${UNKNOWN}
			{"consent": {"marketing": 1}}        | ${consentPath} is "1"       | ${consentPath} is "1", ${UNKNOWN}
			{"consent": {"marketing": {"email": true}}} | ${consentPath} is an object | ${consentPath} is an object, ${UNKNOWN}
			{"consent": {"marketing": [true]}}   | ${consentPath} is an array  | ${consentPath} is an array, ${UNKNOWN}
			{"consent": "granted"} | ${NONE} | context.consent is "granted", so ${NONE}; ${COUNTS}
			{"consent": " GRANTED "} | ${NONE} | context.consent is " GRANTED ", so ${NONE}; ${COUNTS}
			{"consent": true}      | ${NONE} | context.consent is "true", so ${NONE}; ${COUNTS}
			{"consent": false}     | ${NONE} | context.consent is "false", so ${NONE}; ${COUNTS}
			{"consent": "denied"}  | ${NONE} | context.consent is "denied", so ${NONE}; ${COUNTS}
			{"consent": 7}         | ${NONE} | context.consent is "7", so ${NONE}; ${COUNTS}
		`),
	)('with the context %j it holds an event back: %s', (context, reason, ...warnings) => {
		const message = view({ context });
		expect(heldBackOf(message, { consentPath })).toEqual({
			...{ event: 'viewed_product', distinct_id: EMAIL, accepted: false },
			...{ reason: `No consent: ${reason}`, tracking_event: 'Product Viewed' },
		});
		expect(forward(message, { consentPath }).warnings).toEqual(warnings);
	});

	test.each<[path: unknown, sent: number, ...problems: string[]]>([
		['', 1],
		[' ', 1],
		// It is not found in the prototype.
		['constructor.name', 0],
		[true, 0, 'Consent Path must be a path, but is "true"'],
	])('with the path %p, %d events go out', (path, sent, ...problems) => {
		const forwarded = forward(view(), { consentPath: path as string });
		expect([forwarded.events.length, forwarded.problems]).toEqual([sent, problems]);
	});

	test('is not needed for an opt-out, which links nothing then, but for what else its message means', () => {
		const mapping = ['newsletter_left', 'unsubscribe'].map((to) => ({ from: 'Unsubscribed', to }));
		const message = optOut({ ...given(false), anonymousId: 'a-1' });
		const { events, heldBack } = forward(message, {
			...{ consentPath, eventMap: { mapping }, options: { linkIdentity: true } },
		});
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
			const { reason } = heldBackOf(view({ timestamp: none, originalTimestamp }));
			expect(reason).toMatch(/^Too old: its originalTimestamp was 25\.\d hours ago/);
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
			31.12.2020 10:00 | 31.12.2020 | 12.31.2020 | 20210105T100000.000Z | 20210105T1000Z | 20210105T100000+0100 | 20210105T10Z | 20210105100000
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

	test('a date with points has its day first', () => {
		const reasonOf = (timestamp: string) => heldBackOf(view({ timestamp })).reason;
		expect(reasonOf('05.06.2021 10:00')).toBe(reasonOf('2021-06-05 10:00'));
	});

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

test.each([
	...['Email Unsubscribed', 'Customer Unsubscribed', 'hostedUnsubscribeClick', 'Opted Out'],
	...['email_opt_out', 'OptOut', 'Email & SMS Unsubscribed', 'E-Mail and Text Opt-Out'],
	...['Context Opt-Out', 'Cookie Club Newsletter Unsubscribed'],
])('that %s, which is not mapped, may be an opt-out is said', (event) => {
	expect(heldBackOf(view({ event }))).toMatchObject({ accepted: false, event });
	expect(forward(view({ event })).warnings).toEqual([
		`"${event}" may be an opt-out, and Bluecore does not get it. If it is one from emails, add a row to Event Map, from "${event}" to Unsubscribe`,
	]);
});
test.each([
	...['SMS Unsubscribed', 'Push Opt-Out', 'Cookie Opt-Out', 'Opted out of texts'],
	...['Subscription Cancelled', 'text_unsubscribed'],
	...['Option Chosen', 'Adopt Outfit'],
])('nothing is said of %s, which is none from emails', (event) =>
	expect(forward(view({ event })).warnings).toEqual([]),
);
