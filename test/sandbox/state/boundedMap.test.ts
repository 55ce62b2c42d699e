import fc from 'fast-check';

import { BoundedMap } from '../../../sandbox/state/boundedMap';
import { usedHeap } from '../../support/heap';

const change = fc.oneof(
	{ weight: 5, arbitrary: fc.tuple(fc.constant('set'), fc.nat(8), fc.nat(25)) },
	{ weight: 2, arbitrary: fc.tuple(fc.constant('renew'), fc.nat(8), fc.nat(25)) },
	{ weight: 2, arbitrary: fc.tuple(fc.constant('delete'), fc.nat(8), fc.nat(9)) },
	{ weight: 1, arbitrary: fc.tuple(fc.constant('clear'), fc.nat(8), fc.nat(9)) },
);

test('a new entry evicts the oldest ones, whatever was changed before', () => {
	fc.assert(
		fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
			const [count, bytes] = [5, 20];
			const evicted: number[] = [];
			const onEvicted = (size: number) => evicted.push(size);
			const sizeOf = (size: number) => size;
			const map = new BoundedMap<number, number>({ count, bytes, sizeOf, onEvicted });
			/** What is kept and what is evicted after the same changes, found anew each time. */
			let kept: Array<[key: number, size: number]> = [];
			const lost: number[] = [];
			for (const [what, key, size] of changes) {
				if (what === 'clear') {
					map.clear();
					kept = [];
					continue;
				}
				if (what !== 'set') {
					map.delete(key);
					kept = kept.filter((entry) => entry[0] !== key);
				}
				if (what !== 'delete') {
					map.set(key, size);
					const same = kept.find((entry) => entry[0] === key);
					if (same) same[1] = size;
					else kept.push([key, size]);
					const total = () => kept.reduce((sum, [, each]) => sum + each, 0);
					while (kept.length > 1 && (kept.length > count || total() > bytes)) {
						lost.push(...kept.splice(0, 1).map(([, each]) => each));
					}
				}
				expect([[...map], evicted]).toEqual([kept, lost]);
			}
		}),
		{ numRuns: 500 },
	);
});

test('changes of the same few entries take no more and more memory', () => {
	const map = new BoundedMap<number, number>({ count: 10_000 });
	const before = usedHeap();
	for (let n = 0; n < 1_000_000; n++) {
		map.delete(n % 100);
		map.set(n % 100, n);
	}
	expect((usedHeap() - before) / 1_000_000).toBeLessThan(10);
	expect(map.size).toBe(100);
});
