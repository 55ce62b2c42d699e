import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import { addHints } from '../../../../nodes/shared/run/executionHints';
import type { ItemRequest } from '../../../../nodes/shared/run/itemRequest';

/** The messages of the hints of a run; each request has a state, and perhaps warnings. */
function hintsOf(requests: ReadonlyArray<[state: object, ...warnings: string[]]>): string[] {
	const hints: NodeExecutionHint[] = [];
	const context = { addExecutionHints: (...more: NodeExecutionHint[]) => hints.push(...more) };
	addHints(
		context as unknown as IExecuteFunctions,
		requests.map(([state, ...warnings]) => ({ state, report: { warnings } }) as never),
	);
	expect(hints.map(({ type, location }) => [type, location])).toEqual(
		[
			['info', 'outputPane'],
			['warning', 'outputPane'],
		].slice(0, hints.length),
	);
	return hints.map(({ message }) => message);
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const heldBack = (reason: string) => ({ kind: 'heldBack', output: { accepted: false, reason } });
const ACCEPTED = { kind: 'accepted' };

test('a hint counts how the requests ended, and why some were held back', () => {
	expect(
		hintsOf([
			[{ kind: 'notSent' }],
			[{ kind: 'unknown' }],
			[{ kind: 'refused' }],
			...times<[object, ...string[]]>(2, [{ kind: 'bad' }, 'Of a refused item, this is not said.']),
			...times<[object]>(4, [heldBack('No consent: context.x is false')]),
			...times<[object]>(8, [
				heldBack('Unmapped: no Bluecore event is mapped to "Video <Played>"'),
			]),
			[heldBack('Too old: its timestamp was 3 days ago')],
			...times<[object]>(1980, [ACCEPTED]),
		]),
	).toEqual([
		'1,980 accepted · 13 held back (8 not mapped, 4 without consent, 1 too old) · 3 refused · 1 may have arrived · 1 not sent',
	]);
	expect(hintsOf([[{ kind: 'ready' }]])).toEqual(['1 valid']);
	expect(hintsOf([[{ kind: 'converted', output: { email: 'jane@example.com' } }]])).toEqual([
		'1 converted',
	]);
	expect(hintsOf([])).toEqual([]);
});

test('the three most frequent warnings are shown, one for all that are alike, as text that is not HTML', () => {
	expect(
		hintsOf([
			[ACCEPTED, 'Rare', `Long ${'x'.repeat(300)}`],
			[ACCEPTED, 'Product 2: the price of "<b>" & "c" was left out', 'Another rare one'],
			[ACCEPTED, 'Product 17: the price of "d" & "e" was left out'],
			[ACCEPTED, `Long ${'x'.repeat(300)}`],
			[ACCEPTED],
		]),
	).toEqual([
		'5 accepted · 4 with warnings',
		[
			`2 × Long ${'x'.repeat(235)}…`,
			'2 × Product 2: the price of "&lt;b>" &amp; "c" was left out',
			'1 × Rare',
		].join('<br>'),
	]);
});

test.each<[string, object]>([
	['does not have hints', {}],
	[
		'fails to take a hint',
		{
			addExecutionHints() {
				throw new Error('no');
			},
		},
	],
])('a run ends as usual in an n8n that %s', (_what, context) => {
	const requests = [{ state: ACCEPTED, report: { warnings: [] } }] as unknown as ItemRequest[];
	expect(() => {
		addHints(context as IExecuteFunctions, requests);
	}).not.toThrow();
});
