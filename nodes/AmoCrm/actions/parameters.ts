import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { fromAccount, locator, mappedFields } from '../../shared/commonParameters';

export { additionalFields, nameParameter as nameOption, returnAllAndLimit, simplify } from '../../shared/commonParameters';

/** Parameters that several operations share, under one name each so that values survive a change of operation. */

const card = (name: string, displayName: string, noun: string, searchListMethod: string, urlPart: string): INodeProperties =>
	locator({
		name,
		displayName,
		noun,
		searchListMethod,
		service: 'amoCRM',
		exampleId: '12345678',
		path: `${urlPart}/detail/`,
		exampleHost: 'shop.amocrm.ru',
	});

export const dealLocator: INodeProperties = {
	...card('dealId', 'Deal', 'deal', 'searchDeals', 'leads'),
	required: true,
	description: 'The deal to work with',
};

export const contactLocator: INodeProperties = {
	...card('contactId', 'Contact', 'contact', 'searchContacts', 'contacts'),
	required: true,
	description: 'The contact to work with',
};

export const optionalContactLocator: INodeProperties = {
	...card('contactId', 'Contact', 'contact', 'searchContacts', 'contacts'),
	description: 'Main contact of the deal, set only when the deal is created',
};

export const stageParameter = fromAccount(
	'Stage',
	'stage',
	'getStages',
	'Pipeline and stage together; in an expression written pipeline/stage, e.g. 8000001/142',
);

export const userOption = fromAccount('Responsible User', 'responsibleUserId', 'getUsers');

export const lossReasonOption = fromAccount('Loss Reason', 'lossReasonId', 'getLossReasons', 'amoCRM takes it with the lost stage only');

export const priceOption: INodeProperties = {
	displayName: 'Price',
	name: 'price',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description: 'Rounded to whole units, because amoCRM knows no smaller ones',
};

export const tagsOption: INodeProperties = {
	displayName: 'Tags',
	name: 'tags',
	type: 'string',
	default: '',
	placeholder: 'e.g. kaspi, express',
	description: 'Separated by commas; they are added to the tags that are there',
};

export const customFieldsOf = (entity: 'deal' | 'contact'): INodeProperties =>
	mappedFields({
		displayName: 'Custom Fields',
		name: `${entity}CustomFields`,
		resourceMapperMethod: entity === 'deal' ? 'getDealFields' : 'getContactFields',
		description: 'Fields of the account; an empty value changes nothing in amoCRM',
	});

export const pipelineParameter = fromAccount('Pipeline', 'pipelineId', 'getPipelines');

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
