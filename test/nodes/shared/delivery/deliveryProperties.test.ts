import fc from 'fast-check';

import { check, scenario } from '../../../support/deliveryModel';

test('nothing is lost, doubled, out of order, too many or too fast, in 1,000 random runs', async () => {
	const property = fc.asyncProperty(scenario, async (given) => await check(given));
	const numRuns = Number(process.env.PROPERTY_RUNS ?? 1000);
	const seed = Number(process.env.PROPERTY_SEED ?? 1);
	const result = await fc.check(property, { numRuns, seed });
	expect(fc.defaultReportMessage(result)).toBeUndefined();
});
