import { updateItem } from '../../api/items';
import { savedSchema } from '../../api/schema';
import { manyItems } from '../operation';
import { dealLocator, fieldsOf, stageParameter } from '../parameters';
import { idValue } from '../parameterValues';
import { idJson } from '../writtenId';
import { changedDealOptions, readDeal } from './payload';

export const updateDeal = manyItems({
	value: 'update',
	name: 'Update',
	action: 'Update a deal',
	description: 'Change a deal, its pipeline included; what is not filled in stays as it is',
	properties: [dealLocator, stageParameter, changedDealOptions, fieldsOf('deal')],
	async read(item, work) {
		return { id: item.get('dealId', idValue), fields: await readDeal(item, work) };
	},
	async execute({ client }, deals) {
		return (await client.run(deals.map(({ id, fields }) => updateItem('deal', id, fields)), 'repeatable', savedSchema)).map(idJson);
	},
});
