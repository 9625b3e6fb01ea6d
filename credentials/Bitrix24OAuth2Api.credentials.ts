import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { answerRules, outOfOrder } from '../nodes/shared/credentialRules';

const portalUrlExpression = (path: string): string =>
	`={{ $self["portal"].trim().replace(/^(?!https?:)/, "https://").replace(/^(https?:\\/\\/[^\\/?#]*).*$/, "$1") }}${path}`;

/**
 * A local application of the portal: tokens for an hour, renewed by n8n. Its redirect address stands in the application's own
 * settings and not in the request; calls carry the token in their body (bitrix24.md §1).
 */
export class Bitrix24OAuth2Api implements ICredentialType {
	name = 'bitrix24OAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Bitrix24 OAuth2 API';

	icon: Icon = { light: 'file:../nodes/Bitrix24/bitrix24.svg', dark: 'file:../nodes/Bitrix24/bitrix24.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-marketplace-crm/n8n-nodes-marketplace-crm/blob/main/docs/bitrix24.md#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Portal',
			name: 'portal',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. shop.bitrix24.kz',
			description: 'Address of the portal as you see it in the browser',
		},
		{
			displayName: 'Token Server',
			name: 'accessTokenUrl',
			type: 'options',
			options: [
				{ name: 'oauth.bitrix24.tech', value: 'https://oauth.bitrix24.tech/oauth/token/' },
				{ name: 'oauth.bitrix.info', value: 'https://oauth.bitrix.info/oauth/token/' },
			],
			default: 'https://oauth.bitrix24.tech/oauth/token/',
			required: true,
			description: 'Bitrix24 names both; take the other one when connecting does not work',
		},
		{
			displayName: 'Application Token',
			name: 'applicationToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for the trigger, when you know it. Otherwise the first call to its secret address tells it.',
		},
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'authorizationCode' },
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			default: portalUrlExpression('/oauth/authorize/'),
			required: true,
		},
		{ displayName: 'Scope', name: 'scope', type: 'hidden', default: '' },
		{ displayName: 'Auth URI Query Parameters', name: 'authQueryParameters', type: 'hidden', default: '' },
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'body' },
	];

	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: portalUrlExpression('/rest').replace('$self', '$credentials'),
			url: '/profile.json',
			headers: { 'User-Agent': 'n8n-nodes-marketplace-crm/0.1' },
			body: { auth: '={{ $credentials.oauthTokenData.access_token }}' },
		},
		rules: answerRules({
			401: 'Bitrix24 does not accept the connection any more: press Connect again. If that does not help, check the local application in Bitrix24 (Developer resources → Other → Local application).',
			403: 'Bitrix24 does not let the application in: give it the scope CRM in Bitrix24, check that the plan of the portal includes REST, and press Connect again.',
			404: 'There is no such portal: enter it as you see its address in the browser, e.g. shop.bitrix24.kz.',
			...outOfOrder('Bitrix24'),
		}),
	};
}
