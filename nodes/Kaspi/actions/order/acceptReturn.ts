import { isDone, sendCommand } from '../../api/sendCommand';
import { sendAndConfirm, shortWaitMs, Unsettled } from '../../api/commandConfirmation';
import { orderField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

export const acceptReturn: Operation = {
	value: 'acceptReturn',
	name: 'Accept Returned Goods',
	action: 'Accept the returned goods of an order',
	description: 'Say that the goods of an order cancelled on the way, or returned, have reached the seller',
	properties: [orderField, simplifyField],
	async run(item) {
		const { order } = await item.order();
		if (order.status !== 'CANCELLING' && order.status !== 'KASPI_DELIVERY_RETURN_REQUESTED') {
			throw new Unsettled(
				`No goods of order ${order.code} are on their way back (${order.state}, ${order.status})`,
				'Only orders cancelled on the way or with a requested return can be taken back.',
			);
		}
		const back = await sendAndConfirm(item.client, order, {
			what: 'Accept Returned Goods',
			send: async () => await sendCommand(item.client, order, { name: 'acceptReturn' }),
			isDone: (now) => isDone({ name: 'acceptReturn' }, now),
			waitMs: shortWaitMs,
		});
		return [{ json: item.present(back) }];
	},
};
