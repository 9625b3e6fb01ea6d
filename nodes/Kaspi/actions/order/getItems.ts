import { z } from 'zod/v4';
import { asJson, presentEntry } from '../output';
import { orderField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

export const getItems: Operation = {
	value: 'getItems',
	name: 'Get Items',
	action: 'Get the items of an order',
	description: 'Read the lines of an order, each as an item',
	properties: [orderField, simplifyField],
	async run(item) {
		const { order } = await item.order();
		const entries = await item.client.entries(order);
		const isRaw = !item.get('simplify', z.boolean());
		return entries.map((entry) => ({
			json: { orderId: order.id, orderNumber: order.code, ...(isRaw ? asJson(entry.raw) : presentEntry(entry)) },
		}));
	},
};
