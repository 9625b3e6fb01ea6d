import { orderField, simplifyField } from '../parameters';
import { refuseUnlessIssuable } from '../issueCheck';
import type { Operation } from '../operation';

export const sendIssueCode: Operation = {
	value: 'sendIssueCode',
	name: 'Send Issue Code',
	action: 'Send the issue code to the buyer',
	description: "Have Kaspi push a code to the buyer's app; ask for the code only after the goods were handed over",
	properties: [orderField, simplifyField],
	async run(item) {
		const { order } = await item.order();
		refuseUnlessIssuable(order);
		await item.client.sendIssueCode(order);
		return [{ json: { ...item.present(await item.client.order(order.id, order.code)), codeSent: true } }];
	},
};
