export interface Campaign {
	readonly name: string;
	readonly type: 'transactional' | 'welcome';
	/** Names that the template needs among the template attributes. */
	readonly variables: readonly string[];
}

export interface SandboxConfig {
	/** Namespaces that exist; empty: any. */
	readonly namespaces: readonly string[];
	/** API keys that are accepted; empty: any. */
	readonly apiKeys: readonly string[];
	/** Campaigns by ID. */
	readonly campaigns: Readonly<Record<string, Campaign>>;
	/** Milliseconds after which an email is `Sent for Delivery`, and after which its status is final. */
	readonly sentAfterMs: number;
	readonly finalAfterMs: number;
}

export const DEFAULT_CONFIG: SandboxConfig = {
	namespaces: [],
	apiKeys: [],
	campaigns: {
		'34545238545': {
			name: 'Order confirmation',
			type: 'transactional',
			variables: ['order_number', 'first_name', 'items', 'total'],
		},
		'34545238546': { name: 'Plain notice', type: 'transactional', variables: [] },
		'34545238547': { name: 'Welcome', type: 'welcome', variables: ['first_name'] },
	},
	sentAfterMs: 1000,
	finalAfterMs: 3000,
};
