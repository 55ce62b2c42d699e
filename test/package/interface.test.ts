import {
	NodeHelpers,
	Workflow,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';

import { LOADED } from '../support/nodes';

const [EVENTS, EMAIL, DEVELOPER] = Object.values(LOADED.nodeTypes);

/** A node as n8n has it when it runs: with the defaults of its parameters. */
function withDefaults({ description }: INodeType, given: INodeParameters): INode {
	const node = { parameters: given, typeVersion: 1 } as INode;
	const { properties } = description;
	const all = NodeHelpers.getNodeParameters(properties, given, true, false, node, description);
	return { ...node, parameters: { ...all, ...given } };
}

test('each node can be a tool of an AI agent, which is told what the operation does', () => {
	const told = [EVENTS, EMAIL, DEVELOPER].map((type) => {
		const { usableAsTool } = type.description;
		return [NodeHelpers.getToolDescriptionForNode(withDefaults(type, {}), type), usableAsTool];
	});
	expect(told).toEqual([
		['Record product view in Bluecore Events', true],
		['Send email in Bluecore Email', true],
		[expect.stringMatching(/ in Bluecore Developer API$/), true],
	]);
});

test('n8n shows the operation and the resource under the node', () => {
	const type = 'n8n-nodes-bluecore.bluecore';
	const parameters = { resource: 'message', operation: 'getStatus' };
	const node: INode = { id: '1', name: 'B', type, typeVersion: 1, position: [0, 0], parameters };
	const getByName = () => DEVELOPER;
	const nodeTypes = { getByName, getByNameAndVersion: getByName, getKnownTypes: () => ({}) };
	const { expression } = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const { subtitle } = DEVELOPER.description;
	expect(expression.getSimpleParameterValue(node, subtitle, 'internal', {})).toBe(
		'Get Status: Message',
	);
});

describe.each([
	['Bluecore Events', EVENTS],
	['Bluecore Email', EMAIL],
	['Bluecore', DEVELOPER],
])('the texts of %s', (_name, { description }) => {
	/** All parameters, those in collections too, with the choices of dropdowns. */
	function flat(properties: readonly INodeProperties[]): INodeProperties[] {
		return properties.flatMap((property) => [
			property,
			...(property.type === 'collection' ? flat(property.options as INodeProperties[]) : []),
			...(property.type === 'fixedCollection'
				? (property.options as Array<{ values: INodeProperties[] }>).flatMap((group) =>
						flat(group.values),
					)
				: []),
		]);
	}
	const all = flat(description.properties);

	test('have a notice after each list of assignments, whose description the editor does not show', () => {
		const after = all.flatMap(({ type }, index) =>
			type === 'assignmentCollection' ? [all[index + 1]?.type] : [],
		);
		expect(after).toEqual(after.map(() => 'notice'));
		expect(all.map(({ type }) => type)).toContain('notice');
	});

	/** What a parameter's texts do against n8n's guidelines. */
	function violations(property: INodeProperties): string[] {
		const { displayName, description: text, hint, placeholder, type } = property;
		const isAddButton = type === 'collection' || type === 'fixedCollection';
		const isOperation = property.name === 'operation';
		const labels =
			type === 'options' ? (property.options as INodeProperties[]).map(({ name }) => name) : [];
		const rules: Array<[string, boolean]> = [
			['a boolean starts with Whether', type !== 'boolean' || (text ?? '').startsWith('Whether ')],
			[
				'a placeholder starts with e.g.',
				!placeholder || isAddButton || placeholder.startsWith('e.g. '),
			],
			['a label starts with a capital letter', /^[A-Z“]/.test(displayName)],
			['one sentence has no full stop', ![text, hint].some((line) => /^[^.]*\.$/.test(line ?? ''))],
			['more than one have', ![text, hint].some((line) => /\. [A-Z][^.]*$/.test(line ?? ''))],
			['operations are sorted', !isOperation || [...labels].sort().join() === labels.join()],
		];
		return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
	}

	test.each(all.map((property) => [property.displayName, property] as const))(
		'%s keeps to the guidelines',
		(_label, property) => expect(violations(property)).toEqual([]),
	);
});
