import { z } from 'zod/v4';
import { ok } from '../../../../core/ports';
import { productRowsCommand } from '../../model/productRows';
import { productRowSchema } from '../../api/schema';
import { manyItems } from '../operation';
import { dealLocator } from '../parameters';
import { amountValue, idValue, jsonValue, optionalAmount, optionalId, requiredText } from '../parameterValues';

const number = amountValue.pipe(z.number().min(0));
const quantity = optionalAmount.transform((given) => given ?? 1).pipe(z.number().min(0));
const rowsValue = jsonValue.pipe(
	z.array(
		z.object({ name: requiredText, price: number, quantity, productId: optionalId }).passthrough(),
		'must be a list of rows',
	),
);
const answer = z.object({ productRows: z.array(productRowSchema).nullish() });

export const setProductRows = manyItems({
	value: 'set',
	name: 'Set',
	action: 'Set the product rows of a deal',
	description: 'Replace all product rows of a deal; safe to repeat',
	properties: [
		dealLocator,
		{
			displayName: 'Rows',
			name: 'rows',
			type: 'json',
			required: true,
			default: '[]',
			placeholder: 'e.g. [{ "name": "Phone", "price": 15490, "quantity": 1 }]',
			description: 'List of objects with name, price (of one piece), quantity and, for a product of the catalogue, productId; an empty list removes all rows',
		},
	],
	read: (item) => ({ dealId: item.get('dealId', idValue), rows: item.get('rows', rowsValue) }),
	async execute({ client }, wanted) {
		const written = await client.run(wanted.map(({ dealId, rows }) => productRowsCommand(dealId, rows)), 'repeatable', answer);
		return written.map((outcome, index) =>
			outcome.outcome === 'ok' ? ok({ dealId: wanted[index]?.dealId, rows: outcome.value.productRows?.length ?? wanted[index]?.rows.length }) : outcome,
		);
	},
});
