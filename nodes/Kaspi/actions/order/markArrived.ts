import { sleep } from 'n8n-workflow';
import { untilDone } from '../../../../transport/again';
import { sendAndConfirm, Unsettled } from '../../api/commandConfirmation';
import { orderField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

export const markArrived: Operation = {
	value: 'markArrived',
	name: 'Mark Arrived',
	action: 'Mark the goods of a pre order as arrived',
	description: 'Say that the goods of a pre-order have arrived, so that it goes on to packing; for a person to decide',
	properties: [orderField, simplifyField],
	async run(item) {
		const { order } = await item.order();
		if (!order.preOrder) {
			throw new Unsettled(
				`Order ${order.code} is not a pre-order, or its goods have arrived already`,
				'Leave this step out for it: it can be packed.',
			);
		}
		const arrived = await sendAndConfirm(item.client, order, {
			what: 'Mark Arrived',
			// A second one is refused, which says that the first was taken.
			send: async () => await untilDone(() => item.client.setStatus(order, 'ARRIVED'), sleep),
			// Whether `preOrder` ever drops is not known (kaspi.md §10.7), so there is nothing to wait for.
			showsNothing: true,
			isDone: ({ status }) => status === 'ACCEPTED_BY_MERCHANT',
			waitMs: 0,
		});
		return [{ json: item.present(arrived) }];
	},
};
