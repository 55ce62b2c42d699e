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
	return {
		nodeTypes: Object.fromEntries(
			Object.entries(loader.nodeTypes).map(([name, { type }]) => [
				`${loader.packageName}.${name}`,
				type as INodeType,
			]),
		),
		credentialTypes: Object.fromEntries(
			Object.entries(loader.credentialTypes).map(([name, { type }]) => [name, type]),
		),
	};
}
