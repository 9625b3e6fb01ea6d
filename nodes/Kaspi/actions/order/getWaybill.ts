import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { ServiceFailure } from '../../../../transport/errors';
import { Unsettled } from '../../api/commandConfirmation';
import { orderField } from '../parameters';
import type { Operation } from '../operation';

const outputField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
	description: 'Where the PDF goes',
};

export const getWaybill: Operation = {
	value: 'getWaybill',
	name: 'Get Waybill',
	action: 'Get the waybill of an order',
	description: 'Download the waybill as a PDF; Kaspi has it only until the courier takes the parcel',
	properties: [orderField, outputField],
	async run(item) {
		const field = item.get('binaryPropertyName', z.string().min(1));
		const { order } = await item.order();
		const pdf = await item.client.waybill(order).catch((failure: unknown) => {
			const isGone = failure instanceof ServiceFailure && failure.kind === 'not_found' && order.waybill !== undefined;
			if (!isGone) throw failure;
			return undefined;
		});
		if (pdf === undefined) {
			throw new Unsettled(
				`Kaspi does not have the waybill of order ${order.code} any more`,
				'It can be downloaded only until the courier takes the parcel: fetch it right after Assemble and store it.',
			);
		}
		const fileName = `waybill-${order.waybillNumber ?? order.code}.pdf`;
		const file = await item.context.helpers.prepareBinaryData(pdf, fileName, 'application/pdf');
		return [
			{
				json: { id: order.id, number: order.code, tracking: order.waybillNumber, fileName },
				binary: { [field]: file },
			},
		];
	},
};
