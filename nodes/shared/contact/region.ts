import type { INodeProperties } from 'n8n-workflow';

/** Under the same name as in Find or Create, so that the choice survives a change of operation. */
export const phoneRegion: INodeProperties = {
	displayName: 'Phone Region',
	name: 'region',
	type: 'options',
	options: [
		{ name: 'Kazakhstan', value: 'KZ' },
		{ name: 'Russia', value: 'RU' },
	],
	default: 'KZ',
	description: 'Where a phone without a country code is from',
};
