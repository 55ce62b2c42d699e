import fc from 'fast-check';

import { BoundedMap } from '../../../sandbox/state/boundedMap';
import { usedHeap } from '../../support/heap';

/** What is kept after the same changes, found anew each time. */
class Model {
	entries: Array<[key: number, size: number]> = [];

	evicted: number[] = [];

	set(key: number, size: number, count: number, bytes: number): void {
		const same = this.entries.find((entry) => entry[0] === key);
		if (same) same[1] = size;
		else this.entries.push([key, size]);
		const total = () => this.entries.reduce((sum, [, each]) => sum + each, 0);
		while (this.entries.length > 1 && (this.entries.length > count || total() > bytes)) {
			const [oldest] = this.entries.splice(0, 1);
			this.evicted.push(oldest[1]);
		}
	}

	delete(key: number): void {
		this.entries = this.entries.filter((entry) => entry[0] !== key);
	}
}

const change = fc.oneof(
	{ weight: 5, arbitrary: fc.tuple(fc.constant('set'), fc.nat(8), fc.nat(25)) },
	{ weight: 2, arbitrary: fc.tuple(fc.constant('renew'), fc.nat(8), fc.nat(25)) },
	{ weight: 2, arbitrary: fc.tuple(fc.constant('delete'), fc.nat(8), fc.nat(9)) },
	{ weight: 1, arbitrary: fc.tuple(fc.constant('clear'), fc.nat(8), fc.nat(9)) },
);

test('a new entry evicts the oldest ones, whatever was changed before', () => {
	fc.assert(
		fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
			const evicted: number[] = [];
			const [count, bytes] = [5, 20];
			const onEvicted = (size: number) => evicted.push(size);
			const map = new BoundedMap<number, number>({
				count,
				bytes,
				sizeOf: (size) => size,
				onEvicted,
			});
			const model = new Model();
			for (const [what, key, size] of changes) {
				if (what === 'clear') {
					map.clear();
					model.entries = [];
					continue;
				}
				if (what !== 'set') {
					map.delete(key);
					model.delete(key);
				}
				if (what !== 'delete') {
					map.set(key, size);
					model.set(key, size, count, bytes);
				}
				expect([...map]).toEqual(model.entries);
				expect(evicted).toEqual(model.evicted);
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
