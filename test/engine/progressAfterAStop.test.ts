import type { IDataObject } from 'n8n-workflow';

import { runNode, startNode, type NodeRun } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

const SLOW = 'slow@example.com';
const COUNT = 80;
/** Every other one of a customer whose first event is answered late: the others of this customer wait for it. */
const ITEMS = Array.from({ length: COUNT }, (_, n) => ({
	email: n % 2 === 0 ? `c${n}@example.com` : SLOW,
}));
const EVEN = Array.from({ length: COUNT / 2 }, (_, n) => 2 * n);
const ODD = EVEN.map((n) => n + 1);

const events = (parameters: IDataObject, items: IDataObject[]): NodeRun => ({
	node: 'bluecoreEvents',
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters: { ...parameters, options: { maxConcurrency: 50, linkIdentity: false } },
	items,
});
const record = () => events({ operation: 'optin', email: '={{ $json.email }}' }, ITEMS);
const batch = () =>
	events({ operation: 'forward', message: '={{ $json.batch }}' }, [
		{ batch: ITEMS.map((traits) => ({ event: 'optin', traits })) },
	]);

const isSlow = (body: unknown) => JSON.stringify(body).includes(SLOW);
const list = (numbers: readonly number[]) => numbers.join(', ');

interface Failure {
	readonly message: string;
	readonly description?: string | null;
	readonly context?: unknown;
}
/** What the error shows, and what it holds besides, each as text. */
const textsOf = ({ message, description, context }: Failure) => ({
	shown: `${message} ${description ?? ''}`,
	context: JSON.stringify(context),
});

describe.each([
	['items', record, EVEN, ODD],
	['messages of one item', batch, EVEN.map((n) => n + 1), ODD.map((n) => n + 1)],
])(
	'of %s, the whole list of what was accepted and what was not is at hand',
	(_what, build, even, odd) => {
		test('after a failure that stops the run', async () => {
			sandbox.interceptor = ({ body }) =>
				isSlow(body) ? { status: 400, delayMs: 700 } : undefined;
			const { error } = await runNode(build());
			expect(sandbox.state.events).toHaveLength(EVEN.length);
			const { shown, context } = textsOf(error as Failure);
			expect(shown).toMatch(
				new RegExp(`${EVEN.length} of ${COUNT} (items|requests|messages) were accepted`),
			);
			expect(context).toContain(list(even));
			expect(context).toContain(list(odd.slice(1)));
			// Of the two groups, the shorter one is shown: what is left to do.
			expect(shown).toContain(list(odd.slice(1)));
			expect(shown).not.toMatch(/and \d+ more/);
		});

		test('after a cancellation', async () => {
			sandbox.interceptor = ({ body }) => (isSlow(body) ? { delayMs: 5000 } : undefined);
			const { result, cancel } = startNode(build());
			while (sandbox.state.calls.length <= EVEN.length) {
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			await new Promise((resolve) => setTimeout(resolve, 200));
			cancel();
			const { status, nodeError } = await result;
			expect(status).toBe('canceled');
			const { shown, context } = textsOf(nodeError as Failure);
			expect(shown).toMatch(
				new RegExp(`${EVEN.length} of ${COUNT} (items|requests|messages) were accepted`),
			);
			expect(context).toContain(list(even));
			expect(context).toContain(list(odd.slice(1)));
			expect(shown).toContain(list(odd.slice(1)));
		});
	},
);

test('a long list of emails that may have gone out is whole, although it is not the shortest', async () => {
	const items = Array.from({ length: 60 }, (_, n) => ({ email: `c${n}@example.com` }));
	sandbox.interceptor = ({ who }) => ({ delayMs: /[02468]@/.test(who) ? 5000 : 0 });
	const { result, cancel } = startNode({
		node: 'bluecoreEmail',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		parameters: {
			operation: 'send',
			campaignId: '34545238546',
			email: '={{ $json.email }}',
			options: { maxConcurrency: 60, requestsPerSecond: 0 },
		},
		items,
	});
	while (sandbox.state.calls.length < items.length) {
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	await new Promise((resolve) => setTimeout(resolve, 200));
	cancel();
	const { nodeError } = await result;
	const { shown, context } = textsOf(nodeError as Failure);
	const [even, odd] = [0, 1].map((rest) =>
		list(items.map((_, n) => n).filter((n) => n % 2 === rest)),
	);
	expect(context).toContain(even);
	expect(context).toContain(odd);
	// Whoever goes on must look each of these up: they are shown before all others.
	expect(shown).toContain(`check in Bluecore before you send again): items ${even}`);
});
