import {
	NodeHelpers,
	type IDataObject,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	type INodeTypeDescription,
} from 'n8n-workflow';

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');

/** What a node of a workflow sets that its type does not know, or does not show beside the node's other parameters. */
export function unknownParameters(
	node: INode,
	description: Pick<INodeTypeDescription, 'properties'>,
): string[] {
	const { properties } = description;
	const type = description as INodeTypeDescription;
	/** With the defaults: what is shown depends on them too. */
	const root =
		NodeHelpers.getNodeParameters(properties, node.parameters, true, true, node, type) ?? {};

	const walk = (known: INodeProperties[], given: IDataObject, path: string): string[] => {
		const siblings = path === '' ? root : (given as INodeParameters);
		return Object.entries(given).flatMap(([name, value]) => {
			const here = `${path}${name}`;
			const property = known.find(
				(each) =>
					each.name === name && NodeHelpers.displayParameter(siblings, each, node, type, root),
			);
			return property ? inside(property, value, here) : [`${here} is unknown`];
		});
	};

	const inside = ({ type: kind, options = [] }: INodeProperties, value: unknown, path: string) => {
		if (isExpression(value)) return [];
		if (kind === 'options') {
			const isKnown = (options as INodePropertyOptions[]).some((option) => option.value === value);
			return isKnown ? [] : [`${path} has no option ${String(value)}`];
		}
		if (kind === 'collection') {
			return walk(options as INodeProperties[], value as IDataObject, `${path}.`);
		}
		if (kind !== 'fixedCollection') return [];
		return Object.entries(value as IDataObject).flatMap(([name, entries]): string[] => {
			const group = (options as INodePropertyCollection[]).find((each) => each.name === name);
			if (!group) return [`${path}.${name} is unknown`];
			const each = (Array.isArray(entries) ? entries : [entries]) as IDataObject[];
			return each.flatMap((entry) => walk(group.values, entry, `${path}.${name}.`));
		});
	};

	return walk(properties, node.parameters, '');
}
