import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { orderField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

const withItems: INodeProperties = {
	displayName: 'Include Items',
	name: 'includeItems',
	type: 'boolean',
	default: true,
	description: 'Whether to bring the lines of the order; costs one more call when the order is named by its ID',
};

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get an order',
	description: 'Read one order by its number or ID',
	properties: [orderField, withItems, simplifyField],
	async run(item) {
		const { order, entries } = await item.order();
		if (!item.get('includeItems', z.boolean())) return [{ json: item.present(order) }];
		return [{ json: item.present(order, entries ?? (await item.client.entries(order))) }];
	},
};
