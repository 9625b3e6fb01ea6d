import { orderField } from '../parameters';
import type { Operation } from '../operation';
import type { IDataObject } from 'n8n-workflow';

export const getImei: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get the imeis of an order',
	description: 'Read the IMEIs that Kaspi has for an order, as Kaspi sends them',
	properties: [orderField],
	async run(item) {
		const { order } = await item.order();
		const imeis: unknown = await item.client.imeis(order);
		const json: IDataObject = { orderId: order.id, orderNumber: order.code };
		return [{ json: Object.assign(json, { imeis }) }];
	},
};
