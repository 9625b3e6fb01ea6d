import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { entryField, orderField } from '../parameters';
import { lineOf } from '../orderLine';
import type { Operation } from '../operation';

const piecesField: INodeProperties = {
	displayName: 'Pieces',
	name: 'pieces',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Piece',
	default: {},
	required: true,
	description: 'The IMEIs of each piece of the line',
	options: [
		{
			displayName: 'Piece',
			name: 'piece',
			values: [
				{
					displayName: 'IMEIs',
					name: 'imeis',
					type: 'string',
					default: '',
					required: true,
					placeholder: 'e.g. 350000000000001, 350000000000002',
					description: 'One or, for a phone with two SIM cards, two numbers of 15 digits, separated by a comma',
				},
			],
		},
	],
};

const imeis = z.coerce
	.string()
	.transform((text) => text.split(/[\s,;]+/).filter(Boolean))
	.pipe(z.array(z.string().regex(/^\d{15}$/, 'an IMEI has 15 digits')).min(1, 'no IMEI was named'));
const pieces = z.object({ piece: z.array(z.object({ imeis })).min(1, 'no piece was named') });

export const setImei: Operation = {
	value: 'set',
	name: 'Set',
	action: 'Set the imeis of a line',
	description: 'Tell Kaspi the IMEIs of the pieces of one line, before the goods are handed over',
	properties: [orderField, entryField, piecesField],
	async run(item) {
		const numbers = item.get('pieces', pieces).piece.map((piece) => piece.imeis);
		const { order, entries } = await item.order();
		const line = lineOf(entries ?? (await item.client.entries(order)), item.get('line', z.coerce.string()), order.code);
		await item.client.setImeis(order, line.id, numbers);
		return [{ json: { orderId: order.id, orderNumber: order.code, lineId: line.id, sku: line.sku, imeis: numbers } }];
	},
};
