import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

import fc from 'fast-check';
import ts from 'typescript';

import { check, scenario, type Machinery } from '../../../support/deliveryModel';

const FOLDER = path.join(__dirname, '../../../../nodes/shared/delivery');

const property = (machinery?: Machinery) =>
	fc.asyncProperty(scenario, async (given) => await check(given, machinery));

/** The delivery with one piece of one file replaced, as if somebody had broken it. */
function broken(file: string, [piece, replacement]: readonly [string, string]): Machinery {
	const loaded = new Map<string, object>();
	const load = (name: string): object => {
		const known = loaded.get(name);
		if (known) return known;
		const source = readFileSync(path.join(FOLDER, `${name}.ts`), 'utf8');
		if (name === file && source.split(piece).length !== 2) {
			throw new Error(`${file}.ts must have exactly once: ${piece}`);
		}
		const text = name === file ? source.replace(piece, () => replacement) : source;
		const { outputText } = ts.transpileModule(text, {
			compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
		});
		const exports = {};
		loaded.set(name, exports);
		const requireOther = (target: string): unknown =>
			target.startsWith('./') ? load(target.slice(2)) : createRequire(__filename)(target);
		const run = vm.compileFunction(outputText, ['exports', 'require']) as (
			exports: object,
			require: (target: string) => unknown,
		) => void;
		run(exports, requireOther);
		return exports;
	};
	return { ...load('deliver'), ...load('throttle') } as Machinery;
}

test('the copy that is broken nowhere passes', async () => {
	const whole = broken('deliver', ['isStopped ||=', 'isStopped ||=']);
	expect((await fc.check(property(whole), { numRuns: 200 })).failed).toBe(false);
});

test.each<[string, string, readonly [string, string]]>([
	[
		'sends the events of a customer side by side',
		'orderedQueue',
		['if (before === undefined)', 'if (true)'],
	],
	[
		'puts a retry behind the later events of its customer',
		'deliver',
		['waiting.add(index, time);', 'waiting.add(index, time); queue.settle(index);'],
	],
	[
		'has one more in flight than it may',
		'deliver',
		['length: Math.min(settings.maxConcurrency,', 'length: Math.min(settings.maxConcurrency + 1,'],
	],
	[
		'does not hold to the rate',
		'rateWindow',
		['return Math.max(earliest, this.due, this.free(limit));', 'return earliest;'],
	],
	[
		'lets everybody in who waits',
		'throttle',
		['this.pace.slot(now, this.limit) > now) return false;', 'false) return false;'],
	],
	[
		'goes on during a pause',
		'rateWindow',
		['this.pausedUntil = Math.max(this.pausedUntil, until);', ''],
	],
	[
		'sends again although it is unknown whether it arrived',
		'deliver',
		['return settings.retryUnknownOutcome;', 'return true;'],
	],
	[
		'sends again what was refused',
		'outcome',
		["? 'temporary' : 'refused'", "? 'temporary' : 'temporary'"],
	],
	[
		'takes no answer for "not sent"',
		'outcome',
		["return { kind: 'unknown', code };", "return { kind: 'not sent', code, retryable: true };"],
	],
	['forgets a call that waits for its retry', 'deliver', ['waiting.add(index, time);', '']],
	['drops calls in silence', 'orderedQueue', ['this.successor[before] = index;', '']],
	[
		'reports as accepted what was refused',
		'outcome',
		['if (statusCode >= 200 && statusCode < 300)', 'if (statusCode >= 200 && statusCode < 500)'],
	],
	[
		'says nothing of a try that may have arrived',
		'deliver',
		['mayHaveArrived[index] = 1;', 'mayHaveArrived[index] = 0;'],
	],
	[
		'retries for ever',
		'deliver',
		['tries[index] > settings.maxRetries ||', 'tries[index] > 50 ||'],
	],
	[
		'goes on after a cancellation',
		'deliver',
		['isStopped || signal?.aborted === true;', 'isStopped;'],
	],
	[
		'waits for what is under way after a cancellation',
		'deliver',
		["signal?.addEventListener('abort', endAll);", ''],
	],
	['waits for ever for an answer', 'deliver', ['if (since > latest) break;', 'break;']],
	[
		'stops although it should go on',
		'deliver',
		['isStopped ||= settings.stopOnFailure && !isGood;', 'isStopped ||= !isGood;'],
	],
	[
		'goes on although it should stop',
		'deliver',
		['isStopped ||= settings.stopOnFailure && !isGood;', ''],
	],
])('a delivery that %s is found out', async (_what, file, change) => {
	const { failed } = await fc.check(property(broken(file, change)), {
		numRuns: 1000,
		seed: 1,
		endOnFailure: true,
		interruptAfterTimeLimit: 20_000,
	});
	expect(failed).toBe(true);
});
