import { dealJson } from '../output';
import { manyItems } from '../operation';
import { dealLocator, simplify } from '../parameters';
import { mapOk, readCards } from '../readCards';
import { idValue, yesNo } from '../parameterValues';

export const getDeal = manyItems({
	value: 'get',
	name: 'Get',
	action: 'Get a deal',
	description: 'Read a deal by its ID; many items are read in one call',
	properties: [dealLocator, simplify],
	read: (item) => ({ id: item.get('dealId', idValue), simplified: item.get('simplify', yesNo) }),
	async execute({ client }, wanted) {
		const cards = await readCards(wanted.map(({ id }) => id), 'deal', (ids) => client.leadsById(ids));
		return cards.map((outcome, index) => mapOk(outcome, (card) => dealJson(card, wanted[index]?.simplified ?? true)));
	},
});
