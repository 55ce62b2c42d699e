// The way of one item through the nodes as it runs: the files, and the functions in each, in the order of their first calls.
import Module from 'node:module';
import path from 'node:path';

import ts from 'typescript';

import { credentialsOf } from '../harness/credentials';
import { runWorkflow } from '../harness/engine';
import { loadPackage } from '../harness/loadPackage';
import { pinned, sending } from '../harness/n8n/workflows';
import { ROOT } from '../harness/paths';
import { Sandbox } from '../sandbox/bluecoreSandbox';

const PURCHASE = {
	...{ operation: 'purchase', email: '={{ $json.email }}', orderId: 'O-1', total: 10 },
	...{ productsInput: 'json', productsJson: '={{ $json.properties.products }}' },
};
const WAYS: Readonly<Record<string, object>> = {
	purchase: PURCHASE,
	forward: { operation: 'forward', message: '={{ $json }}' },
	retry: { ...PURCHASE, options: { retryBaseSeconds: 0.01 } },
};
const properties = { order_id: 'O-1', total: 10, products: [{ id: 'SKU1' }] };
const ITEM = { event: 'Order Completed', email: 'jane@example.com', properties };

const called = new Map<string, Set<string>>();
const recordCall = (file: string, name: string) =>
	called.set(file, (called.get(file) ?? new Set()).add(name));

/** The code of a built file with a call of `recordCall` at the beginning of each function that has a name. */
function withCalls(code: string, file: string): string {
	const added: Array<readonly [at: number, text: string]> = [];
	const visit = (node: ts.Node): void => {
		ts.forEachChild(node, visit);
		if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return;
		const name = (node.name ?? (node.parent as Partial<ts.NamedDeclaration>).name)?.getText();
		const call = `recordCall(${JSON.stringify(file)}, ${JSON.stringify(name)})`;
		if (name === undefined) return;
		if (ts.isBlock(node.body)) added.push([node.body.getStart() + 1, `${call};`]);
		else added.push([node.body.getStart(), `(${call}, `], [node.body.end, ')']);
	};
	visit(ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true));
	return added
		.sort(([one], [other]) => other - one)
		.reduce((text, [at, call]) => text.slice(0, at) + call + text.slice(at), code);
}

async function main(way = 'purchase'): Promise<void> {
	if (!Object.hasOwn(WAYS, way)) throw new Error(`Give one of: ${Object.keys(WAYS).join(', ')}`);
	const prototype = Module.prototype as unknown as { _compile: (...given: string[]) => unknown };
	const compile = prototype._compile;
	prototype._compile = function (code, file, ...more) {
		const [, name] = file.split(path.join(ROOT, 'dist', path.sep));
		return compile.call(this, name ? withCalls(code, name) : code, file, ...more);
	};
	Object.assign(globalThis, { recordCall });
	const loaded = await loadPackage(ROOT);
	const sandbox = await new Sandbox().start();
	if (way === 'retry') sandbox.faults.add({ status: 503, count: 1 });
	called.clear();
	const send = sending('Send', 'bluecoreEvents', { ...WAYS[way] });
	const credentials = credentialsOf(sandbox);
	await runWorkflow({ workflow: pinned([ITEM], [send]), loaded, credentials });
	await sandbox.stop();
	for (const [file, names] of called)
		console.log(`${file.slice(0, -2)}ts: ${[...names].join(', ')}`);
	const functions = [...called.values()].reduce((sum, { size }) => sum + size, 0);
	console.log(`${called.size} files, ${functions} functions`);
}

void main(process.argv[2]);
