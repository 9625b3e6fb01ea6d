import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

/** Tested by the function `ozonKey` of its nodes: n8n's declarative test could not read until when the key is valid. */
export class OzonSellerApi implements ICredentialType {
	name = 'ozonSellerApi';

	displayName = 'Ozon Seller API';

	icon: Icon = { light: 'file:../nodes/Ozon/ozon.svg', dark: 'file:../nodes/Ozon/ozon.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-marketplace-crm/n8n-nodes-marketplace-crm/blob/main/docs/ozon.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 1234567',
			description: 'In the seller cabinet under Settings → Seller API. Orders are remembered under it.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'In the seller cabinet under Settings → Seller API. A key lives three months: the test of this credential and the trigger warn a fortnight before its end.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api-seller.ozon.ru',
			required: true,
			description: 'Change it only to work against a sandbox. The key is sent to this host and no other.',
		},
	];

	/** A function, because the key must not leave the credential's host. */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const { clientId, apiKey, baseUrl } = credentials;
		const base = String(baseUrl).trim();
		const target = new URL(request.url, request.baseURL ?? base);
		if (target.host !== new URL(base).host) {
			throw new Error(`The Ozon key belongs to ${new URL(base).host} and is not sent to ${target.host}`);
		}
		return {
			...request,
			headers: { ...request.headers, 'Client-Id': String(clientId).trim(), 'Api-Key': String(apiKey).trim() },
		};
	};
}
