import fc from 'fast-check';

import { check, scenario } from '../../../support/processModel';

test('whatever process ends at any step, nothing is lost, doubled, out of order, too much, too fast or reported wrongly, in 500 random runs', async () => {
	const property = fc.asyncProperty(scenario, async (given) => await check(given));
	const numRuns = Number(process.env.PROPERTY_RUNS ?? 500);
	const seed = Number(process.env.PROPERTY_SEED ?? 1);
	const result = await fc.check(property, { numRuns, seed, includeErrorInReport: true });
	expect(fc.defaultReportMessage(result)).toBeUndefined();
}, 900_000);
