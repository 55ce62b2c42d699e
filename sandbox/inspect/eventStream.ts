import type { FastifyReply, FastifyRequest } from 'fastify';

/** How often a change is looked for. */
const INTERVAL_MS = 250;

/** Answers with server-sent events: a value, and again whenever it has changed. */
export function streamChanges(
	{ raw: request }: FastifyRequest,
	reply: FastifyReply,
	currentValue: () => unknown,
): void {
	reply.hijack();
	const { raw } = reply;
	raw.writeHead(200, {
		'content-type': 'text/event-stream',
		'cache-control': 'no-store',
		'cross-origin-resource-policy': 'same-origin',
	});
	let sent = '';
	const sendIfChanged = () => {
		const text = JSON.stringify(currentValue());
		// A client that does not read gets nothing more until it does, so that nothing piles up in memory.
		if (text === sent || raw.writableNeedDrain) return;
		sent = text;
		raw.write(`data: ${text}\n\n`);
	};
	sendIfChanged();
	const timer = setInterval(sendIfChanged, INTERVAL_MS);
	timer.unref();
	request.on('close', () => {
		clearInterval(timer);
	});
}
