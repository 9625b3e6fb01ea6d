import { z } from 'zod/v4';
import { ok } from '../../../../core/ports';
import { productRowSchema } from '../../api/schema';
import { productRowJson } from '../output';
import { manyItems } from '../operation';
import { dealLocator, simplify } from '../parameters';
import { idValue, yesNo } from '../parameterValues';

const answer = z.object({ productRows: z.array(productRowSchema) });

export const getProductRows = manyItems({
	value: 'get',
	name: 'Get',
	action: 'Get the product rows of a deal',
	description: 'List the product rows of a deal, up to 50; one item each',
	properties: [dealLocator, simplify],
	read: (item) => ({ dealId: item.get('dealId', idValue), simplified: item.get('simplify', yesNo) }),
	async execute({ client }, wanted) {
		const commands = wanted.map(({ dealId }) => ({
			method: 'crm.item.productrow.list',
			params: { filter: { '=ownerType': 'D', '=ownerId': dealId }, order: { id: 'asc' } },
		}));
		const rows = await client.run(commands, 'read', answer);
		return rows.map((outcome, index) =>
			outcome.outcome === 'ok' ? ok(outcome.value.productRows.map((row) => productRowJson(row, wanted[index]?.simplified ?? true))) : outcome,
		);
	},
});
