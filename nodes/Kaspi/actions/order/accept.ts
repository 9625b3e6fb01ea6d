import { sendCommand, isDone } from '../../api/sendCommand';
import { sendAndConfirm, shortWaitMs, Unsettled } from '../../api/commandConfirmation';
import { orderField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

export const accept: Operation = {
	value: 'accept',
	name: 'Accept',
	action: 'Accept an order',
	description: 'Accept a new order; one that is accepted already is returned as it is',
	properties: [orderField, simplifyField],
	async run(item) {
		const { order } = await item.order();
		if (isDone({ name: 'accept' }, order)) return [{ json: item.present(order) }];
		if (order.status !== 'APPROVED_BY_BANK') {
			throw new Unsettled(`Order ${order.code} is not new (${order.state}, ${order.status})`, 'Only new orders can be accepted.');
		}
		const accepted = await sendAndConfirm(item.client, order, {
			what: 'Accept',
			send: async () => await sendCommand(item.client, order, { name: 'accept' }),
			isDone: (now) => isDone({ name: 'accept' }, now),
			waitMs: shortWaitMs,
		});
		return [{ json: item.present(accepted) }];
	},
};
