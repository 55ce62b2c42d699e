import type { IDataObject, INodeProperties } from 'n8n-workflow';

import {
	assignments,
	attributesFrom,
	AUTO_MAP_EXCLUDE,
	CUSTOMER_ATTRIBUTE_PARAMETERS,
	excludedFields,
	givenAttributes,
} from '../shared/attributes/attributeParameters';
import { checkAttributes } from '../shared/attributes/customerAttributes';
import { warnOfLostDigits } from '../shared/attributes/doubtfulValues';
import type { InvalidResponse } from '../shared/delivery/outcome';
import type { Item } from '../shared/input/item';
import { showFor } from '../shared/input/showFor';
import { isPage, notTheApi, type ApiResponse } from '../shared/messages/answers';
import { planOf, type OperationDefinition, type OutgoingRequest } from '../shared/run/operation';
import { readEmail, readId, refuseBroken, UNREADABLE } from '../shared/values/field';
import { plainJson, readJsonObject, type JsonValue } from '../shared/values/json';
import type { Report } from '../shared/values/report';
import { isBrokenLater, quoted, saysNothing } from '../shared/values/text';
import { isBlank, isObject, toText } from '../shared/values/value';
import type { emailApi } from './emailApi';

const CAMPAIGN_ID: INodeProperties = {
	displayName: 'Campaign ID',
	name: 'campaignId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 34545238545',
	description: 'The ID of the campaign, from the campaigns page in Bluecore',
};
const RECIPIENT: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. jane@example.com',
	description: 'The address to send the email to. Only ASCII characters are allowed.',
};
const CUSTOMER_ATTRIBUTES_NOTICE: INodeProperties = {
	displayName:
		'Customer attributes are only for real-time <b>welcome</b> campaigns. For transactional campaigns, leave them empty: Bluecore rejects an email that has any.',
	name: 'customerAttributesNotice',
	type: 'notice',
	default: '',
};

const TEMPLATE_INPUT = attributesFrom(
	{
		displayName: 'Template Attributes From',
		name: 'templateAttributesInput',
		description: 'Where the data for the variables of the template comes from',
	},
	'Fill in or map each variable',
	'Use every field of the input item, including nested fields',
);
const TEMPLATE_ATTRIBUTES: INodeProperties = {
	displayName: 'Template Attributes',
	name: 'templateAttributes',
	type: 'assignmentCollection',
	default: {},
	description: 'The data for the variables of the template. Drag fields in from the input.',
};
/** A notice, because n8n's editor shows neither the hint nor the description of an assignment collection. */
const TEMPLATE_NOTICE: INodeProperties = {
	displayName: 'Add every variable of the template. If one has no value, leave its value empty.',
	name: 'templateAttributesNotice',
	type: 'notice',
	default: '',
};
const TEMPLATE_JSON: INodeProperties = {
	displayName: 'Template Attributes (JSON)',
	name: 'templateAttributesJson',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "order_number": "1001", "items": [{ "name": "Rain Jacket" }] }',
	hint: 'Add every variable of the template. If one has no value, use null.',
	description: 'The data for the variables of the template as one JSON object',
};

/** Their names are part of the public interface. */
const TEMPLATE_PARAMETERS: readonly INodeProperties[] = [
	TEMPLATE_INPUT,
	...showFor({ templateAttributesInput: ['define'] }, [TEMPLATE_ATTRIBUTES, TEMPLATE_NOTICE]),
	...showFor({ templateAttributesInput: ['json'] }, [TEMPLATE_JSON]),
	// Customer attributes use the same list, and show it themselves.
	...showFor({ templateAttributesInput: ['auto'], customerAttributesInput: ['define', 'json'] }, [
		AUTO_MAP_EXCLUDE,
	]),
];

/** Bluecore's limit for the template attributes, in bytes of JSON in UTF-8. */
const MAX_TEMPLATE_BYTES = 819_200;
/** Bluecore wants less than 900 KB for the whole body; taken as 900 × 1,000 bytes, the stricter reading. */
const BODY_BYTES_LIMIT = 900_000;

/** Attributes that only Bluecore itself can set. */
const PROTECTED = new Set(['email', 'created', 'merged', 'orphaned', 'aliases']);

export const sendEmail: OperationDefinition<ReturnType<typeof emailApi>> = {
	label: 'Send',
	action: 'Send email',
	description:
		'Send a transactional or welcome email of a campaign to one address. It cannot be taken back, and is sent again if the operation runs again.',
	parameters: [
		CAMPAIGN_ID,
		RECIPIENT,
		...TEMPLATE_PARAMETERS,
		CUSTOMER_ATTRIBUTES_NOTICE,
		...CUSTOMER_ATTRIBUTE_PARAMETERS,
	],
	create: (api) => ({
		endpoint: 'send',
		plan(item) {
			const { account, options, report } = item;
			const campaignId = readId(item.field(CAMPAIGN_ID), 'required');
			const email = readEmail(item.field(RECIPIENT), 'required', 'ascii');
			const customerAttributes = checkAttributes(givenAttributes(item), options, report, PROTECTED);
			const template = readTemplateAttributes(item);
			const body: IDataObject = {
				campaign_id: campaignId,
				email,
				template_attributes: template.attributes as IDataObject,
				...(Object.keys(customerAttributes).length > 0 && {
					customer_attributes: customerAttributes as IDataObject,
				}),
				use_draft: options.useDraft,
			};
			const bytes = jsonBytes(body);
			// If the template attributes alone are too large, that has been reported.
			if (bytes >= BODY_BYTES_LIMIT && !template.isTooLarge) {
				report.problem(
					`The email has ${bytes.toLocaleString('en-US')} bytes of data, but Bluecore accepts less than ${BODY_BYTES_LIMIT.toLocaleString('en-US')}`,
					'Send less data in Template Attributes and Customer Attributes.',
				);
			}
			const request: OutgoingRequest = {
				account,
				summary: { campaign_id: campaignId, email },
				payload: body,
				send: () => api(account, ['send'], body),
			};
			return [planOf(item, request)];
		},
		harmful: { what: 'emails', isHarmful: () => true },
		/** The email of a campaign to an address, which the customer would get twice. */
		repeatableOf: ({ payload, summary: { campaign_id: campaign, email } }) => ({
			key: JSON.stringify([campaign, String(email).toLowerCase(), payload?.use_draft]),
			data: payload?.template_attributes,
			warning: (others) =>
				`${quoted(email)} gets campaign ${quoted(campaign)} more than once, with the same template attributes: also from ${others}`,
		}),
		attributesOf: ({ payload }) => payload?.customer_attributes,
		validateResponse: validateSent,
		output: ({ summary }, { statusCode, body }) => ({
			conversation_id: conversationOf(body),
			...summary,
			status_code: statusCode,
		}),
	}),
};

const conversationOf = (body: unknown): string =>
	(isObject(body) ? toText(body.conversation_id) : undefined) ?? '';

function validateSent(response: ApiResponse): InvalidResponse | undefined {
	if (isPage(response)) return { ...notTheApi(response), mayHaveArrived: false };
	if (conversationOf(response.body) !== '') return undefined;
	return {
		message: 'Bluecore accepted the email, but its answer has no conversation ID',
		fix: `The email was most likely sent: do not send it again. Check the ${response.urlLabel} in the credential.`,
		mayHaveArrived: true,
	};
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value), 'utf8');

type TemplateAttributes = Record<string, JsonValue>;

/** The data for the template's variables; names and values are not changed, and null is allowed. Problems are reported. */
function readTemplateAttributes(item: Item) {
	const { report } = item;
	const attributes = givenTemplateAttributes(item);
	warnOfLostDigits(attributes, report);
	for (const [name, value] of Object.entries(attributes)) {
		refuseBroken(value, `Template Attributes: ${quoted(name)}`, report);
	}
	warnOfTexts(attributes, report);
	const bytes = jsonBytes(attributes);
	const isTooLarge = bytes > MAX_TEMPLATE_BYTES;
	if (isTooLarge) {
		const size = (name: string) => jsonBytes(attributes[name]);
		const [largest] = Object.keys(attributes).sort((one, other) => size(other) - size(one));
		report.problem(
			`Template Attributes have ${bytes.toLocaleString('en-US')} bytes, but Bluecore accepts at most ${MAX_TEMPLATE_BYTES.toLocaleString('en-US')}`,
			`Send less data, especially in ${quoted(largest)}: link to images instead of embedding them, and shorten long HTML.`,
		);
	}
	return { attributes, isTooLarge };
}

/** What n8n leaves of an expression that was entered as fixed text, and of an object within other text. */
const UNEVALUATED = /\{\{\s*\$|\[object \w+\]/;

/** Warns of values that the email would show as they are, although they hardly say what was meant. */
function warnOfTexts(attributes: TemplateAttributes, report: Report): void {
	const namesOf = (isMeant: (value: JsonValue) => boolean) =>
		Object.keys(attributes).filter((name) => isMeant(attributes[name]));
	const isNullWord = (value: JsonValue) => /^(null|undefined)$/i.test(String(value).trim());
	const advice = '. To show nothing, leave the value empty';
	report.warnOfEach(
		'Template attributes are blank, so the email shows nothing there: ',
		namesOf(isBlank),
	);
	report.warnOfEach(
		'Template attributes are the word "null" or "undefined", and the email shows this word: ',
		namesOf((value) => saysNothing(value) && isNullWord(value)),
		advice,
	);
	const others = namesOf((value) => saysNothing(value) && !isNullWord(value));
	report.warnOfEach(
		'Template attributes say that there is no value, and the email shows this: ',
		others.map((name) => `${name} ${quoted(attributes[name])}`),
		advice,
	);
	report.warnOfEach(
		'Template attributes have an expression that was not evaluated, or an object within a text, and the email shows this: ',
		namesOf((value) => typeof value === 'string' && !saysNothing(value) && UNEVALUATED.test(value)),
		'. Switch the field to Expression, and map one value of the object',
	);
	report.warnOfEach(
		'Letters in template attributes were broken when a file was read or converted: ',
		namesOf(isBrokenLater),
		'. Read the file as UTF-8, with the option Encoding where it is read',
	);
}

function givenTemplateAttributes(item: Item): TemplateAttributes {
	const { field, json, report } = item;
	switch (field(TEMPLATE_INPUT).value) {
		case UNREADABLE:
			return {};
		case 'json':
			return readJsonObject(field(TEMPLATE_JSON)) ?? {};
		case 'auto': {
			const excluded = excludedFields(item);
			const fields = Object.entries(json).filter(
				([name, value]) => value !== undefined && !excluded.has(name),
			);
			const value = Object.fromEntries(fields);
			return (plainJson({ value, label: 'Input item', report }) as TemplateAttributes) ?? {};
		}
		default:
			return definedAttributes(item);
	}
}

function definedAttributes({ field, report }: Item): TemplateAttributes {
	const collection = field(TEMPLATE_ATTRIBUTES);
	const { label } = collection;
	const attributes = new Map<string, JsonValue>();
	const rows = assignments(collection);
	// The text that a number becomes does not show that digits are lost.
	const numbers = rows.flatMap(({ name, type, field: { value } }) =>
		type === 'string' && typeof value === 'number' ? [[name, value] as const] : [],
	);
	warnOfLostDigits(Object.fromEntries(numbers), report);
	for (const { name, field: given, read } of rows) {
		if (name === '' || name === '__proto__') {
			report.problem(
				`${label}: the name ${quoted(name)} cannot be used`,
				'Use the name of the variable in the template.',
			);
		} else if (attributes.has(name)) {
			report.problem(`${given.label} is given twice`, 'Remove one of the two.');
		}
		const value = read();
		if (value !== undefined) attributes.set(name, value);
	}
	return Object.fromEntries(attributes);
}
