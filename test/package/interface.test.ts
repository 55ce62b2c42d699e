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

const find = (type: INodeType, name: string) => {
	const property = type.description.properties.find((candidate) => candidate.name === name);
	if (!property) throw new Error(`no parameter ${name}`);
	return property;
};
const values = ({ options }: INodeProperties) =>
	(options as INodeProperties[]).map((option) => option.name);
const choices = ({ options }: INodeProperties) =>
	(options as Array<{ value: string }>).map(({ value }) => value);

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
	test('has the operations', () => {
		expect(choices(find(EVENTS, 'operation')).sort()).toEqual(
			[
				'viewed_product',
				'search',
				'viewed_cart',
				'add_to_cart',
				'remove_from_cart',
				'wishlist',
				'remove_from_wishlist',
				'purchase',
				'customer_patch',
				'identify',
				'optin',
				'unsubscribe',
				'custom',
				'forward',
				'shopOrder',
				'importRow',
			].sort(),
		);
	});

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

	test('shows the fields of forward, with their types, choices and defaults', () => {
		expect(names(EVENTS, { operation: 'forward' })).toEqual([
			'operation',
			'message',
			'eventMap',
			'unmappedEvents',
			'consentPath',
			'options',
		]);
		const fields = ['message', 'eventMap', 'unmappedEvents', 'consentPath'];
		expect(
			fields.map((name) => {
				const { type, default: given } = find(EVENTS, name);
				return [type, given];
			}),
		).toEqual([
			['json', '={{ $json }}'],
			['fixedCollection', {}],
			['options', 'drop'],
			['string', ''],
		]);
		expect(choices(find(EVENTS, 'unmappedEvents')).sort()).toEqual(['drop', 'fail', 'send']);
		const [{ name, values: rows }] = find(EVENTS, 'eventMap').options as Array<{
			name: string;
			values: INodeProperties[];
		}>;
		expect([name, rows.map((row) => row.name)]).toEqual(['mapping', ['from', 'to']]);
	});

	test('shows the fields of shopOrder, with their types, choices and defaults', () => {
		const fields = [
			...['order', 'platform', 'productIdFrom', 'productsWithoutId'],
			...['orderIdFrom', 'unfinishedOrders'],
		];
		expect(names(EVENTS, { operation: 'shopOrder' })).toEqual([
			'operation',
			...fields,
			...ATTRIBUTES,
			'additionalFields',
			'options',
		]);
		expect(
			fields.map((name) => {
				const { type, default: given } = find(EVENTS, name);
				return [type, given];
			}),
		).toEqual([
			['json', '={{ $json }}'],
			['options', 'auto'],
			['options', 'sku'],
			['options', 'leaveOut'],
			['options', 'number'],
			['options', 'holdBack'],
		]);
		expect(choices(find(EVENTS, 'platform'))).toEqual([
			'auto',
			'bigcommerce',
			'commercetools',
			'ecwid',
			'magento',
			'medusa',
			'nuvemshop',
			'salesforce',
			'shopify',
			'shopware',
			'squarespace',
			'stripe',
			'vtex',
			'wix',
			'woocommerce',
		]);
		expect(choices(find(EVENTS, 'productIdFrom')).sort()).toEqual(['product', 'sku', 'variant']);
		expect(choices(find(EVENTS, 'productsWithoutId')).sort()).toEqual(['leaveOut', 'refuse']);
		expect(choices(find(EVENTS, 'orderIdFrom'))).toEqual(['id', 'number']);
		expect(choices(find(EVENTS, 'unfinishedOrders'))).toEqual(['addToCart', 'holdBack']);
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

	test.each<[EventOperation, string[]]>([
		['purchase', ['email', 'products', 'orderId', 'total']],
		['identify', ['email', 'distinctId']],
		['optin', ['email']],
		['unsubscribe', ['email']],
		['search', ['searchTerm']],
		['custom', ['eventName']],
		['viewed_product', ['products']],
		['customer_patch', []],
	])('marks what %s requires', (operation, required) => {
		expect(
			shown(EVENTS, { operation })
				.filter((property) => property.required)
				.map(({ name }) => name),
		).toEqual(required);
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

	test('the parameters have their types, choices and defaults', () => {
		const types = {
			productsInput: 'options',
			products: 'fixedCollection',
			productsJson: 'json',
			productIdField: 'string',
			searchTerm: 'string',
			orderId: 'string',
			total: 'number',
			eventName: 'string',
			customerAttributesInput: 'options',
			customerAttributes: 'collection',
			customAttributes: 'assignmentCollection',
			autoMapExclude: 'string',
			customerAttributesJson: 'json',
			additionalFields: 'collection',
		};
		for (const [name, type] of Object.entries(types)) {
			expect([name, find(EVENTS, name).type]).toEqual([name, type]);
		}
		expect([find(EVENTS, 'productsInput').default, choices(find(EVENTS, 'productsInput'))]).toEqual(
			['define', ['define', 'json']],
		);
		expect([
			find(EVENTS, 'customerAttributesInput').default,
			choices(find(EVENTS, 'customerAttributesInput')),
		]).toEqual(['define', ['define', 'auto', 'json']]);
		expect(values(find(EVENTS, 'customerAttributes')).sort()).toEqual([
			'birthday',
			'city',
			'country',
			'first_name',
			'gender',
			'last_name',
			'phone',
			'state',
			'zip',
		]);
		expect(values(find(EVENTS, 'additionalFields')).sort()).toEqual([
			'client',
			'device',
			'properties',
		]);
		const [{ name, values: columns }] = find(EVENTS, 'products').options as Array<{
			name: string;
			values: INodeProperties[];
		}>;
		expect([name, columns.map((column) => column.name)]).toEqual([
			'product',
			['id', 'name', 'price', 'quantity'],
		]);
	});
});

describe('Bluecore Email', () => {
	test('has the operations', () =>
		expect(choices(find(EMAIL, 'operation')).sort()).toEqual(['getStatus', 'send']));

	test('shows the fields of send, for each way to give attributes', () => {
		const common = ['operation', 'campaignId', 'email', 'templateAttributesInput'];
		const customer = ['customerAttributesInput', 'customerAttributes', 'customAttributes'];
		expect(names(EMAIL, { operation: 'send' })).toEqual([
			...common,
			'templateAttributes',
			...customer,
			'options',
		]);
		expect(names(EMAIL, { operation: 'send', templateAttributesInput: 'json' })).toEqual([
			...common,
			'templateAttributesJson',
			...customer,
			'options',
		]);
		expect(names(EMAIL, { operation: 'send', templateAttributesInput: 'auto' })).toEqual([
			...common,
			'autoMapExclude',
			...customer,
			'options',
		]);
		expect(
			names(EMAIL, {
				operation: 'send',
				templateAttributesInput: 'auto',
				customerAttributesInput: 'auto',
			}),
		).toEqual([...common, 'customerAttributesInput', 'autoMapExclude', 'options']);
	});

	test('shows the fields of getStatus', () => {
		expect(names(EMAIL, { operation: 'getStatus' })).toEqual([
			'operation',
			'conversationId',
			'options',
		]);
		expect(find(EMAIL, 'conversationId')).toMatchObject({
			required: true,
			default: '={{ $json.conversation_id }}',
		});
	});

	test('marks what send requires', () => {
		expect(
			shown(EMAIL, { operation: 'send' })
				.filter(({ required }) => required)
				.map(({ name }) => name),
		).toEqual(['campaignId', 'email']);
	});
});

describe('Bluecore', () => {
	const ATTRIBUTES = ['customerAttributesInput', 'customerAttributes', 'customAttributes'];
	const IDENTIFIERS = ['email', 'phone'];

	test('has the resources and their operations', () => {
		const { properties } = DEVELOPER.description;
		expect(choices(find(DEVELOPER, 'resource'))).toEqual(['customer', 'message', 'subscription']);
		expect(find(DEVELOPER, 'resource').default).toBe('customer');
		const operations = properties.filter(({ name }) => name === 'operation');
		expect(operations.map((each) => [each.displayOptions?.show?.resource, choices(each)])).toEqual([
			[['customer'], ['upsert', 'get']],
			[['message'], ['getStatus', 'send']],
			[['subscription'], ['get', 'update']],
		]);
	});

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

	test('the parameters have their types, choices and defaults', () => {
		const all = DEVELOPER.description.properties;
		const collections = all.filter(({ name }) => name === 'additionalFields');
		expect(collections.map(values)).toEqual([['timestamp'], ['channelIdentifier', 'consentedAt']]);
		const given = (name: string) => [find(DEVELOPER, name).type, find(DEVELOPER, name).default];
		expect(['email', 'phone', 'campaignIds', 'productIds'].map(given)).toEqual(
			Array.from({ length: 4 }, () => ['string', '']),
		);
		expect(given('change')).toEqual(['options', '']);
		expect(choices(find(DEVELOPER, 'change')).sort()).toEqual(['OPTIN', 'SIGNUP', 'UNSUBSCRIBE']);
		expect(given('messageType')).toEqual(['options', 'MARKETING']);
		expect(choices(find(DEVELOPER, 'messageType'))).toEqual(['MARKETING', 'TRANSACTIONAL']);
		const messageIds = all.filter(({ name }) => name === 'messageId');
		expect(messageIds.map(({ default: initial, required }) => [initial, required])).toEqual([
			['={{ $json.message_id }}', true],
			['', undefined],
		]);
		expect(shown(DEVELOPER, { resource: 'message', operation: 'send' })).toContainEqual(
			expect.objectContaining({ name: 'campaignIds', required: true }),
		);
	});

	test('has the options with the defaults of the API', () => {
		const options = find(DEVELOPER, 'options').options as INodeProperties[];
		expect(Object.fromEntries(options.map(({ name, default: given }) => [name, given]))).toEqual({
			attributeNames: 'fix',
			attributesToSend: '',
			convertBooleans: false,
			ifAlreadySent: 'return',
			ifNotFound: 'fail',
			includePayload: false,
			maxConcurrency: expect.any(Number),
			maxRetries: 5,
			maxWaitMinutes: 5,
			pollSeconds: 10,
			requestsPerSecond: 0,
			retryBaseSeconds: 1,
			retryMaxSeconds: 60,
			sendEmptyValues: false,
			timeoutSeconds: 30,
			useDraft: false,
			validateOnly: false,
			waitUntilFinal: false,
		});
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
