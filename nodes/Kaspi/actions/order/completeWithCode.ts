import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { isDone } from '../../api/sendCommand';
import { sendAndConfirm, shortWaitMs } from '../../api/commandConfirmation';
import { orderField, simplifyField } from '../parameters';
import { refuseUnlessIssuable } from '../issueCheck';
import type { Operation } from '../operation';

const codeField: INodeProperties = {
	displayName: 'Code',
	name: 'securityCode',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	required: true,
	placeholder: 'e.g. 1234',
	description: 'The code that the buyer reads out at the counter',
};

const securityCode = z.union([z.string(), z.number().transform(String)]).transform((code) => code.trim()).pipe(z.string().regex(/^\d{3,8}$/, 'a code of digits'));

export const completeWithCode: Operation = {
	value: 'completeWithCode',
	name: 'Complete With Code',
	action: 'Complete an order with the code of the buyer',
	description: "Issue the goods against the code from the buyer's app; for a person at the counter, never in an automation",
	properties: [orderField, codeField, simplifyField],
	async run(item) {
		const code = item.get('securityCode', securityCode);
		const { order } = await item.order();
		if (isDone({ name: 'issue' }, order)) return [{ json: item.present(order) }];
		refuseUnlessIssuable(order);
		const completed = await sendAndConfirm(item.client, order, {
			onceOnly: true,
			what: 'the code',
			send: async () => await item.client.completeWithCode(order, code),
			isDone: (now) => isDone({ name: 'issue' }, now),
			waitMs: shortWaitMs,
		});
		return [{ json: item.present(completed) }];
	},
};
