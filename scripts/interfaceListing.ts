import type {
	ICredentialType,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import { loadPackage } from '../harness/loadPackage';

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

const HEAD = `# What users read in the editor

Written by \`npm run docs\` from the built package, and compared with it by \`npm run check:package\`: all texts of the credential and the nodes, for a review. Messages about items are in the code, next to each check. Labels are in bold, followed by the name of the parameter in workflows.
`;

/** The texts of a built package's credential and nodes, as Markdown. */
export async function interfaceListing(folder: string): Promise<string> {
	const { nodeTypes, credentialTypes } = await loadPackage(folder);
	const listed = [
		...Object.values(credentialTypes).map(describeCredential),
		...Object.values(nodeTypes).map(describeNode),
	].join('\n');
	return `${HEAD}\n${listed.trimEnd()}\n`;
}

const describeCredential = ({ displayName, name, properties }: ICredentialType): string =>
	[`## Credential: ${displayName} (\`${name}\`)\n`, ...list(properties), ''].join('\n');

const describeNode = ({ description: { properties, codex, ...node } }: INodeType): string =>
	[
		`## Node: ${node.displayName} (\`${node.name}\`)\n`,
		`- description: ${node.description}`,
		`- subtitle: \`${node.subtitle}\``,
		`- found by: ${codex?.alias?.join(', ')}`,
		'',
		...list(properties),
		'',
	].join('\n');

const list = (entries: readonly Entry[], indent = ''): string[] =>
	entries.flatMap((entry) => [
		`${indent}- ${title(entry)}`,
		...texts(entry).map((text) => `${indent}    - ${text}`),
		...list(innerOf(entry), `${indent}    `),
	]);

const innerOf = (entry: Entry): readonly Entry[] => [
	...('options' in entry ? (entry.options ?? []) : []),
	...('values' in entry ? entry.values : []),
];

function title(entry: Entry): string {
	if ('value' in entry) return `*${entry.name}* \`${entry.value}\``;
	if (!('type' in entry)) return `**${entry.displayName}** \`${entry.name}\``;
	const { displayName, name, type, required } = entry;
	if (type === 'notice') return `notice: ${displayName}`;
	return `**${displayName}** \`${name}\` (${type}${required ? ', required' : ''})`;
}

function texts(entry: Entry): string[] {
	const all = entry as Partial<INodeProperties & INodePropertyOptions>;
	const { description, action, hint, placeholder, default: initial, displayOptions } = all;
	const button = all.typeOptions?.multipleValueButtonText;
	const isPlain = initial !== undefined && initial !== '' && typeof initial !== 'object';
	return [
		...(displayOptions?.show ? [`shown for ${conditions(displayOptions.show)}`] : []),
		...(displayOptions?.hide ? [`hidden for ${conditions(displayOptions.hide)}`] : []),
		...(isPlain ? [`default: \`${String(initial)}\``] : []),
		...Object.entries({ description, action, hint, placeholder, button })
			.filter(([, text]) => text !== undefined)
			.map(([kind, text]) => `${kind}: ${text}`),
	];
}

const conditions = (show: object): string =>
	Object.entries(show)
		.map(([name, values]) => `${name} ${(values as unknown[]).map(String).join(', ')}`)
		.join('; ');
