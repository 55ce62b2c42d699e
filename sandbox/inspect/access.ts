import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** A name or an address, and perhaps a port. */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/i;

/** A request, as far as it says who sends it. */
type Sender = Pick<IncomingMessage, 'method' | 'headers'>;

/** Which requests of browsers the sandbox accepts. A web page that somebody visits can send requests to this machine, too. */
export class Access {
	private readonly names = new Set<string>();

	/** Allows a name, besides localhost and all IP addresses. */
	allow(name: string): void {
		if (isIP(name) === 0) this.names.add(name.toLowerCase());
	}

	/**
	 * Why a request is refused; undefined if it is not. Of a request under a name that is not known, only programs are answered, and only
	 * by Bluecore's APIs. Without HTTPS, a browser says of a request that only reads neither whose page it is for, nor that it is a
	 * browser, except by what it likes.
	 */
	whyRefused(request: Sender, isOwnAddress: boolean): string | undefined {
		if (this.isFromOtherSite(request)) {
			return "The sandbox takes no calls from web pages, and neither do Bluecore's APIs.";
		}
		if (this.isKnownHost(request) || !(isOwnAddress || isFromBrowser(request))) return undefined;
		const name = (request.headers.host ?? '').replace(/:\d*$/, '');
		return `The sandbox does not know the name ${name}. If it is the sandbox's own name, start the sandbox with --allow-host ${name}.`;
	}

	/**
	 * Whether a request was made to a name that is known. A website can point its own name at this machine, so that the browser
	 * takes the sandbox for a part of the website and lets the website read it (DNS rebinding). It cannot do so with an IP address.
	 */
	private isKnownHost({ headers: { host = '' } }: Sender): boolean {
		return HOST.test(host) && this.isKnownName(hostnameOf(`http://${host}`));
	}

	/** Whether a browser sends a request for a page of another website; following a link to the sandbox is allowed. */
	private isFromOtherSite({ method, headers }: Sender): boolean {
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
const isFromBrowser = ({ headers }: Sender): boolean => {
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
