import type { INodeProperties } from 'n8n-workflow';
import { fromAccount, locator, mappedFields } from '../../shared/commonParameters';

export { additionalFields, nameParameter, returnAllAndLimit, simplify } from '../../shared/commonParameters';

/** Parameters that several operations share, under one name each so that values survive a change of operation. */

const card = (name: string, displayName: string, noun: string, searchListMethod: string): INodeProperties =>
	locator({
		name,
		displayName,
		noun,
		searchListMethod,
		service: 'Bitrix24',
		exampleId: '1234',
		path: `crm/${noun}/details/`,
		exampleHost: 'shop.bitrix24.kz',
	});

export const dealLocator: INodeProperties = { ...card('dealId', 'Deal', 'deal', 'searchDeals'), required: true, description: 'The deal to work with' };

export const contactLocator: INodeProperties = {
	...card('contactId', 'Contact', 'contact', 'searchContacts'),
	required: true,
	description: 'The contact to work with',
};

export const optionalContactLocator: INodeProperties = {
	...card('contactId', 'Contact', 'contact', 'searchContacts'),
	description: 'Contact of the deal, set only when the deal is created',
};

export const stageParameter = fromAccount(
	'Stage',
	'stage',
	'getStages',
	'Pipeline and stage together; in an expression written pipeline/stage, e.g. 1/C1:NEW',
);

export const userOption = fromAccount('Responsible User', 'responsibleId', 'getUsers', 'The list needs the scope «user»; an ID does not');

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

export const fieldsOf = (entity: 'deal' | 'contact'): INodeProperties =>
	mappedFields({
		displayName: 'Fields',
		name: `${entity}Fields`,
		resourceMapperMethod: entity === 'deal' ? 'getDealFields' : 'getContactFields',
		description: 'Further fields of the portal; an empty value changes nothing in Bitrix24',
	});

export const pipelineParameter = fromAccount('Pipeline', 'pipelineId', 'getPipelines');

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
