import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { optionalMoment } from '../../shared/parameterValues';
import type { Item } from './operation';

/** Parameters that several operations share: the same name everywhere, so that values survive switching. */

export const postingField: INodeProperties = {
	displayName: 'Posting Number',
	name: 'postingNumber',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 12345678-0001-1',
	description: 'The posting to work with; a buyer\'s order may have several',
};

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
};

export const commentField: INodeProperties = {
	displayName: 'Comment',
	name: 'comment',
	type: 'string',
	default: '',
	description: 'A word to Ozon and the buyer; some answers need one',
};

export const afterField = (displayName: string, description: string): INodeProperties => ({
	displayName,
	name: 'after',
	type: 'dateTime',
	default: '',
	description,
});

export const beforeField = (displayName: string, description: string): INodeProperties => ({
	displayName,
	name: 'before',
	type: 'dateTime',
	default: '',
	description,
});

/** Epoch ms; a time without a zone is the workflow's, in which the date picker writes it. */
export const momentOf = (item: Item, name: string): number | undefined => item.get(name, optionalMoment);

/** Text of a field that may be left empty. */
export const textOf = (item: Item, name: string): string => item.get(name, z.string().default('')).trim();
