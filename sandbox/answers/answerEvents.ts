import type { Decision, EventBody, IncomingCall } from '../state/calls';
import type { SandboxConfig } from '../account/config';
import { eventProblems, propertyProblems, STANDARD_EVENTS } from '../schemas/schemaChecks';

const NOT_JSON = 'The body is not JSON, or nests too deeply.';

/** Bluecore's Events API: 202 for all that it takes or silently drops. */
export function answerEvent(
	{ body, isJson, bytes }: IncomingCall,
	config: SandboxConfig,
): Decision {
	const refused = (status: number, message: string, reasons: string[]): Decision => ({
		status,
		answer: { message },
		verdict: 'refused',
		reasons,
		remarks: [],
	});
	if (!isJson) return refused(400, NOT_JSON, [NOT_JSON]);
	const problems = eventProblems(body, bytes);
	if (problems.length > 0) {
		const message = `The body is no event. ${problems.join(' ')}`;
		return refused(400, message, problems);
	}
	const { event, properties } = body as EventBody;
	const { namespaces } = config;
	if (namespaces.length > 0 && !namespaces.some((name) => name === properties.token)) {
		return refused(401, 'Not authenticated or authorized.', [
			`The namespace ${JSON.stringify(properties.token)} (properties.token) does not exist.`,
		]);
	}
	const reasons = [...propertyProblems(event, properties, bytes), ...unknownEvent(event, config)];
	return {
		status: 202,
		answer: { status: 'accepted' },
		verdict: reasons.length > 0 ? 'dropped' : 'accepted',
		reasons,
		remarks: reasons.length > 0 ? [] : remarksOn(event, properties),
	};
}

const bare = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '');

function unknownEvent(event: string, { customEvents }: SandboxConfig): string[] {
	if (STANDARD_EVENTS.includes(event) || customEvents?.includes(event)) return [];
	const meant = STANDARD_EVENTS.find((name) => bare(name) === bare(event));
	if (meant !== undefined) return [`The event is called ${meant}, not ${event}.`];
	if (customEvents === undefined) return [];
	return [`The custom event ${event} is not agreed with Bluecore.`];
}

function remarksOn(event: string, properties: EventBody['properties']): string[] {
	const { order_id: orderId, customer } = properties;
	const isConsent = event === 'optin' || event === 'unsubscribe';
	const hasEmail = customer !== undefined && Object.hasOwn(customer as object, 'email');
	return [
		...(event === 'purchase' && (orderId ?? '') === ''
			? [
					'There is no order_id: Bluecore makes one up, so the order cannot be matched, and sent again it counts twice.',
				]
			: []),
		...(isConsent && !hasEmail
			? ["There is no customer.email: Bluecore's reference asks for it beside the email."]
			: []),
	];
}
