import type {
	ICredentialsHelper,
	IExecuteFunctions,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { isExpression } from '../values/field';
import type { Problem } from '../values/report';
import {
	CREDENTIAL_NAME,
	DEVELOPER_CREDENTIAL_NAME,
	readAccount,
	readClientAccount,
	type AccountReading,
	type ApiName,
} from './account';

/** The message for a credential without the API key that Bluecore Email needs. */
const NO_API_KEY: Problem = {
	message: 'The Bluecore credential has no API Key, but Bluecore Email needs one',
	fix: 'Open the credential and fill in API Key. To get a key, write to support@bluecore.com.',
};

/** The accounts of a run's items. */
interface Accounts {
	/** The account of all items; undefined if the credential has expressions that differ between them. */
	readonly common?: AccountReading;
	/** The account of one item. */
	of(itemIndex: number): Promise<AccountReading>;
}

/**
 * Reads the credential. n8n decrypts it at each read, so it is read only once if no expression in it depends on the item: that its values
 * are the same for some items says nothing of the others.
 */
export async function readAccounts(context: IExecuteFunctions, api: ApiName): Promise<Accounts> {
	const name = api === 'developer' ? DEVELOPER_CREDENTIAL_NAME : CREDENTIAL_NAME;
	async function read(itemIndex: number): Promise<AccountReading> {
		const credential = await context.getCredentials(name, itemIndex);
		if (api === 'developer') return readClientAccount(credential);
		const { account, problems } = readAccount(credential, api);
		const hasNoKey = api === 'email' && account.apiKey === '';
		return { account, problems: hasNoKey ? [...problems, NO_API_KEY] : problems };
	}
	const first = await read(0);
	const isCommon = context.getInputData().length <= 1 || !(await dependsOnItem(context, name));
	if (isCommon) return { common: first, of: async () => first };
	return {
		async of(itemIndex) {
			try {
				const { account, problems } = await read(itemIndex);
				return { account: { ...account, variesByItem: true }, problems };
			} catch (error) {
				const message = error instanceof Error ? error.message : String(error);
				const fix = 'Open the credential and check its expressions for this item.';
				const problem = { message: `The credential could not be read: ${message}`, fix };
				return { ...first, problems: [problem] };
			}
		},
	};
}

/** What n8n gives a node besides its public methods: the reader of credentials, which can leave the expressions in. */
interface Surroundings {
	readonly mode: WorkflowExecuteMode;
	readonly additionalData?: {
		readonly credentialsHelper: Pick<ICredentialsHelper, 'getDecrypted'>;
	} & IWorkflowExecuteAdditionalData;
}

/** Whether a credential has an expression that can differ between items. If the expressions cannot be read, it may have one. */
async function dependsOnItem(context: IExecuteFunctions, name: string): Promise<boolean> {
	const { additionalData, mode } = context as unknown as Surroundings;
	const details = context.getNode().credentials?.[name];
	if (!additionalData || !details) return true;
	try {
		const entered = await additionalData.credentialsHelper.getDecrypted(
			additionalData,
			details,
			name,
			mode,
			undefined,
			true,
		);
		return Object.values(entered).some((value) => isExpression(value) && READS_ITEM.test(value));
	} catch {
		return true;
	}
}

/** Everything but what is the same in a whole execution. */
const READS_ITEM = /\$(?!(?:secrets|vars|env|execution|workflow|now|today)\b)/;
