import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** A long-lived token of a private integration: it acts with the rights of the administrator who made it (amocrm.md §1). Tested by the function `amoCrmToken` of its nodes. */
export class AmoCrmApi implements ICredentialType {
	name = 'amoCrmApi';

	displayName = 'amoCRM API';

	icon: Icon = { light: 'file:../nodes/AmoCrm/amocrm.svg', dark: 'file:../nodes/AmoCrm/amocrm.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-marketplace-crm/n8n-nodes-marketplace-crm/blob/main/docs/amocrm.md#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Account',
			name: 'account',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. shop.amocrm.ru',
			description: 'Address of the account as you see it in the browser; shop stands for shop.amocrm.ru',
		},
		{
			displayName: 'Long-Lived Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'In amoCRM: Settings, Integrations, Create integration (private), tab Keys and scopes. It is shown once and is valid for 1 day to 5 years.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.accessToken}}' } },
	};
}
