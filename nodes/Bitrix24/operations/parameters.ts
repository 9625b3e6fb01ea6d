import type { INodeProperties } from 'n8n-workflow';

/** Parameters that several operations share, under one name each so that values survive a change of operation. */

const locator = (name: string, displayName: string, noun: string, searchListMethod: string): INodeProperties => ({
	displayName,
	name,
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: `Select a ${noun}...`,
			typeOptions: { searchListMethod, searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 1234',
			validation: [{ type: 'regex', properties: { regex: '^\\s*[0-9]*\\s*$', errorMessage: 'An ID of Bitrix24 is a number' } }],
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: `e.g. https://shop.bitrix24.kz/crm/${noun}/details/1234/`,
			extractValue: { type: 'regex', regex: `https?://[^/]+/crm/${noun}/details/([0-9]+).*` },
			validation: [
				{
					type: 'regex',
					properties: {
						regex: `https?://[^/]+/crm/${noun}/details/[0-9]+.*`,
						errorMessage: `This is not the address of a ${noun} in Bitrix24`,
					},
				},
			],
		},
	],
});

export const dealLocator: INodeProperties = { ...locator('dealId', 'Deal', 'deal', 'searchDeals'), required: true, description: 'The deal to work with' };

export const contactLocator: INodeProperties = {
	...locator('contactId', 'Contact', 'contact', 'searchContacts'),
	required: true,
	description: 'The contact to work with',
};

export const optionalContactLocator: INodeProperties = {
	...locator('contactId', 'Contact', 'contact', 'searchContacts'),
	description: 'Contact of the deal, set only when the deal is created',
};

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const returnAllAndLimit: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

export const stageParameter: INodeProperties = {
	displayName: 'Stage Name or ID',
	name: 'stage',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getStages' },
	default: '',
	description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	hint: 'Pipeline and stage together; in an expression written pipeline/stage, e.g. 1/C1:NEW',
};

export const userOption: INodeProperties = {
	displayName: 'Responsible User Name or ID',
	name: 'responsibleId',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getUsers' },
	default: '',
	description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	hint: 'The list needs the scope «user»; an ID does not',
};

export const amountOption: INodeProperties = {
	displayName: 'Amount',
	name: 'amount',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 2 },
	default: 0,
	description: 'Kept as it is, whatever the product rows add up to',
};

export const currencyOption: INodeProperties = {
	displayName: 'Currency',
	name: 'currency',
	type: 'string',
	default: '',
	placeholder: 'e.g. KZT',
	description: 'Code of a currency of the portal',
};

export const commentsOption: INodeProperties = {
	displayName: 'Comments',
	name: 'comments',
	type: 'string',
	typeOptions: { rows: 3 },
	default: '',
	description: 'Text on the card of the deal',
};

export const titleParameter: INodeProperties = {
	displayName: 'Title',
	name: 'title',
	type: 'string',
	default: '',
	placeholder: 'e.g. Kaspi 912345678',
};

export const nameParameter: INodeProperties = { displayName: 'Name', name: 'name', type: 'string', default: '' };

export const additionalFields = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options,
});

export const fieldsOf = (entity: 'deal' | 'contact'): INodeProperties => ({
	displayName: 'Fields',
	name: `${entity}Fields`,
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	typeOptions: {
		resourceMapper: {
			resourceMapperMethod: entity === 'deal' ? 'getDealFields' : 'getContactFields',
			mode: 'map',
			fieldWords: { singular: 'field', plural: 'fields' },
			addAllFields: false,
			supportAutoMap: false,
		},
	},
	description: 'Further fields of the portal; an empty value changes nothing in Bitrix24',
});

export const pipelineParameter: INodeProperties = {
	displayName: 'Pipeline Name or ID',
	name: 'pipelineId',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getPipelines' },
	default: '',
	description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
};

export const onEntity: INodeProperties = {
	displayName: 'On',
	name: 'entity',
	type: 'options',
	options: [
		{ name: 'Contact', value: 'contact' },
		{ name: 'Deal', value: 'deal' },
	],
	default: 'deal',
	description: 'What it belongs to',
};

export const dealOfEntity: INodeProperties = { ...dealLocator, displayOptions: { show: { entity: ['deal'] } } };
export const contactOfEntity: INodeProperties = { ...contactLocator, displayOptions: { show: { entity: ['contact'] } } };
