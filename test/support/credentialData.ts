import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
} from 'n8n-workflow';

import { MemoryCredentials } from '../../harness/credentials';

type GetDecrypted = MemoryCredentials['getDecrypted'];

/** Lets the first reads of a credential succeed, and the others fail with n8n's message. */
export function failCredentialsAfter(reads: number, message: string): void {
	const original = MemoryCredentials.prototype.getDecrypted;
	let count = 0;
	jest.spyOn(MemoryCredentials.prototype, 'getDecrypted').mockImplementation(async function (
		this: MemoryCredentials,
		...given
	) {
		if (count++ >= reads) throw new Error(message);
		return await original.apply(this, given);
	});
}

/** Evaluates the expressions in credentials, for the item that the node asks for, as n8n does. */
export function evaluateCredentials(): void {
	const original = MemoryCredentials.prototype.getDecrypted as (
		...given: unknown[]
	) => ReturnType<GetDecrypted>;
	jest
		.spyOn(MemoryCredentials.prototype as { getDecrypted: typeof original }, 'getDecrypted')
		.mockImplementation(async function (this: MemoryCredentials, ...given: unknown[]) {
			const data = await original.apply(this, given);
			const values = given[6] as ICredentialsExpressionResolveValues;
			return values.workflow.expression.getParameterValue(
				data as Parameters<typeof values.workflow.expression.getParameterValue>[0],
				values.runExecutionData,
				values.runIndex,
				values.itemIndex,
				values.node.name,
				values.connectionInputData,
				'manual',
				{},
			) as ICredentialDataDecryptedObject;
		});
}
