import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { readWebhookUrl } from '../nodes/Bitrix24/api/portalAddress';

/** An inbound webhook: whoever knows its address acts as its owner, so the whole of it is a secret (bitrix24.md §1). Tested by the function `bitrix24Webhook` of its nodes. */
export class Bitrix24WebhookApi implements ICredentialType {
	name = 'bitrix24WebhookApi';

	displayName = 'Bitrix24 Webhook API';

	icon: Icon = { light: 'file:../nodes/Bitrix24/bitrix24.svg', dark: 'file:../nodes/Bitrix24/bitrix24.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-marketplace-crm/n8n-nodes-marketplace-crm/blob/main/docs/bitrix24.md#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Inbound Webhook URL',
			name: 'webhookUrl',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. https://shop.bitrix24.kz/rest/1/abcdef0123456789/',
			description:
				'In Bitrix24: Developer resources, Other, Inbound webhook, with the scope CRM (and Users for lists of people). The address opens the portal with the rights of its owner: keep it secret.',
		},
		{
			displayName: 'Application Token',
			name: 'applicationToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Only for the trigger: the token that Bitrix24 shows beside your outgoing webhook. Calls without it are turned away.',
		},
	];

	/** The address itself is the key; all that is left to do is to see that it goes nowhere else. */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const { restUrl } = readWebhookUrl(String(credentials.webhookUrl));
		const target = new URL(request.url, request.baseURL ?? restUrl);
		if (!target.href.startsWith(restUrl)) throw new Error('The Bitrix24 webhook is used for its own portal only');
		return request;
	};
}
