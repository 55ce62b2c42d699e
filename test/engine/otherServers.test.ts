import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { emails, runNode } from '../support/nodes';
import { runContinuing } from '../support/outputs';
import { customCredential, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

/** A sign-in page. */
const PAGE = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>';
const HTML = { 'content-type': 'text/html; charset=utf-8' };

const ITEMS = ['a', 'b', 'c'].map((name) => ({ name, email: `${name}@example.com` }));
const options = { maxConcurrency: 1, retryBaseSeconds: 0.01, retryMaxSeconds: 0.02 };
const given = () => ({ credential: customCredential(sandbox), items: ITEMS });
const send = () => emails(given(), { options });
/** Answers the calls for one customer in this way. */
const answer = (name: string, effect: FaultEffect) => {
	sandbox.interceptor = ({ body }) =>
		JSON.stringify(body ?? '').includes(`${name}@example.com`) ? effect : undefined;
};
/** What the item says that another server has answered. */
const REFUSED = {
	error: expect.stringMatching(
		/URL is not the address of Bluecore's API: 127\.0\.0\.1:\d+ answered.* \[item \d\]$/,
	),
	advice: expect.stringContaining('URL in the Bluecore credential'),
};

test('an email that is answered with a page is not said to be taken by Bluecore', async () => {
	answer('b', { status: 202, headers: HTML, body: PAGE });
	const { main, errors } = await runContinuing('continueErrorOutput', send());
	expect(main.map(([item]) => item)).toEqual([0, 2]);
	expect(errors).toEqual([[1, { ...ITEMS[1], ...REFUSED }]]);
	const { error, everything } = await runNode(send());
	expect(error?.message).toMatch(/; 1 of 3 items were accepted \[item 1\]$/);
	expect(error?.description).toMatch(
		/Accepted: item 0\. Not accepted: item 1\. Not sent: item 2\./,
	);
	expect(everything).not.toContain('Sign in</title>');
});

test.each([{}, { conversation_id: '' }, ''])(
	'an email that is answered with %j may have gone out',
	async (body) => {
		answer('b', { status: 202, headers: { 'content-type': 'application/json' }, body });
		const { error } = await runNode(send());
		expect(error?.message).toMatch(/conversation ID; 1 of 3 items were accepted \[item 1\]$/);
		expect(error?.description).toMatch(
			/do not send it again[^]*Accepted: item 0\. May have arrived[^:]*: item 1\. Not sent: item 2\./,
		);
		expect(sandbox.state.calls).toHaveLength(2);
	},
);
