import { dealSchema } from '../../api/schema';
import { dealJson } from '../output';
import { manyItems } from '../operation';
import { dealLocator, simplify } from '../parameters';
import { readCards } from '../readCards';
import { idValue, yesNo } from '../parameterValues';

export const getDeal = manyItems({
	value: 'get',
	name: 'Get',
	action: 'Get a deal',
	description: 'Read a deal by its ID; many items are read in one call',
	properties: [dealLocator, simplify],
	read: (item) => ({ id: item.get('dealId', idValue), simplified: item.get('simplify', yesNo) }),
	execute: async ({ client }, wanted) =>
		await readCards(
			client,
			'deal',
			wanted.map(({ id }) => id),
			dealSchema,
			(deal, index) => dealJson(deal, wanted[index]?.simplified ?? true),
		),
});
