import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	NodeParameterValueType,
} from 'n8n-workflow';

import { MemoryCredentials } from '../../harness/credentials';

type GetDecrypted = (
	this: MemoryCredentials,
	...given: unknown[]
) => Promise<ICredentialDataDecryptedObject>;

/** Puts something between the nodes and their credentials until Jest's mocks are restored. */
function intercept(read: (original: GetDecrypted) => GetDecrypted): void {
	const methods = MemoryCredentials.prototype as unknown as { getDecrypted: GetDecrypted };
	const original = methods.getDecrypted;
	jest.spyOn(methods, 'getDecrypted').mockImplementation(read(original));
}

/** Lets so many reads of a credential succeed, and the others fail with a message of n8n. */
export function failCredentialsAfter(reads: number, message: string): void {
	let count = 0;
	intercept(
		(original) =>
			async function (...given) {
				if (count++ >= reads) throw new Error(message);
				return await original.apply(this, given);
			},
	);
}

/** Evaluates the expressions in credentials, for the item that the node asks for, as n8n does. */
export function evaluateCredentials(): void {
	intercept(
		(original) =>
			async function (...given) {
				const data = (await original.apply(this, given)) as NodeParameterValueType;
				const [isRaw] = given.slice(5);
				if (isRaw === true) return data as unknown as ICredentialDataDecryptedObject;
				const values = given[6] as ICredentialsExpressionResolveValues;
				return values.workflow.expression.getParameterValue(
					data,
					values.runExecutionData,
					values.runIndex,
					values.itemIndex,
					values.node.name,
					values.connectionInputData,
					'manual',
					{},
				) as ICredentialDataDecryptedObject;
			},
	);
}
