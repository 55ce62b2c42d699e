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

/** Credentials by type: the real credential class, and the data that n8n would have stored for it. */
export type CredentialsByType = Readonly<
	Record<string, { readonly type: ICredentialType; readonly data: ICredentialDataDecryptedObject }>
>;

const notStored = async (): Promise<never> => {
	throw new Error('Credentials are in memory only');
};

/** Gives nodes their credentials as n8n does, from memory instead of n8n's database. */
export class MemoryCredentials extends ICredentialsHelper {
	/** What nodes have had stored in credentials, such as access tokens, by type. */
	readonly stored = new Map<string, ICredentialDataDecryptedObject>();

	constructor(private readonly credentials: CredentialsByType) {
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
		this.credentials[typeName].type.properties;

	override async authenticate(
		data: ICredentialDataDecryptedObject,
		typeName: string,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.credentials[typeName].type;
		return typeof authenticate === 'function' ? await authenticate(data, request) : request;
	}

	/** As n8n does: gets what expires, when the credential has none or the API has refused it, and stores it. */
	override async preAuthentication(
		helpers: IHttpRequestHelper,
		data: ICredentialDataDecryptedObject,
		typeName: string,
		_node: unknown,
		isExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { properties, preAuthentication } = this.credentials[typeName].type;
		const expirable = properties.find(({ typeOptions }) => typeOptions?.expirable === true);
		if (!expirable || !preAuthentication || !(data[expirable.name] === '' || isExpired)) {
			return undefined;
		}
		const output = await preAuthentication.call(helpers, data);
		if (output[expirable.name] === undefined) return undefined;
		const renewed = output as ICredentialDataDecryptedObject;
		this.stored.set(typeName, { ...this.stored.get(typeName), ...renewed });
		return Object.assign(data, renewed);
	}

	override async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_details: INodeCredentialsDetails,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject> {
		const { type, data } = this.credentials[typeName];
		const defaults = Object.fromEntries(
			type.properties.map(({ name, default: value }) => [name, value]),
		) as ICredentialDataDecryptedObject;
		return { ...defaults, ...data, ...this.stored.get(typeName) };
	}
}
