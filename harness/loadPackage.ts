import './engineFolder';

import { PackageDirectoryLoader } from 'n8n-core';
import type { ICredentialType, INodeType } from 'n8n-workflow';

/** Node types by their full name, credential types by theirs. */
export interface LoadedPackage {
	readonly nodeTypes: Readonly<Record<string, INodeType>>;
	readonly credentialTypes: Readonly<Record<string, ICredentialType>>;
}

/** Loads a built package from its folder the way n8n does when it starts. */
export async function loadPackage(folder: string): Promise<LoadedPackage> {
	const loader = new PackageDirectoryLoader(folder);
	await loader.loadAll();
	const { packageName, nodeTypes, credentialTypes } = loader;
	const typesOf = <T>(loaded: Readonly<Record<string, { type: unknown }>>, prefix = '') =>
		Object.fromEntries(
			Object.entries(loaded).map(([name, { type }]) => [prefix + name, type as T]),
		);
	return {
		nodeTypes: typesOf<INodeType>(nodeTypes, `${packageName}.`),
		credentialTypes: typesOf<ICredentialType>(credentialTypes),
	};
}
