import { OrderedQueue } from '../../../../nodes/shared/delivery/orderedQueue';

test('the queue holds back only those whose key is out, in order', () => {
	const queue = new OrderedQueue(['a', 'a', 'b', undefined, 'a', undefined]);
	expect([queue.take(), queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
		0,
		2,
		3,
		5,
		undefined,
	]);
	queue.settle(2);
	queue.settle(3);
	expect(queue.take()).toBeUndefined();
	queue.settle(0);
	expect([queue.take(), queue.take()]).toEqual([1, undefined]);
	queue.settle(1);
	expect([queue.take(), queue.take()]).toEqual([4, undefined]);
});
