import { findCampaign, findSmsCampaign } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { isRecord, shorten } from '../schemas/jsonValues';
import type { EventBody, RecordedCall, SentEmail } from './calls';
import { textOfIdentifier } from './identifiers';
import { doubleOptInOf, messageOf, type MessageBody, type SentMessage } from './messages';
import { addOrder, type Moment } from './profile';
import type { ProfileStore } from './profileStore';
import {
	setSubscription,
	subscriptionOf,
	subscriptionOfEvent,
	type ConsentBody,
} from './subscriptions';

/** An import file gets at most this many remarks. */
const MAX_REMARKS = 20;

/** The body of a call that writes a customer, as in schemas/developerApi.schema.json. */
interface CustomerBody {
	readonly id: unknown;
	readonly link_ids?: readonly unknown[];
	readonly attributes?: Readonly<Record<string, unknown>>;
	/** RFC 3339. */
	readonly timestamp?: string;
}

/** What is stored of an import file. */
interface ImportBody {
	readonly contents?: 'customerdata' | 'purchasedata' | 'unsubscribes' | 'optins' | 'productdata';
	/** The rows that are accepted, each by the names of the columns. */
	readonly rows: ReadonlyArray<Readonly<Record<string, string>>>;
}

/** Where it is kept what follows from calls. */
interface Stores {
	readonly profiles: ProfileStore;
	storeEmail(email: SentEmail): void;
	storeMessage(message: SentMessage): void;
}

/** Does what Bluecore would do because of a call. Returns remarks, one sentence each. */
export function applyCall(call: RecordedCall, stores: Stores, config: SandboxConfig): string[] {
	const { api, namespace, body } = call;
	const { profiles } = stores;
	if (!isChange(call)) return [];
	switch (api) {
		case 'events':
			return applyEvent(profiles, body as EventBody, call);
		case 'send':
			return applySent(call, stores, config);
		case 'imports':
			return applyImport(profiles, namespace, body as ImportBody, call);
		case 'customers':
			return applyCustomer(profiles, namespace, body as CustomerBody, call);
		case 'eligibility': {
			const consent = body as ConsentBody;
			if (consent.state.event === 'SIGNUP') stores.storeMessage(doubleOptInOf(call));
			return applyConsent(profiles, namespace, consent, call);
		}
		case 'messages':
			return applySentMessage(call, stores, config);
		default:
			return [];
	}
}

const isChange = ({ verdict, method }: RecordedCall) =>
	verdict === 'accepted' && method !== 'GET' && method !== 'HEAD';

function applySent(call: RecordedCall, stores: Stores, config: SandboxConfig): string[] {
	const email = emailOf(call);
	// Another server may have answered something else.
	if (typeof email.conversation_id !== 'string') return [];
	stores.storeEmail(email);
	const isWelcome = findCampaign(email.campaign_id, config)?.type === 'welcome';
	return applyEmail(stores.profiles, email, call, isWelcome);
}

function applySentMessage(call: RecordedCall, stores: Stores, config: SandboxConfig): string[] {
	const { profiles } = stores;
	// What a campaign sends that only another server knows cannot be said.
	const { campaign_ids: ids } = (call.body as MessageBody).message;
	if (!ids.some((id) => findCampaign(id, config) ?? findSmsCampaign(id, config))) return [];
	const message = messageOf(call, config, (id) => profiles.find(call.namespace, id));
	stores.storeMessage(message);
	applyMessage(profiles, message, call);
	return message.deliveries.flatMap(({ halted }) => halted ?? []);
}

function emailOf({ id, at, namespace, body, answer, bytes, forwarded }: RecordedCall): SentEmail {
	const sent = body as SentEmail;
	return {
		conversation_id: (isRecord(answer) ? answer.conversation_id : undefined) as string,
		...(forwarded && { forwarded: true }),
		namespace,
		campaign_id: sent.campaign_id,
		email: sent.email,
		template_attributes: sent.template_attributes,
		...(sent.customer_attributes && { customer_attributes: sent.customer_attributes }),
		use_draft: (body as { use_draft?: boolean }).use_draft ?? false,
		sentAt: at,
		call: id,
		bytes,
	};
}

/** Applies an event that Bluecore would not drop. Returns remarks, one sentence each. */
export function applyEvent(
	profiles: ProfileStore,
	{ event, properties }: EventBody,
	moment: Moment,
): string[] {
	const remarks: string[] = [];
	const namespace = shorten(String(properties.token));
	const distinctId = shorten(String(properties.distinct_id));
	const customer = isRecord(properties.customer) ? properties.customer : {};
	const email = typeof customer.email === 'string' ? shorten(customer.email) : undefined;

	const profile =
		event === 'identify' && email !== undefined
			? profiles.link(namespace, distinctId, email, moment, remarks)
			: profiles.findOrCreate(namespace, distinctId, moment);
	profile.events++;
	if (profile.email === null) {
		remarks.push(
			`No identify event has linked ${JSON.stringify(distinctId)} to an email address yet: until then, the event belongs to no customer.`,
		);
	}
	profiles.setAttributes(profile, customer, remarks);
	profiles.checkProducts(properties.products, remarks);
	if (event === 'purchase') addOrder(profile, properties, moment, remarks);
	profiles.keep(profile, moment);
	if (event === 'optin' || event === 'unsubscribe') {
		const address = shorten(String(properties.email));
		const subscriber = profiles.findOrCreate(namespace, address, moment);
		remarks.push(...setSubscription(subscriber, subscriptionOfEvent(address, event, moment.at)));
		profiles.keep(subscriber);
	}
	return remarks;
}

/** Applies an email that was sent. A welcome email creates or updates its customer. Returns remarks, one sentence each. */
function applyEmail(
	profiles: ProfileStore,
	{ namespace, email, customer_attributes: customer }: SentEmail,
	moment: Moment,
	isWelcome: boolean,
): string[] {
	const remarks: string[] = [];
	const profile = isWelcome
		? profiles.findOrCreate(namespace, email, moment)
		: profiles.find(namespace, email);
	if (!profile) return remarks;
	profile.emails++;
	if (isWelcome && customer) profiles.setAttributes(profile, customer, remarks);
	profiles.keep(profile, moment);
	return remarks;
}

/** Creates or updates a customer of the Developer API. Returns remarks, one sentence each. */
function applyCustomer(
	profiles: ProfileStore,
	namespace: string,
	body: CustomerBody,
	moment: Moment,
): string[] {
	const remarks: string[] = [];
	const profile = profiles.findOrCreate(namespace, shorten(textOfIdentifier(body.id)), moment);
	for (const linked of body.link_ids ?? []) {
		profiles.linkIdentifier(profile, shorten(textOfIdentifier(linked)), remarks);
	}
	profiles.setAttributes(profile, body.attributes ?? {}, remarks);
	profiles.keep(profile, moment);
	if (body.timestamp !== undefined) profile.updated = Date.parse(body.timestamp);
	return remarks;
}

/** Changes a subscription by the Developer API. Returns remarks, one sentence each. */
function applyConsent(
	profiles: ProfileStore,
	namespace: string,
	{ id, state }: ConsentBody,
	moment: Moment,
): string[] {
	const identifier = shorten(textOfIdentifier(id));
	const profile = profiles.findOrCreate(namespace, identifier, moment);
	const remarks = setSubscription(profile, subscriptionOf(identifier, state, moment.at));
	profiles.keep(profile, moment);
	return remarks;
}

/** Adds a message of the Developer API to the timelines of its recipients. */
function applyMessage(
	profiles: ProfileStore,
	{ namespace, deliveries }: SentMessage,
	moment: Moment,
): void {
	const sent = deliveries.filter(({ halted }) => halted === undefined);
	const recipients = new Set(deliveries.map(({ to }) => profiles.find(namespace, to)));
	for (const profile of recipients) {
		if (!profile) continue;
		profile.emails += sent.filter(
			({ channel, to }) => channel === 'email' && profiles.find(namespace, to) === profile,
		).length;
		profiles.keep(profile, moment);
	}
}

/** Applies the rows of an import file that are accepted. Returns remarks, one sentence each. */
function applyImport(
	profiles: ProfileStore,
	namespace: string,
	{ contents, rows }: ImportBody,
	moment: Moment,
): string[] {
	const remarks = new Set<string>();
	if (contents === 'productdata') return [];
	for (const row of rows) {
		const { email, ...rest } = row;
		const profile = profiles.findOrCreate(namespace, shorten(email), moment);
		const said: string[] = [];
		if (contents === 'customerdata') {
			const given = Object.entries(rest).filter(([, value]) => value !== '');
			profiles.setAttributes(profile, Object.fromEntries(given), said);
		} else if (contents === 'purchasedata') {
			const at = Date.parse(`${rest.created}Z`);
			const order = { order_id: rest.order_id, total: Number(rest.total) };
			addOrder(profile, order, { ...moment, at }, said);
		} else {
			const event = contents === 'optins' ? 'optin' : 'unsubscribe';
			said.push(
				...setSubscription(profile, subscriptionOfEvent(email, event, moment.at, 'upload')),
			);
		}
		for (const remark of said) if (remarks.size < MAX_REMARKS) remarks.add(remark);
		profiles.keep(profile, moment);
	}
	return [...remarks];
}
