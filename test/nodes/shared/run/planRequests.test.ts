import { sleep, type IExecuteFunctions, type INode } from 'n8n-workflow';

import { EVENTS_OPTIONS } from '../../../../nodes/BluecoreEvents/BluecoreEvents.node';
import type { AccountReading } from '../../../../nodes/shared/account/account';
import { itemReader, type Item } from '../../../../nodes/shared/input/item';
import { planOf, type Operation, type Plan } from '../../../../nodes/shared/run/operation';
import { planRequests } from '../../../../nodes/shared/run/runItems';
import { ACCOUNT } from '../../../support/items';

const NODE = { name: 'Bluecore', type: 'bluecoreEvents', parameters: {} } as unknown as INode;
const READING: AccountReading = { account: ACCOUNT, problems: [] };
const NO_NAMESPACE = { message: 'no Namespace', fix: 'Fill it in.' };

const planIt = (item: Item): Plan[] => [
	planOf(item, {
		account: item.account,
		summary: { index: item.index },
		send: async () => await Promise.reject(new Error('Nothing is sent here')),
	}),
];
const operationOf = (more: Partial<Operation>): Operation => ({
	endpoint: 'event',
	plan: planIt,
	output: () => ({}),
	...more,
});

/** Plans so many items; `signal` cancels the execution. */
async function plan(
	count: number,
	operation: Partial<Operation>,
	{ signal, common = READING }: { signal?: AbortSignal; common?: AccountReading | null } = {},
) {
	const context = {
		getInputData: () => Array.from({ length: count }, (_, n) => ({ json: { n } })),
		getNodeParameter: (_name: string, _index: number, fallback: unknown) => fallback,
		getNode: () => NODE,
		getExecutionCancelSignal: () => signal,
	} as unknown as IExecuteFunctions;
	const accounts = {
		...(common && { common }),
		of: async (index: number) => {
			const account = { ...ACCOUNT, namespace: `account-${index}` };
			return await Promise.resolve({ account, problems: index < 2 ? [] : [NO_NAMESPACE] });
		},
	};
	const items = itemReader(context, EVENTS_OPTIONS);
	return await planRequests(context, accounts, items, operationOf(operation));
}

/** Plans an item; by the clock, it takes so many milliseconds. */
function planIn(ms: number) {
	let now = 0;
	jest.spyOn(performance, 'now').mockImplementation(() => now);
	return (item: Item) => {
		now += ms;
		return planIt(item);
	};
}

test('an item whose check throws is refused, and the others are not', async () => {
	const requests = await plan(3, {
		plan(item) {
			if (item.index === 1) throw new Error('no such thing');
			return planIt(item);
		},
	});
	expect(requests.map(({ itemIndex, state }) => `${itemIndex} ${state.kind}`)).toEqual([
		...['0 ready', '1 bad', '2 ready'],
	]);
	const fix = 'Look for a field with an unusual value, and pass only the fields that are needed.';
	expect(requests[1].report.problems).toEqual([
		{ message: 'The item cannot be checked: no such thing', fix },
	]);
});

test('an item has the account of its own, if they differ, and its problems make it bad', async () => {
	const bad = { state: { kind: 'bad' }, report: { problems: [NO_NAMESPACE] } };
	const readyIn = (namespace: string) => ({
		state: { kind: 'ready', request: { account: { namespace } } },
	});
	const own = await plan(3, {}, { common: null });
	expect(own).toMatchObject([readyIn('account-0'), readyIn('account-1'), bad]);
	const common = { ...READING, problems: [NO_NAMESPACE] };
	expect(await plan(1, {}, { common })).toMatchObject([bad]);
});

test('what is found when all are planned makes a request bad, also one that was ready', async () => {
	const requests = await plan(3, {
		repeatableOf: ({ summary }) =>
			summary.index === 2 ? undefined : { key: 'same', warning: String, fix: 'Remove it.' },
	});
	expect(requests.map(({ state }) => state.kind)).toEqual(['bad', 'bad', 'ready']);
});

test('while many items are checked, other work of the process goes on', async () => {
	const turnsDuring = async (run: Promise<unknown>) => {
		let turns = 0;
		let isOver = false;
		const other = (async () => {
			for (; !isOver; turns++) await sleep(0);
		})();
		await run;
		isOver = true;
		await other;
		return turns;
	};
	expect(await turnsDuring(plan(30, { plan: planIn(1) }))).toBe(1);
	expect(await turnsDuring(plan(30, { plan: planIn(20) }))).toBeGreaterThanOrEqual(5);
});

test('an execution that is cancelled meanwhile ends there, and says that nothing was sent', async () => {
	const abort = new AbortController();
	let count = 0;
	const planned = planIn(20);
	const cancelling = (item: Item) => {
		if (++count === 7) abort.abort();
		return planned(item);
	};
	const run = plan(30, { plan: cancelling }, { signal: abort.signal });
	await expect(run).rejects.toMatchObject({
		message: expect.stringMatching(/^The execution was canceled; /),
		context: { data: { not_sent: '0–29' } },
	});
	// It is noticed when the process does other work, which is after every third item.
	expect(count).toBe(9);
});
