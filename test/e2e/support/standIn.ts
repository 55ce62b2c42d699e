import fastify from 'fastify';

/** A server in the place of a service. */
export abstract class StandIn {
	/** Where it listens. */
	url = '';

	protected readonly server = fastify({ forceCloseConnections: true });

	async start(): Promise<this> {
		this.url = await this.server.listen({ host: '127.0.0.1', port: 0 });
		return this;
	}

	async stop(): Promise<void> {
		await this.server.close();
	}
}
