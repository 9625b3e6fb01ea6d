import {
	ICredentialsHelper,
	NodeHelpers,
	UnexpectedError,
	Workflow,
	isExpression,
	type ICredentialDataDecryptedObject,
	type ICredentialsExpressionResolveValues,
	type ICredentialType,
	type IExecuteData,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeParameters,
	type INodeProperties,
	type INodeTypes,
	type IRequestOptionsSimplified,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

/** The parent of OAuth2 credentials lives in n8n-nodes-base: its properties of n8n 2.41, as far as the engine reads them. */
const oAuth2Api: ICredentialType = {
	name: 'oAuth2Api',
	displayName: 'OAuth2 API',
	properties: [
		{ displayName: 'Dynamic', name: 'useDynamicClientRegistration', type: 'hidden', default: false },
		{ displayName: 'Grant Type', name: 'grantType', type: 'string', default: 'authorizationCode' },
		{ displayName: 'Authorization URL', name: 'authUrl', type: 'string', default: '' },
		{ displayName: 'Access Token URL', name: 'accessTokenUrl', type: 'string', default: '' },
		{ displayName: 'Client ID', name: 'clientId', type: 'string', default: '' },
		{ displayName: 'Client Secret', name: 'clientSecret', type: 'string', default: '' },
		{ displayName: 'Scope', name: 'scope', type: 'string', default: '' },
		{ displayName: 'Query', name: 'authQueryParameters', type: 'string', default: '' },
		{ displayName: 'Authentication', name: 'authentication', type: 'string', default: 'header' },
		{ displayName: 'Ignore SSL Issues', name: 'ignoreSSLIssues', type: 'boolean', default: false },
		{ displayName: 'Expired', name: 'tokenExpiredStatusCode', type: 'number', default: 401 },
		{ displayName: 'JWE', name: 'jweEnabled', type: 'boolean', default: false },
		{ displayName: 'Token', name: 'oauthTokenData', type: 'json', default: {} },
	],
};

/**
 * What n8n's own CredentialsHelper (packages/cli, 2.41.1) does with credential types, without its database:
 * defaults and parents' properties, expressions with `$self`, generic and functional `authenticate`, renewed OAuth2 tokens kept.
 */
export class EngineCredentials extends ICredentialsHelper {
	private readonly types: ReadonlyMap<string, ICredentialType>;

	constructor(
		types: readonly ICredentialType[],
		/** Stored values by credential type; a renewed OAuth2 token is written back here. */
		readonly stored: Record<string, ICredentialDataDecryptedObject>,
		private readonly nodeTypes: INodeTypes,
	) {
		super();
		this.types = new Map([oAuth2Api, ...types].map((type) => [type.name, type]));
	}

	getParentTypes(name: string): string[] {
		const parents = this.types.get(name)?.extends ?? [];
		return [...parents, ...parents.flatMap((parent) => this.getParentTypes(parent))];
	}

	isCredentialUsableByNode(name: string, nodeType: string): boolean {
		const type = this.types.get(name);
		if (type?.restrictToSupportedNodes !== true) return true;
		return (type.supportedNodes ?? []).some((supported) => nodeType === supported || nodeType.endsWith(`.${supported}`));
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		name: string,
		options: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.typeOf(name);
		if (authenticate === undefined) return options;
		if (typeof authenticate === 'function') return authenticate(credentials, options);
		if (workflow === undefined || node === undefined) throw new UnexpectedError('No workflow to resolve the credential in');

		const resolve = (value: unknown): unknown => {
			if (!isExpression(value)) return value;
			const found = workflow.expression.getSimpleParameterValue(
				node, value, 'internal', { $credentials: credentials }, undefined, '',
			);
			return found ? String(found) : '';
		};
		options.headers ??= {};
		for (const [part, values] of Object.entries(authenticate.properties)) {
			const target: Record<string, unknown> = { ...readRecord(options, part) };
			for (const [key, value] of Object.entries({ ...values })) target[String(resolve(key))] = resolve(value);
			Object.assign(options, { [part]: target });
		}
		return options;
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		name: string,
		_node: INode,
		expired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const type = this.typeOf(name);
		const expirable = type.properties.find(
			(property) => property.type === 'hidden' && property.typeOptions?.expirable === true,
		);
		if (expirable === undefined || type.preAuthentication === undefined) return undefined;
		if (credentials[expirable.name] !== '' && !expired) return undefined;
		const output = await type.preAuthentication.call(helpers, credentials);
		if (output[expirable.name] === undefined) return undefined;
		Object.assign(this.storedOf(name), output);
		return Object.assign(credentials, output);
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		name: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const output: unknown = await this.typeOf(name).preAuthentication?.call(helpers, credentials);
		return output === undefined ? undefined : asCredentialData(output);
	}

	async getCredentials(): Promise<never> {
		throw new UnexpectedError('There are no encrypted credentials here');
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_details: INodeCredentialsDetails,
		name: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		values?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = this.storedOf(name);
		if (raw === true) return stored;
		const data: ICredentialDataDecryptedObject = {};
		for (const property of this.getCredentialsProperties(name)) {
			if (property.type !== 'notice') Object.assign(data, { [property.name]: property.default });
		}
		// A hidden property is code, not data: n8n takes what the class says now.
		Object.assign(data, stored);
		const keys = { $vars: {} };
		if (values !== undefined) {
			const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } = values;
			const resolved = workflow.expression.getParameterValue(
				asParameters(data), runExecutionData, runIndex, itemIndex, node.name, connectionInputData, mode, keys, executeData, false, data,
			);
			return asCredentialData(resolved);
		}
		const node: INode = { id: 'mock', name: '', type: 'mock', typeVersion: 1, position: [0, 0], parameters: {} };
		const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes: this.nodeTypes });
		return workflow.expression.withIsolate(async () =>
			asCredentialData(
				workflow.expression.getComplexParameterValue(node, asParameters(data), mode, keys, undefined, undefined, data),
			),
		);
	}

	async updateCredentials(
		_details: INodeCredentialsDetails,
		name: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.stored[name] = data;
	}

	async updateCredentialsOauthTokenData(
		_details: INodeCredentialsDetails,
		name: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.stored[name] = { ...this.storedOf(name), oauthTokenData: data.oauthTokenData ?? {} };
	}

	getCredentialsProperties(name: string): INodeProperties[] {
		const type = this.typeOf(name);
		const properties: INodeProperties[] = [];
		for (const parent of type.extends ?? []) {
			NodeHelpers.mergeNodeProperties(properties, this.getCredentialsProperties(parent));
		}
		NodeHelpers.mergeNodeProperties(properties, type.properties);
		return properties;
	}

	private typeOf(name: string): ICredentialType {
		const type = this.types.get(name);
		if (type === undefined) throw new UnexpectedError(`No credential type ${name} was given to the engine`);
		return type;
	}

	private storedOf(name: string): ICredentialDataDecryptedObject {
		const stored = this.stored[name];
		if (stored === undefined) throw new UnexpectedError(`No values for the credential ${name} were given to the engine`);
		return stored;
	}
}

function readRecord(options: IHttpRequestOptions | IRequestOptionsSimplified, part: string): Record<string, unknown> {
	const found: unknown = Object.entries(options).find(([key]) => key === part)?.[1];
	return typeof found === 'object' && found !== null ? { ...found } : {};
}

/** Stored credentials are JSON, and so are parameters. */
function asParameters(data: ICredentialDataDecryptedObject): INodeParameters {
	const parameters: INodeParameters = JSON.parse(JSON.stringify(data));
	return parameters;
}

function asCredentialData(value: unknown): ICredentialDataDecryptedObject {
	if (typeof value !== 'object' || value === null) throw new UnexpectedError('A credential did not resolve to an object');
	return Object.fromEntries(Object.entries(value));
}
