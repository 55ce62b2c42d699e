import { NotSentError } from '../../../../nodes/shared/delivery/outcome';
import { Watchdog } from '../../../../nodes/shared/delivery/watchdog';
import { answer } from '../../../support/developerOperations';
import { fakeClock } from '../../../support/fakeClock';

function watched() {
	const clock = fakeClock();
	const watchdog = new Watchdog(clock, 30_000);
	/** An attempt that starts at a time and would take so long: its outcome, when it has that, and whether its request was ended. */
	const attempt = async (startsAt: number, ms: number) => {
		await clock.sleep(startsAt);
		let isAborted = () => false;
		const { kind } = await watchdog.run(async (signal) => {
			isAborted = () => signal.aborted;
			await clock.sleep(ms);
			return answer(202, {});
		});
		return [kind, clock.now(), isAborted()];
	};
	return { clock, watchdog, attempt };
}

test('each attempt has a time-out of its own, which is noticed within a second, also after a while without attempts', async () => {
	const { clock, attempt } = watched();
	const all = [attempt(0, 60_000), attempt(500, 29_900), attempt(10_500, 60_000)];
	const later = attempt(70_500, 60_000);
	expect(await clock.runUntil(Promise.all([...all, later]))).toEqual([
		['unknown', 30_000, true],
		['accepted', 30_400, false],
		['unknown', 41_000, true],
		['unknown', 100_500, true],
	]);
});

test('a cancellation ends all attempts at once, and one that was not sent yet says so', async () => {
	const { clock, watchdog, attempt } = watched();
	const waiting = watchdog.run(
		async (signal) =>
			await new Promise((_, reject) => {
				const problem = { message: 'Not sent', fix: '' };
				signal.addEventListener('abort', () => reject(new NotSentError(problem, false)));
			}),
	);
	const sent = attempt(0, 60_000);
	void clock.sleep(100).then(() => watchdog.cancelAll());
	expect(await clock.runUntil(sent)).toEqual(['cancelled', 100, true]);
	expect(await waiting).toMatchObject({ kind: 'notSent', retryable: false });
});

test('what is thrown before the request is sent is an outcome, too', async () => {
	const { watchdog } = watched();
	const thrown = Object.assign(new Error(), { code: 'ECONNREFUSED' });
	const outcome = await watchdog.run(() => {
		throw thrown;
	});
	expect(outcome).toEqual({ kind: 'notSent', code: 'ECONNREFUSED', retryable: true });
});
