import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { EVENTS_OPTIONS } from '../../../../nodes/BluecoreEvents/BluecoreEvents.node';
import { planOf, type Operation } from '../../../../nodes/shared/run/operation';
import { runItems } from '../../../../nodes/shared/run/runItems';

const NODE = { name: 'Bluecore', type: 'bluecoreEvents', parameters: {} } as unknown as INode;
const DEFECT = 'The result could not be described: a defect';

/** Runs items that are answered with these statuses. What fails becomes an error item. */
async function run(statuses: number[], operation: Partial<Operation>) {
	const context = {
		getInputData: () => statuses.map((_status, n) => ({ json: { n } })),
		getNodeParameter: (_name: string, _index: number, fallback: unknown) => fallback,
		getNode: () => NODE,
		getCredentials: async () => await Promise.resolve({ namespace: 'bluestore' }),
		getExecutionCancelSignal: () => undefined,
		continueOnFail: () => true,
		addExecutionHints: () => undefined,
	} as unknown as IExecuteFunctions;
	const [items] = await runItems(context, {
		options: EVENTS_OPTIONS,
		api: 'events',
		createOperation: () => ({
			endpoint: 'event',
			plan: (item) => [
				planOf(item, {
					account: item.account,
					summary: { event: item.index },
					send: async () =>
						await Promise.resolve({ statusCode: statuses[item.index], headers: {}, body: {} }),
				}),
			],
			output: ({ summary }) => summary,
			...operation,
		}),
	});
	return items.map(({ json }) => json);
}

describe('what throws after sending costs no item its result', () => {
	test('the output of an accepted item', async () => {
		const output: Operation['output'] = ({ summary }) => {
			if (summary.event === 1) throw new Error('a defect');
			return { ...summary, is: 'described' };
		};
		expect(await run([202, 202, 202], { output })).toEqual([
			{ event: 0, is: 'described', attempts: 1 },
			{ event: 1, attempts: 1, warnings: [`It was accepted. ${DEFECT}`] },
			{ event: 2, is: 'described', attempts: 1 },
		]);
	});

	test('the words for a failure', async () => {
		const explain: Operation['explain'] = (status) => {
			if (status === 418) throw new Error('a defect');
			return { message: 'Refused', fix: 'Change it.' };
		};
		const [refused, defect, accepted] = await run([400, 418, 202], { explain });
		expect(refused).toMatchObject({ n: 0, error: 'Refused [item 0]' });
		expect(defect).toMatchObject({ n: 1, error: `${DEFECT} [item 1]` });
		expect(accepted).toEqual({ event: 2, attempts: 1 });
	});

	test('what is done with all that was accepted', async () => {
		const afterSending = () => {
			throw new Error('a defect');
		};
		const [accepted, refused] = await run([202, 400], { afterSending });
		expect(accepted).toEqual({ event: 0, attempts: 1, warnings: [`It was sent. ${DEFECT}`] });
		expect(refused).toMatchObject({ n: 1, error: expect.stringContaining('refused the event') });
	});
});
