import type { IDataObject } from 'n8n-workflow';

import { MemoryCredentials } from '../../harness/credentials';
import { failCredentialsAfter } from '../support/credentialData';
import { emails, optIns, runNode, type NodeRun } from '../support/nodes';
import { CONTINUE, outputs, runContinuing, SENTENCE, type Output } from '../support/outputs';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

const UNREADABLE = 'Credential with ID "1" does not exist for type "bluecoreApi".';
const ITEMS = ['a', 'b', 'c'].map((name, id) => ({
	...{ id, email: `${name}@example.com`, conversation_id: `${id + 1}` },
}));

const given = () => ({ credential: sandbox.credential(NAMESPACE, API_KEY), items: ITEMS });
const events = (parameters: IDataObject) => optIns(given(), parameters);
const send = (parameters: IDataObject) => emails(given(), parameters);

/** Every item with its own fields and the same reason. */
const allFailed = (reason: string) =>
	ITEMS.map(
		(item, index) =>
			[index, { ...item, error: expect.stringContaining(reason), advice: SENTENCE }] as const,
	);

describe('an error item comes out for every input item', () => {
	/** Runs with both settings, and returns whether every item fails for this reason and nothing is sent. */
	async function doAllFail(run: NodeRun, reason: string): Promise<boolean> {
		for (const onError of CONTINUE) {
			expect(await runContinuing(onError, run)).toEqual(outputs(onError, ...allFailed(reason)));
		}
		return sandbox.state.calls.length === 0;
	}

	test('when the credential cannot be read', async () => {
		failCredentialsAfter(0, UNREADABLE);
		expect(await doAllFail(events({}), UNREADABLE)).toBe(true);
	});

	test('when n8n does not let the node use the credential', async () => {
		jest.spyOn(MemoryCredentials.prototype, 'isCredentialUsableByNode').mockReturnValue(false);
		expect(await doAllFail(events({}), 'is restricted to specific nodes')).toBe(true);
	});

	test.each<[string, () => NodeRun]>([
		['The option Max Retries must be', () => events({ options: { maxRetries: -1 } })],
		['Unknown operation "toString"', () => events({ operation: 'toString' })],
	])('with the reason: %s', async (reason, build) => {
		expect(await doAllFail(build(), reason)).toBe(true);
	});
});

describe('a credential that can no longer be read in the middle of a run', () => {
	/** One request at a time, so that it is known which of them a read is for. */
	const options = { maxConcurrency: 1, maxRetries: 0 };
	/** n8n's own reason, and nothing of an email that may have been sent. */
	const notSent = (item: IDataObject) => ({
		...item,
		error: expect.stringMatching(/^(?!.*unknown whether).*Credential with ID "1" does not exist/),
		advice: expect.not.stringContaining('may have been sent'),
	});

	const sent = { conversation_id: expect.stringMatching(/^\d+$/), status_code: 202, attempts: 1 };
	const state = { status: 'Delivered', message: '', is_final: true, is_delivered: true };
	test.each<[number, 'email' | 'conversation_id', IDataObject, IDataObject]>([
		[1, 'email', {}, { ...sent, campaign_id: '34545238546' }],
		[2, 'email', {}, { ...sent, campaign_id: '34545238546' }],
		[2, 'conversation_id', { operation: 'getStatus' }, { ...state, attempts: 1 }],
	])('after %d reads, what was not sent says why: %s', async (reads, key, parameters, result) => {
		sandbox.interceptor = ({ api }) =>
			api === 'status' ? { status: 200, body: { status: 'Delivered' } } : undefined;
		failCredentialsAfter(reads, UNREADABLE);
		const onError = 'continueErrorOutput';
		const actual = await runContinuing(onError, send({ ...parameters, options }));
		const arrived = new Set(sandbox.state.calls.map(({ who }) => who));
		const expected = ITEMS.map((item, index): Output => {
			const { email, [key]: id } = item;
			return [index, arrived.has(id) ? { email, [key]: id, ...result } : notSent(item)];
		});
		expect(actual).toEqual(outputs(onError, ...expected));
	});

	test.each([1, 2])(
		'when the node stops after %d reads, no email counts as perhaps sent',
		async (reads) => {
			failCredentialsAfter(reads, UNREADABLE);
			const { error, json } = await runNode(send({ options }));
			const texts = `${error?.message ?? ''} ${error?.description ?? ''}`;
			expect(texts).not.toMatch(/unknown whether|may have/i);
			const [, counted] = /(\d) of 3 items were accepted/.exec(texts) ?? ['', `${json.length}`];
			expect(counted).toBe(`${sandbox.state.calls.length}`);
		},
	);
});
