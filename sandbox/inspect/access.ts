import { isIP } from 'node:net';

import type { FastifyRequest } from 'fastify';

/** A name or an address, and perhaps a port. */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/i;

/** Which requests of browsers the sandbox accepts. A web page that somebody visits can send requests to this machine, too. */
export class Access {
	private readonly names = new Set<string>();

	/** Allows a name, besides localhost and all IP addresses. */
	allow(name: string): void {
		if (isIP(name) === 0) this.names.add(name.toLowerCase());
	}

	/**
	 * Whether a browser sends a request under a name that is not known: for a page that the sandbox does not serve. Without HTTPS,
	 * a browser says of a request that only reads neither whose page it is for, nor that it is a browser, except by what it likes.
	 */
	isFromUnknownPage(request: FastifyRequest): boolean {
		return isFromBrowser(request) && !this.isKnownHost(request);
	}

	/**
	 * Whether a request was made to a name that is known. A website can point its own name at this machine, so that the browser
	 * takes the sandbox for a part of the website and lets the website read it (DNS rebinding). It cannot do so with an IP address.
	 */
	isKnownHost({ headers: { host = '' } }: FastifyRequest): boolean {
		return HOST.test(host) && this.isKnownName(hostnameOf(`http://${host}`));
	}

	/** Whether a browser sends a request for a page of another website; following a link to the sandbox is allowed. */
	isFromOtherSite({ method, headers }: FastifyRequest): boolean {
		const { origin, host, 'sec-fetch-site': site } = headers;
		if (method === 'GET' && headers['sec-fetch-mode'] === 'navigate') return false;
		if (origin === undefined) return site === 'cross-site' || site === 'same-site';
		// A proxy in front of the sandbox may have changed the Host header.
		return origin !== `http://${host}` && !this.names.has(hostnameOf(origin) ?? '');
	}

	private isKnownName(name: string | undefined): boolean {
		return (
			name !== undefined &&
			(isIP(name.replace(/^\[|\]$/g, '')) > 0 ||
				name === 'localhost' ||
				name.endsWith('.localhost') ||
				this.names.has(name))
		);
	}
}

/** A program's `fetch` sends `sec-fetch-mode` alone, and `*` as the language, whatever name the program has. */
const isFromBrowser = ({ headers }: FastifyRequest): boolean => {
	const { origin, 'user-agent': agent = '', 'accept-language': language } = headers;
	return (
		origin !== undefined ||
		agent.startsWith('Mozilla/') ||
		(language ?? '*') !== '*' ||
		Object.keys(headers).some(
			(name) => name.startsWith('sec-fetch-') && !(language === '*' && name === 'sec-fetch-mode'),
		)
	);
};

const hostnameOf = (url: string): string | undefined =>
	URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined;

/** Why a request is refused whose name is not known, and what to do. */
export const unknownName = ({ hostname }: FastifyRequest) =>
	`The sandbox does not know the name ${hostname}. If it is the sandbox's own name, start the sandbox with --allow-host ${hostname}.`;
