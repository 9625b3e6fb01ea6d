import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** Which of the two credentials a node uses; `connect.ts` reads the same parameter. */
export const authenticationParameter: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Inbound Webhook', value: 'webhook' },
		{ name: 'OAuth2 (Local Application)', value: 'oAuth2' },
	],
	default: 'webhook',
};

export const credentialsParameter: INodeCredentialDescription[] = [
	{ name: 'bitrix24WebhookApi', testedBy: 'bitrix24Webhook', displayName: 'Bitrix24 Credential', required: true, displayOptions: { show: { authentication: ['webhook'] } } },
	{ name: 'bitrix24OAuth2Api', displayName: 'Bitrix24 Credential', required: true, displayOptions: { show: { authentication: ['oAuth2'] } } },
];
