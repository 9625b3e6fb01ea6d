import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { longestComment } from '../api/sendCommand';
import type { CancelReason } from '../model/rules';
import { inVersion1, sinceVersion11 } from '../../shared/nodeProperties';

/** Parameters that several operations share: the same name everywhere, so that values survive switching. */

export const orderField: INodeProperties = {
	displayName: 'Order',
	name: 'order',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The order to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchOrders', searchable: true },
		},
		{
			displayName: 'By Number',
			name: 'number',
			type: 'string',
			placeholder: 'e.g. 912345678',
			hint: 'The number that seller and buyer see',
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. OTEyMzQ1Njc4',
			hint: 'As another Kaspi node gave it',
		},
	],
};

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

const reasonTexts: Record<CancelReason, { name: string; description: string }> = {
	BUYER_CANCELLATION_BY_MERCHANT: { name: 'Buyer Asked to Cancel', description: 'The buyer asked the seller to cancel' },
	BUYER_NOT_REACHABLE: {
		name: 'Buyer Not Reachable',
		description: 'Kaspi takes it only for own delivery and own pickup',
	},
	MERCHANT_OUT_OF_STOCK: { name: 'Out of Stock', description: "Counts against the seller's quality score" },
};

const reasonOptions: INodePropertyOptions[] = Object.entries(reasonTexts).map(([value, text]) => ({ value, ...text }));

const reasonField = (byDefault: CancelReason, version: typeof inVersion1): INodeProperties => ({
	displayName: 'Reason',
	name: 'reason',
	type: 'options',
	options: reasonOptions,
	default: byDefault,
	description: 'Why it is cancelled; only reasons that Kaspi takes from sellers',
	displayOptions: { show: version },
});

/** Since version 1.1 it is the one that Order Sync sends when nobody has chosen another. */
export const reasonFields: INodeProperties[] = [
	reasonField('MERCHANT_OUT_OF_STOCK', sinceVersion11),
	reasonField('BUYER_CANCELLATION_BY_MERCHANT', inVersion1),
];

export const commentField: INodeProperties = {
	displayName: 'Comment',
	name: 'comment',
	type: 'string',
	default: '',
	description: `For Kaspi, at most ${longestComment} characters`,
};

export const entryField: INodeProperties = {
	displayName: 'Line',
	name: 'line',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. SKU-1',
	description: 'The SKU of the line, or its ID from Get Items',
};
