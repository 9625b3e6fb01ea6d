import { z } from 'zod/v4';
import { isDone, longestComment, sendCommand } from '../../api/sendCommand';
import { sendAndConfirm, shortWaitMs, Unsettled } from '../../api/commandConfirmation';
import { stageOf } from '../../model/order';
import { cancelReasons } from '../../model/rules';
import { commentField, orderField, reasonFields, simplifyField } from '../parameters';
import type { Operation } from '../operation';

export const cancel: Operation = {
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel an order',
	description: 'Cancel an order that the courier has not taken yet; one that is cancelled already is returned as it is',
	properties: [orderField, ...reasonFields, commentField, simplifyField],
	async run(item) {
		const reason = item.get('reason', z.enum(cancelReasons));
		const comment = item.get('comment', z.string().max(longestComment, `more than ${longestComment} characters`));
		const { order } = await item.order();
		const command = { name: 'cancel', reason, comment } as const;
		if (isDone(command, order)) return [{ json: item.present(order) }];
		if (stageOf(order) === 'in_delivery') {
			throw new Unsettled(`Order ${order.code} is with the courier already`, 'Only the buyer or Kaspi can cancel it now.');
		}
		const cancelled = await sendAndConfirm(item.client, order, {
			what: 'Cancel',
			send: async () => await sendCommand(item.client, order, command),
			isDone: (now) => isDone(command, now),
			waitMs: shortWaitMs,
		});
		return [{ json: item.present(cancelled) }];
	},
};
