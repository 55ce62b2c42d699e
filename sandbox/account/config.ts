import { readFileSync } from 'node:fs';

import defaults from './default.config.json';
import { configProblems } from '../schemas/schemaChecks';
import type { Template } from './templates';

export interface Campaign {
	readonly name: string;
	/** Only a welcome campaign takes customer attributes. */
	readonly type: 'transactional' | 'welcome';
	readonly template?: Template;
	readonly draft?: Template;
}

/** The account that the sandbox stands in for. What each is: schemas/config.schema.json. */
export interface SandboxConfig {
	readonly namespaces: readonly string[];
	readonly apiKeys: readonly string[];
	readonly campaigns: Readonly<Record<string, Campaign>>;
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

/**
 * Reads a configuration file; what it leaves out is left out.
 * @throws {Error} which says all that is wrong with it
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
	const problems = configProblems(config, 0);
	if (problems.length > 0) {
		throw new Error(
			`The configuration ${file} is not valid:\n  ${problems.join('\n  ')}\nWhat it may hold: sandbox/schemas/config.schema.json`,
		);
	}
	return config as Partial<SandboxConfig>;
}
