import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Parameters that the nodes have in common, under one name each so that values survive a change of operation. */

export interface LocatorShape {
	/** Name of the parameter. */
	name: string;
	displayName: string;
	noun: string;
	searchListMethod: string;
	/** Of the service, for texts. */
	service: string;
	exampleId: string;
	/** Address of the element with its id left out, without scheme and host, e.g. `crm/deal/details/`. */
	path: string;
	exampleHost: string;
}

/** An element of the CRM, from a list, by id or by its address. */
export const locator = ({ name, displayName, noun, searchListMethod, service, exampleId, path, exampleHost }: LocatorShape): INodeProperties => ({
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
			placeholder: `e.g. ${exampleId}`,
			validation: [{ type: 'regex', properties: { regex: '^\\s*[0-9]*\\s*$', errorMessage: `An ID of ${service} is a number` } }],
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: `e.g. https://${exampleHost}/${path}${exampleId}`,
			extractValue: { type: 'regex', regex: `https?://[^/]+/${path}([0-9]+).*` },
			validation: [
				{
					type: 'regex',
					properties: { regex: `https?://[^/]+/${path}[0-9]+.*`, errorMessage: `This is not the address of a ${noun} in ${service}` },
				},
			],
		},
	],
});

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

/**
 * The first row of a list from which nothing needs to be chosen: n8n's editor paints a value red that its list does not have, also an
 * empty one.
 * @param meaning what is done then
 */
export const notChosen = (meaning: string): INodePropertyOptions => ({ name: 'Not Chosen', value: '', description: meaning });

/** A choice from what the account has; unless it is required, its list begins with `notChosen`. */
export const fromAccount = (noun: string, name: string, loadOptionsMethod: string, hint?: string): INodeProperties => ({
	displayName: `${noun} Name or ID`,
	name,
	type: 'options',
	typeOptions: { loadOptionsMethod },
	default: '',
	description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	...(hint === undefined ? {} : { hint }),
});

export const nameParameter: INodeProperties = { displayName: 'Name', name: 'name', type: 'string', default: '' };

export const additionalFields = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options,
});

/** Fields of the account, one by one. */
export const mappedFields = (shape: { displayName: string; name: string; description: string; resourceMapperMethod: string }): INodeProperties => ({
	displayName: shape.displayName,
	name: shape.name,
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	typeOptions: {
		resourceMapper: {
			resourceMapperMethod: shape.resourceMapperMethod,
			mode: 'map',
			fieldWords: { singular: 'field', plural: 'fields' },
			addAllFields: false,
			supportAutoMap: false,
		},
	},
	description: shape.description,
});
