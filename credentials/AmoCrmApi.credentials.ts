import type { IAuthenticateGeneric, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { accountUrlExpression } from '../nodes/AmoCrm/api/accountAddress';

/** A long-lived token of a private integration: it acts with the rights of the administrator who made it (amocrm.md §1). */
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

	test: ICredentialTestRequest = {
		request: {
			baseURL: accountUrlExpression('$credentials'),
			url: '/api/v4/account',
			// amoCRM's firewall turns calls without a name away (amocrm.md §1).
			headers: { 'User-Agent': 'n8n-nodes-marketplace-crm' },
		},
	};
}
