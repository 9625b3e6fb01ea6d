import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { accountUrlExpression, oauthPageExpression } from '../nodes/AmoCrm/api/accountAddress';
import { answerRules, outOfOrder } from '../nodes/shared/credentialRules';

/** OAuth2 of amoCRM: tokens for 24 hours, renewed by n8n; client id and secret travel in the body (amocrm.md §1). */
export class AmoCrmOAuth2Api implements ICredentialType {
	name = 'amoCrmOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'amoCRM OAuth2 API';

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
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'authorizationCode' },
		{ displayName: 'Authorization URL', name: 'authUrl', type: 'hidden', default: oauthPageExpression, required: true },
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: accountUrlExpression('$self', '/oauth2/access_token'),
			required: true,
		},
		{ displayName: 'Scope', name: 'scope', type: 'hidden', default: '' },
		{ displayName: 'Auth URI Query Parameters', name: 'authQueryParameters', type: 'hidden', default: 'mode=popup' },
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'body' },
	];

	test: ICredentialTestRequest = {
		request: {
			baseURL: accountUrlExpression('$credentials'),
			url: '/api/v4/account',
			headers: { 'User-Agent': 'n8n-nodes-marketplace-crm' },
		},
		rules: answerRules({
			401: 'amoCRM does not accept the connection any more: press Connect again as an administrator of this account, and check that the account is the one you allow the integration in.',
			402: 'amoCRM wants the account to be paid first.',
			403: 'amoCRM does not let the integration in: press Connect again as an administrator of this account.',
			404: 'There is no such account: enter it as you see its address in the browser, e.g. shop.amocrm.ru.',
			...outOfOrder('amoCRM'),
		}),
	};
}
