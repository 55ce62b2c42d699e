import fc from 'fast-check';

import { check, scenario } from '../../support/messageModel';

test('whatever the network does, each message is sent once and reported as it is', async () => {
	await fc.assert(
		fc.asyncProperty(scenario, async (given) => await check(given)),
		{ numRuns: 300 },
	);
}, 120_000);
