import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type {
	ICredentialType,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';
import ts from 'typescript';

import { loadPackage } from '../harness/loadPackage';

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

const HEAD = `# Every word a user reads

Written by \`npm run docs\` from the built package, and compared with it by \`npm run check:package\`. For whoever reviews the texts: nothing that the nodes say is anywhere else. Labels stand in bold, with the parameter's name as workflows have it.
`;

/** Every text of a built package that its users get to read, as Markdown. */
export async function interfaceListing(folder: string): Promise<string> {
	const { nodeTypes, credentialTypes } = await loadPackage(folder);
	const listed = [
		...Object.values(credentialTypes).map(describeCredential),
		...Object.values(nodeTypes).map(describeNode),
	].join('\n');
	const messages = messagesBelow(path.join(folder, 'dist'), listed);
	return `${[HEAD, listed, '## Messages\n', MESSAGES_INTRO, ...messages].join('\n').trimEnd()}\n`;
}

const MESSAGES_INTRO = `Texts in the code that are not descriptions, by file, with \`{…}\` for what is filled in. Sentences are put together from several of these.\n`;

function describeCredential({ displayName, name, properties }: ICredentialType): string {
	return [`## Credential: ${displayName} (\`${name}\`)\n`, ...list(properties), ''].join('\n');
}

function describeNode({ description }: INodeType): string {
	const { displayName, name, properties, codex } = description;
	return [
		`## Node: ${displayName} (\`${name}\`)\n`,
		`- description: ${description.description}`,
		`- subtitle: \`${description.subtitle}\``,
		`- found by: ${codex?.alias?.join(', ')}`,
		'',
		...list(properties),
		'',
	].join('\n');
}

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
	const {
		description,
		action,
		hint,
		placeholder,
		default: initial,
		displayOptions,
	} = {
		description: undefined,
		action: undefined,
		hint: undefined,
		placeholder: undefined,
		default: undefined,
		displayOptions: undefined,
		...entry,
	};
	const button = 'typeOptions' in entry ? entry.typeOptions?.multipleValueButtonText : undefined;
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

/** The texts in the code of a folder, without those that the descriptions have. */
function messagesBelow(folder: string, listed: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.js'))
		.sort()
		.flatMap((file) => {
			const found = textsIn(readFileSync(path.join(folder, file), 'utf8')).filter(
				(text) => !listed.includes(text),
			);
			if (found.length === 0) return [];
			return [
				`### ${file.split(path.sep).join('/').replace(/\.js$/, '')}\n`,
				...bullets(found),
				'',
			];
		});
}

const bullets = (found: readonly string[]) => [...new Set(found)].map((text) => `- ${text}`);

/** The literals and templates of a program that are made of words. */
function textsIn(code: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
		if (ts.isTemplateExpression(node)) {
			const filled = node.templateSpans.map((span) => `{…}${span.literal.text}`);
			found.push([node.head.text, ...filled].join(''));
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('code.js', code, ts.ScriptTarget.Latest));
	return found
		.filter(
			(text) => /[a-z]{2,} [a-z{(]|^[A-Z][a-z]+ |…\} [a-z]/i.test(text) && text !== 'use strict',
		)
		.map((text) => text.replace(/\s*\n\s*/g, ' ').trim());
}
