import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

/** Kaspi leaves calls with a library's default User-Agent unanswered until they time out (kaspi.md §1). */
export const kaspiUserAgent = 'n8n-nodes-marketplace-crm/0.1';

/** Tested by the function `kaspiToken` of its nodes: n8n's declarative test would show the bare status of an answer. */
export class KaspiApi implements ICredentialType {
	name = 'kaspiApi';

	displayName = 'Kaspi API';

	icon: Icon = { light: 'file:../nodes/Kaspi/kaspi.svg', dark: 'file:../nodes/Kaspi/kaspi.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-marketplace-crm/n8n-nodes-marketplace-crm/blob/main/docs/kaspi.md';

	properties: INodeProperties[] = [
		{
			displayName: 'API Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'In the seller cabinet under Settings → API token. Only the head of the company can create it; pressing the button again shows the same token.',
		},
		{
			displayName: 'Shop ID',
			name: 'shopId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 30999999',
			description:
				'In the seller cabinet under Settings → Shop ID. Recommended: Kaspi support asks for it with every call, because it says which shop the call is for. It may be filled in later, with the same token; once it is there, leave it: orders are remembered under it.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://kaspi.kz/shop/api/v2',
			required: true,
			description: 'Change it only to work against a sandbox. The token is sent to this host and no other.',
		},
	];

	/** A function, because an empty shop id must not be sent and the token must not leave the credential's host. */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const { token, shopId, baseUrl } = credentials;
		const base = String(baseUrl).trim();
		const target = new URL(request.url, request.baseURL ?? base);
		if (target.host !== new URL(base).host) {
			throw new Error(`The Kaspi token belongs to ${new URL(base).host} and is not sent to ${target.host}`);
		}
		const shop = String(shopId ?? '').trim();
		return {
			...request,
			headers: {
				...request.headers,
				'User-Agent': kaspiUserAgent,
				'X-Auth-Token': String(token).trim(),
				...(shop === '' ? {} : { 'X-Merchant-Uid': shop }),
			},
		};
	};
}
