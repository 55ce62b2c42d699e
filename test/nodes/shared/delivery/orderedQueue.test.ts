import { OrderedQueue } from '../../../../nodes/shared/delivery/orderedQueue';

test('the queue holds back only those whose key is in flight, in order', () => {
	const entries = ['a', 'a', 'b', undefined, 'a', undefined].map((orderKey, index) => ({
		orderKey,
		index,
	}));
	const queue = new OrderedQueue(entries);
	const take = () => queue.take()?.index;
	const settle = (index: number) => queue.settle(entries[index]);
	expect([take(), take(), take(), take(), take()]).toEqual([0, 2, 3, 5, undefined]);
	settle(2);
	settle(3);
	expect(take()).toBeUndefined();
	settle(0);
	expect([take(), take()]).toEqual([1, undefined]);
	settle(1);
	expect(queue.hasMore()).toBe(true);
	expect([take(), take()]).toEqual([4, undefined]);
	expect(queue.hasMore()).toBe(false);
});
