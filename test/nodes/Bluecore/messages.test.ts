import fc from 'fast-check';

import { check, scenario } from '../../support/messageModel';

test('whatever the network does, each message is sent once and reported as it is', async () => {
	const property = fc.asyncProperty(scenario, async (given) => await check(given));
	const result = await fc.check(property, { numRuns: 300 });
	expect(fc.defaultReportMessage(result)).toBeUndefined();
}, 120_000);
