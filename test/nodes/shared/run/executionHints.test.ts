import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { ItemRequest } from '../../../../nodes/shared/run/operation';
import { addHints } from '../../../../nodes/shared/run/outputItems';
import { Report } from '../../../../nodes/shared/values/report';

interface State {
	readonly kind: string;
	readonly output?: object;
	/** The attributes that the request has. */
	readonly names?: readonly string[];
}

/** The hints of a run, the warnings with a mark before them; each request has a state, and perhaps warnings. */
function hintsOf(
	requests: ReadonlyArray<[state: State, ...warnings: string[]]>,
	operation: Parameters<typeof addHints>[1] = {},
): string[] {
	const hints: NodeExecutionHint[] = [];
	const context = { addExecutionHints: (...more: NodeExecutionHint[]) => hints.push(...more) };
	addHints(
		context as unknown as IExecuteFunctions,
		operation,
		requests.map(([{ names: attributeNames = [], ...state }, ...warnings]) => {
			return { state, report: { warnings, saidElsewhere: [], attributeNames } } as never;
		}),
	);
	return hints.map(({ type, location, message }) => {
		expect(location).toBe('outputPane');
		return type === 'warning' ? `⚠ ${message}` : message;
	});
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
			...times<[State, ...string[]]>(2, [{ kind: 'bad' }, 'Of a refused item, this is not said.']),
			...times<[State]>(4, [heldBack('No consent: context.x is false')]),
			...times<[State]>(8, [heldBack('Unmapped: no Bluecore event is mapped to "Video <Played>"')]),
			[heldBack('Too old: its timestamp was 3 days ago')],
			...times<[State]>(1980, [ACCEPTED]),
		]),
	).toEqual([
		'1,980 accepted · 13 held back (8 not mapped, 4 without consent, 1 too old) · 3 refused · 1 may have arrived · 1 not sent',
	]);
	expect(hintsOf([[{ kind: 'ready' }]])).toEqual(['1 valid']);
	expect(hintsOf([[{ kind: 'converted', output: { email: '' } }]])).toEqual(['1 converted']);
	expect(hintsOf([])).toEqual([]);
});

test('an answer to a question, and a message of an earlier run, do not count as accepted', () => {
	expect(hintsOf([[ACCEPTED], [ACCEPTED], [{ kind: 'refused' }]], { isReadOnly: true })).toEqual([
		'2 answered · 1 refused',
	]);
	const isFromBefore = ({ body }: { body: unknown }) => body === 'old';
	const answered = (body: string) => ({ kind: 'accepted', response: { body } });
	expect(hintsOf([[answered('old')], [answered('new')]], { isFromBefore })).toEqual([
		'1 accepted · 1 sent before',
	]);
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
			`⚠ 2 × Long ${'x'.repeat(235)}…`,
			'2 × Product 2: the price of "&lt;b>" &amp; "c" was left out',
			'1 × Rare',
		].join('<br>'),
	]);
});

test('what is only validated, or is a row of a file, names the attributes that are not the usual ones', () => {
	expect(
		hintsOf([
			[{ kind: 'ready', names: ['first_name', 'loyalty_tier', 'email'] }],
			[{ kind: 'converted', names: ['shoe_size', 'loyalty_tier'] }],
			[{ kind: 'bad', names: ['of_a_refused_item'] }],
			[{ kind: 'accepted', names: ['sent'] }],
		]),
	).toEqual([
		'1 accepted · 1 valid · 1 converted · 1 refused',
		'Attributes that become permanent columns in your Bluecore account, unless they are columns already: loyalty_tier, shoe_size. The option Attributes to Send keeps others out.',
	]);
	expect(hintsOf([[{ kind: 'ready', names: ['city'] }]])).toEqual(['1 valid']);
});

const fails = () => {
	throw new Error('no');
};
test.each<[string, object]>([
	['does not have hints', {}],
	['fails to take a hint', { addExecutionHints: fails }],
])('a run ends as usual in an n8n that %s', (_what, context) => {
	const requests = [{ state: ACCEPTED, report: new Report() }] as unknown as ItemRequest[];
	expect(() => {
		addHints(context as IExecuteFunctions, {}, requests);
	}).not.toThrow();
});
