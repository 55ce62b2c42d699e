import {
	NodeHelpers,
	Workflow,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';

import { EVENT_OPERATIONS, type EventOperation } from '../../nodes/BluecoreEvents/catalogue';
import { NODE_TYPES } from '../support/nodes';

const [EVENTS, EMAIL, DEVELOPER] = Object.values(NODE_TYPES) as INodeType[];

/** The parameters that the editor shows for these values, in order, without notices. */
function shown({ description }: INodeType, values: INodeParameters): INodeProperties[] {
	const node = { parameters: values, typeVersion: 1 } as INode;
	const all =
		NodeHelpers.getNodeParameters(description.properties, values, true, false, node, description) ??
		{};
	return description.properties.filter(
		(property) =>
			!['notice', 'hidden'].includes(property.type) &&
			NodeHelpers.displayParameter({ ...all, ...values }, property, node, description),
	);
}

const names = (type: INodeType, values: INodeParameters) =>
	shown(type, values).map(({ name }) => name);

test('the node types have their names and their tool variant', () => {
	expect(
		[EVENTS, EMAIL, DEVELOPER].map(({ description }) => [
			description.name,
			description.usableAsTool,
		]),
	).toEqual([
		['bluecoreEvents', true],
		['bluecoreEmail', true],
		['bluecore', true],
	]);
});

/** A node as n8n has it when it runs: with the defaults of its parameters. */
function toolDescription(type: INodeType, given: INodeParameters): string {
	const { description } = type;
	const node = { parameters: given, typeVersion: 1 } as INode;
	const { properties } = description;
	const parameters =
		NodeHelpers.getNodeParameters(properties, given, true, false, node, description) ?? {};
	return NodeHelpers.getToolDescriptionForNode({ ...node, parameters }, type);
}

test('an AI agent is told what each operation does, by its action', () => {
	expect([
		toolDescription(EVENTS, { operation: 'optin' }),
		toolDescription(EVENTS, { operation: 'unsubscribe' }),
		toolDescription(EVENTS, {}),
		toolDescription(EMAIL, {}),
		toolDescription(EMAIL, { operation: 'getStatus' }),
		toolDescription(DEVELOPER, { resource: 'message', operation: 'send' }),
	]).toEqual([
		'Opt in customer in Bluecore Events',
		'Unsubscribe customer in Bluecore Events',
		'Record product view in Bluecore Events',
		'Send email in Bluecore Email',
		'Get status of email in Bluecore Email',
		'Send message in Bluecore Developer API',
	]);
});

test('the names of operations and actions have the same words in one order, and hints are short', () => {
	for (const { description } of [EVENTS, EMAIL, DEVELOPER]) {
		const operations = description.properties.filter(({ name }) => name === 'operation');
		for (const { name, action } of operations.flatMap(
			({ options }) => options as Array<{ name: string; action: string }>,
		)) {
			expect([action, ` ${action.toLowerCase()} `]).toEqual([
				action,
				expect.stringContaining(` ${name.toLowerCase().replace(/^record /, '')} `),
			]);
		}
		const long = description.properties.filter(({ hint = '' }) => hint.length > 120);
		expect(long.map(({ name }) => name)).toEqual([]);
	}
});

describe('Bluecore Events', () => {
	const PRODUCTS = ['productsInput', 'products'];
	const ATTRIBUTES = ['customerAttributesInput', 'customerAttributes', 'customAttributes'];
	const FIELDS: Record<EventOperation, string[]> = {
		viewed_product: PRODUCTS,
		search: ['searchTerm'],
		add_to_cart: PRODUCTS,
		remove_from_cart: PRODUCTS,
		wishlist: PRODUCTS,
		viewed_cart: PRODUCTS,
		remove_from_wishlist: PRODUCTS,
		purchase: [...PRODUCTS, 'orderId', 'total', ...ATTRIBUTES],
		customer_patch: ATTRIBUTES,
		identify: ATTRIBUTES,
		optin: ATTRIBUTES,
		unsubscribe: ATTRIBUTES,
		custom: ['eventName', ...PRODUCTS, ...ATTRIBUTES],
	};

	test.each(EVENT_OPERATIONS)('shows the fields of %s', (operation) => {
		expect(names(EVENTS, { operation })).toEqual([
			'operation',
			'email',
			'distinctId',
			...FIELDS[operation],
			'additionalFields',
			'options',
		]);
	});

	test.each([
		['forward', ['message', 'eventMap', 'unmappedEvents', 'consentPath', 'options']],
		[
			'shopOrder',
			[
				...['order', 'platform', 'productIdFrom', 'productsWithoutId', 'orderIdFrom'],
				...['unfinishedOrders', ...ATTRIBUTES, 'additionalFields', 'options'],
			],
		],
	])('shows the fields of %s', (operation, fields) => {
		expect(names(EVENTS, { operation })).toEqual(['operation', ...fields]);
	});

	test.each([
		['customers', ['email', ...ATTRIBUTES]],
		['purchases', ['email', ...PRODUCTS, 'orderId', 'total', 'created']],
		['shopOrders', ['order', 'platform', 'productIdFrom', 'orderIdFrom', 'productsWithoutId']],
		['optins', ['email']],
		['unsubscribes', ['email']],
	])('shows the fields of importRow of %s', (contents, fields) => {
		const shownNames = names(EVENTS, { operation: 'importRow', contents });
		expect([...shownNames].sort()).toEqual(['operation', 'contents', ...fields, 'options'].sort());
	});

	test('changes the fields with the way in which values are given', () => {
		expect(
			names(EVENTS, {
				operation: 'purchase',
				productsInput: 'json',
				customerAttributesInput: 'auto',
			}),
		).toEqual(expect.arrayContaining(['productsJson', 'productIdField', 'autoMapExclude']));
		expect(names(EVENTS, { operation: 'optin', customerAttributesInput: 'json' })).toContain(
			'customerAttributesJson',
		);
	});
});

describe('Bluecore Email', () => {
	test('shows the fields of send, for each way to give attributes', () => {
		const common = ['operation', 'campaignId', 'email', 'templateAttributesInput'];
		const customer = ['customerAttributesInput', 'customerAttributes', 'customAttributes'];
		const fieldsOf = (values: INodeParameters) => names(EMAIL, { operation: 'send', ...values });
		const auto = { templateAttributesInput: 'auto' };
		for (const [input, field] of [
			['define', 'templateAttributes'],
			['json', 'templateAttributesJson'],
			['auto', 'autoMapExclude'],
		]) {
			const expected = [...common, field, ...customer, 'options'];
			expect(fieldsOf({ templateAttributesInput: input })).toEqual(expected);
		}
		expect(fieldsOf({ ...auto, customerAttributesInput: 'auto' })).toEqual([
			...[...common, 'customerAttributesInput', 'autoMapExclude', 'options'],
		]);
	});

	test('shows the fields of getStatus', () => {
		expect(names(EMAIL, { operation: 'getStatus' })).toEqual([
			...['operation', 'conversationId', 'options'],
		]);
	});
});

describe('Bluecore', () => {
	const ATTRIBUTES = ['customerAttributesInput', 'customerAttributes', 'customAttributes'];
	const IDENTIFIERS = ['email', 'phone'];

	test.each<[string, string, string[]]>([
		['customer', 'get', IDENTIFIERS],
		['customer', 'upsert', [...IDENTIFIERS, ...ATTRIBUTES, 'additionalFields']],
		['message', 'send', ['campaignIds', ...IDENTIFIERS, 'messageId', ...ATTRIBUTES, 'productIds']],
		['message', 'getStatus', ['messageId']],
		['subscription', 'get', IDENTIFIERS],
		['subscription', 'update', [...IDENTIFIERS, 'change', 'messageType', 'additionalFields']],
	])('shows the fields of %s: %s', (resource, operation, fields) => {
		expect(names(DEVELOPER, { resource, operation })).toEqual([
			'resource',
			'operation',
			...fields,
			'options',
		]);
	});

	test.each([
		['customer', 'get', 'Get: Customer'],
		['message', 'getStatus', 'Get Status: Message'],
		['subscription', 'update', 'Update: Subscription'],
	])('n8n shows under the node what %s %s is', (resource, operation, text) => {
		const type = 'n8n-nodes-bluecore.bluecore';
		const parameters = { resource, operation };
		const position: INode['position'] = [0, 0];
		const node: INode = { id: '1', name: 'B', type, typeVersion: 1, position, parameters };
		const workflow = new Workflow({
			nodes: [node],
			connections: {},
			active: false,
			nodeTypes: {
				getByName: () => DEVELOPER,
				getByNameAndVersion: () => DEVELOPER,
				getKnownTypes: () => ({}),
			},
		});
		const { subtitle } = DEVELOPER.description;
		const shownText = workflow.expression.getSimpleParameterValue(node, subtitle, 'internal', {});
		expect(shownText).toBe(text);
	});
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
