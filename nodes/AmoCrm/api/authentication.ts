import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** Which of the two credentials a node uses; `connect.ts` reads the same parameter. */
export const authenticationParameter: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Long-Lived Token', value: 'accessToken' },
		{ name: 'OAuth2', value: 'oAuth2' },
	],
	default: 'accessToken',
};

export const credentialsParameter: INodeCredentialDescription[] = [
	{ name: 'amoCrmApi', testedBy: 'amoCrmToken', displayName: 'amoCRM Credential', required: true, displayOptions: { show: { authentication: ['accessToken'] } } },
	{ name: 'amoCrmOAuth2Api', displayName: 'amoCRM Credential', required: true, displayOptions: { show: { authentication: ['oAuth2'] } } },
];
