import type { FastifyReply, FastifyRequest } from 'fastify';

/** How often a page is told of what is new. */
const EVERY_MS = 250;

/** Server-sent events: what `tell` says, whenever it has changed. */
export function live(
	{ raw: request }: FastifyRequest,
	reply: FastifyReply,
	tell: () => unknown,
): void {
	reply.hijack();
	const { raw } = reply;
	raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
	let told = '';
	const tick = () => {
		const text = JSON.stringify(tell());
		// A page that does not read is not told more until it does.
		if (text === told || raw.writableNeedDrain) return;
		told = text;
		raw.write(`data: ${text}\n\n`);
	};
	tick();
	const timer = setInterval(tick, EVERY_MS);
	timer.unref();
	request.on('close', () => {
		clearInterval(timer);
	});
}
