import {
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INodeCredentialsDetails,
	type INodeProperties,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import type { Sandbox } from '../sandbox/bluecoreSandbox';

type Data = ICredentialDataDecryptedObject;
/** The data that n8n would have stored for credentials, by their type. */
export type CredentialData = Readonly<Record<string, Data>>;

/** The credentials of both kinds for a sandbox. */
export const credentialsOf = (sandbox: Sandbox, namespace?: string, apiKey?: string) => ({
	bluecoreApi: sandbox.credential(namespace, apiKey),
	bluecoreOAuth2Api: sandbox.oAuth2Credential(namespace),
});

const notStored = async (): Promise<never> => {
	throw new Error('Credentials are in memory only');
};

/** Gives nodes their credentials as n8n does, from memory instead of n8n's database. */
export class MemoryCredentials extends ICredentialsHelper {
	/** What nodes have had stored in credentials, such as access tokens, by type. */
	readonly stored = new Map<string, Data>();

	constructor(
		private readonly types: Readonly<Record<string, ICredentialType>>,
		private readonly data: CredentialData,
	) {
		super();
	}

	override getParentTypes = () => [];

	override isCredentialUsableByNode(): boolean {
		return true;
	}

	override runPreAuthentication = async () => undefined;

	override getCredentials = notStored;

	override updateCredentials = notStored;

	override updateCredentialsOauthTokenData = notStored;

	override getCredentialsProperties = (typeName: string): INodeProperties[] =>
		this.types[typeName].properties;

	override async authenticate(
		data: Data,
		typeName: string,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.types[typeName];
		return typeof authenticate === 'function' ? await authenticate(data, request) : request;
	}

	/** As n8n does: gets what expires, when the credential has none or the API has refused it, and stores it. */
	override async preAuthentication(
		helpers: IHttpRequestHelper,
		data: Data,
		typeName: string,
		_node: unknown,
		isExpired: boolean,
	): Promise<Data | undefined> {
		const { properties, preAuthentication } = this.types[typeName];
		const expirable = properties.find(({ typeOptions }) => typeOptions?.expirable === true);
		if (!expirable || !preAuthentication || !(data[expirable.name] === '' || isExpired)) {
			return undefined;
		}
		const output = await preAuthentication.call(helpers, data);
		if (output[expirable.name] === undefined) return undefined;
		const renewed = output as Data;
		this.stored.set(typeName, { ...this.stored.get(typeName), ...renewed });
		return Object.assign(data, renewed);
	}

	override async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_details: INodeCredentialsDetails,
		typeName: string,
	): Promise<Data> {
		const { properties } = this.types[typeName];
		const defaults = Object.fromEntries(
			properties.map(({ name, default: value }) => [name, value]),
		) as Data;
		return { ...defaults, ...this.data[typeName], ...this.stored.get(typeName) };
	}
}
