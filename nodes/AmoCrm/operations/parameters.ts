import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Parameters that several operations share, under one name each so that values survive a change of operation. */

const locator = (
	name: string,
	displayName: string,
	noun: string,
	searchListMethod: string,
	urlPart: string,
): INodeProperties => ({
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
			placeholder: 'e.g. 12345678',
			validation: [{ type: 'regex', properties: { regex: '^\\s*[0-9]*\\s*$', errorMessage: 'An ID of amoCRM is a number' } }],
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: `e.g. https://shop.amocrm.ru/${urlPart}/detail/12345678`,
			extractValue: { type: 'regex', regex: `https?://[^/]+/${urlPart}/detail/([0-9]+).*` },
			validation: [
				{
					type: 'regex',
					properties: {
						regex: `https?://[^/]+/${urlPart}/detail/[0-9]+.*`,
						errorMessage: `This is not the address of a ${noun} in amoCRM`,
					},
				},
			],
		},
	],
});

export const dealLocator: INodeProperties = {
	...locator('dealId', 'Deal', 'deal', 'searchDeals', 'leads'),
	required: true,
	description: 'The deal to work with',
};

export const contactLocator: INodeProperties = {
	...locator('contactId', 'Contact', 'contact', 'searchContacts', 'contacts'),
	required: true,
	description: 'The contact to work with',
};

export const optionalContactLocator: INodeProperties = {
	...locator('contactId', 'Contact', 'contact', 'searchContacts', 'contacts'),
	description: 'Main contact of the deal, set only when the deal is created',
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
	hint: 'Pipeline and stage together; in an expression written pipeline/stage, e.g. 8000001/142',
};

export const userOption: INodeProperties = {
	displayName: 'Responsible User Name or ID',
	name: 'responsibleUserId',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getUsers' },
	default: '',
	description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
};

export const lossReasonOption: INodeProperties = {
	displayName: 'Loss Reason Name or ID',
	name: 'lossReasonId',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getLossReasons' },
	default: '',
	description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	hint: 'amoCRM takes it with the lost stage only',
};

export const priceOption: INodeProperties = {
	displayName: 'Price',
	name: 'price',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description: 'Rounded to whole units, because amoCRM knows no smaller ones',
};

export const nameOption: INodeProperties = { displayName: 'Name', name: 'name', type: 'string', default: '' };

export const tagsOption: INodeProperties = {
	displayName: 'Tags',
	name: 'tags',
	type: 'string',
	default: '',
	placeholder: 'e.g. kaspi, express',
	description: 'Separated by commas; they are added to the tags that are there',
};

export const additionalFields = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options,
});

export const customFieldsOf = (entity: 'deal' | 'contact'): INodeProperties => ({
	displayName: 'Custom Fields',
	name: `${entity}CustomFields`,
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
	description: 'Fields of the account; an empty value changes nothing in amoCRM',
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
		{ name: 'Contact', value: 'contacts' },
		{ name: 'Deal', value: 'leads' },
	] satisfies INodePropertyOptions[],
	default: 'leads',
	description: 'What it belongs to',
};

export const dealOfEntity: INodeProperties = { ...dealLocator, displayOptions: { show: { entity: ['leads'] } } };
export const contactOfEntity: INodeProperties = { ...contactLocator, displayOptions: { show: { entity: ['contacts'] } } };
