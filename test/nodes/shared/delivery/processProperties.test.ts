import { counterexample } from '../../../support/processModel';

test('whatever process ends at any step, nothing is lost, doubled, out of order, too much, too fast or reported wrongly, in 500 random runs', async () => {
	const runs = Number(process.env.PROPERTY_RUNS ?? 500);
	const seed = Number(process.env.PROPERTY_SEED ?? 1);
	expect(await counterexample(runs, seed)).toBeUndefined();
}, 900_000);
