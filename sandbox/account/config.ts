import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findConfigProblems } from '../schemas/schemaChecks';
import defaults from './default.config.json';
import type { Template } from './templates';

export interface Campaign {
	readonly name: string;
	/** Only a welcome campaign accepts customer attributes. */
	readonly type: 'transactional' | 'welcome';
	readonly template?: Template;
	readonly draft?: Template;
}

/** A campaign that the Developer API sends as a text message. */
export interface SmsCampaign {
	readonly name: string;
	readonly text: string;
	readonly draft?: string;
}

/** A client of the Developer API. */
export interface Client {
	readonly id: string;
	readonly secret: string;
	/** Left out: all scopes. */
	readonly scopes?: readonly string[];
}

export interface RateLimit {
	readonly limit: number;
	readonly seconds: number;
}

/** The rate limits of the Developer API. */
export interface RateLimitsConfig {
	readonly steady: RateLimit;
	readonly burst: RateLimit;
	readonly headerPrefix: string;
	readonly headersDescribe: 'tightest' | 'steady';
}

/** The Bluecore account that the sandbox stands in for. Each setting is described in schemas/config.schema.json. */
export interface SandboxConfig {
	readonly namespaces: readonly string[];
	readonly apiKeys: readonly string[];
	readonly clients: readonly Client[];
	readonly tokenSeconds: number;
	readonly rateLimits: RateLimitsConfig;
	readonly campaigns: Readonly<Record<string, Campaign>>;
	readonly smsCampaigns: Readonly<Record<string, SmsCampaign>>;
	readonly suppressDuplicateWelcomeEmails: boolean;
	readonly products?: readonly string[];
	readonly customEvents?: readonly string[];
	readonly failingAddresses: ReadonlyArray<{
		readonly startsWith: string;
		readonly message: string;
	}>;
	readonly sentAfterMs: number;
	readonly finalAfterMs: number;
}

export const DEFAULT_CONFIG = defaults as SandboxConfig;

const SCHEMA = join(__dirname, '..', 'schemas', 'config.schema.json');

/**
 * Reads a configuration file. The result has only the settings that the file contains.
 * @throws {Error} which lists everything that is wrong with the file
 */
export function readConfig(file: string): Partial<SandboxConfig> {
	let config: unknown;
	try {
		config = JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		throw new Error(`The configuration ${file} cannot be read: ${(error as Error).message}`, {
			cause: error,
		});
	}
	const problems = findConfigProblems(config);
	if (problems.length > 0) {
		throw new Error(
			`The configuration ${file} is not valid:\n  ${problems.join('\n  ')}\nAll settings are described in ${SCHEMA}.`,
		);
	}
	return config as Partial<SandboxConfig>;
}
