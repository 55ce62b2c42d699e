import type { SandboxConfig } from '../account/config';
import type { Answer } from '../developerApi/developerApi';
import { findEventProblems, propertyProblems, STANDARD_EVENTS } from '../schemas/schemaChecks';
import type { EventBody } from '../state/calls';
import { refuse, refuseUnauthorized, unknownNamespace } from './decisions';

/** Bluecore's Events API: it answers 202 to everything that it accepts, and to everything that it drops without a word. */
export const answerEvent: Answer = ({ body, isJson, bytes }, { config }) => {
	if (!isJson) return refuse(400, 'The body is not JSON.');
	const problems = findEventProblems(body, bytes);
	if (problems.length > 0) {
		return refuse(400, `The body is not an event. ${problems.join(' ')}`, problems);
	}
	const { event, properties } = body as EventBody;
	const { namespaces } = config;
	if (namespaces.length > 0 && !namespaces.some((name) => name === properties.token)) {
		return refuseUnauthorized(unknownNamespace(properties.token, ' in properties.token'));
	}
	const wrong = [...propertyProblems(event, properties, bytes), ...nameProblems(event, config)];
	const reasons = wrong.length > 0 ? wrong : productProblems(event, properties);
	return {
		status: 202,
		answer: { status: 'accepted' },
		verdict: reasons.length > 0 ? 'dropped' : 'accepted',
		reasons,
		remarks: reasons.length > 0 ? [] : remarksOn(event, properties),
	};
};

const lettersOf = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '');

/** Why Bluecore would not know an event of this name. */
function nameProblems(event: string, { customEvents }: SandboxConfig): string[] {
	if (STANDARD_EVENTS.includes(event) || customEvents?.includes(event)) return [];
	const meant = STANDARD_EVENTS.find((name) => lettersOf(name) === lettersOf(event));
	if (meant !== undefined) return [`The event must be named ${meant}, not ${event}.`];
	if (customEvents === undefined) return [];
	return [
		`The custom event ${event} is not agreed with Bluecore: it is not in customEvents in the sandbox's configuration.`,
	];
}

function remarksOn(event: string, properties: EventBody['properties']): string[] {
	const { order_id: orderId, customer } = properties;
	const isConsent = event === 'optin' || event === 'unsubscribe';
	const hasEmail = customer !== undefined && Object.hasOwn(customer as object, 'email');
	return [
		...(event === 'purchase' && (orderId ?? '') === ''
			? [
					'order_id is missing. Bluecore then invents an order ID: the order cannot be found again by yours, and it counts twice if the event is sent twice.',
				]
			: []),
		...(isConsent && !hasEmail
			? ["customer.email is missing. Bluecore's reference asks for it in addition to email."]
			: []),
	];
}

/** A purchase takes so many products at most. */
const MAX_PRODUCTS = 30;

/** What is wrong with the number of products of an event whose properties are right. */
function productProblems(event: string, { products }: EventBody['properties']): string[] {
	if (event !== 'add_to_cart' && event !== 'purchase') return [];
	const ids = (products as ReadonlyArray<{ id: string }>).map(({ id }) => id);
	const different = new Set(ids).size;
	if (event === 'add_to_cart') {
		return different > 1
			? [
					`An add_to_cart event takes one product ID, but this one has ${different}: send one event for each product.`,
				]
			: [];
	}
	return [
		...(different > MAX_PRODUCTS
			? [`A purchase takes at most ${MAX_PRODUCTS} product IDs, but this one has ${different}.`]
			: []),
		...(different < ids.length
			? [
					`A purchase takes each product ID once, but this one has ${ids.length} products with ${different} IDs: add up their quantities.`,
				]
			: []),
	];
}
