import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	NodeParameterValueType,
} from 'n8n-workflow';

import { MemoryCredentials } from '../../harness/credentials';

type Data = ICredentialDataDecryptedObject;
type GetDecrypted = (this: MemoryCredentials, ...given: unknown[]) => Promise<Data>;

/** Puts something between the nodes and their credentials until Jest's mocks are restored. */
function intercept(read: (original: () => Promise<Data>, given: unknown[]) => Promise<Data>): void {
	const methods = MemoryCredentials.prototype as unknown as { getDecrypted: GetDecrypted };
	const original = methods.getDecrypted;
	jest.spyOn(methods, 'getDecrypted').mockImplementation(async function (
		this: MemoryCredentials,
		...given
	) {
		return await read(async () => await original.apply(this, given), given);
	});
}

/** Lets so many reads of a credential succeed, and the others fail with a message of n8n. */
export function failCredentialsAfter(reads: number, message: string): void {
	let count = 0;
	intercept(async (original) => {
		if (count++ >= reads) throw new Error(message);
		return await original();
	});
}

/** Evaluates the expressions in credentials, for the item that the node asks for, as n8n does. */
export function evaluateCredentials(): void {
	intercept(async (original, given) => {
		const data = await original();
		const [isRaw] = given.slice(5);
		if (isRaw === true) return data;
		const values = given[6] as ICredentialsExpressionResolveValues;
		return values.workflow.expression.getParameterValue(
			data as NodeParameterValueType,
			values.runExecutionData,
			values.runIndex,
			values.itemIndex,
			values.node.name,
			values.connectionInputData,
			'manual',
			{},
		) as Data;
	});
}
