import { manyItems } from '../operation';
import { customFieldsOf, dealLocator, stageParameter } from '../parameters';
import { idValue } from '../parameterValues';
import { idJson } from '../writtenId';
import { asChange, changedDealOptions, readDeal } from './payload';

export const updateDeal = manyItems({
	value: 'update',
	name: 'Update',
	action: 'Update a deal',
	description: 'Change a deal; what is not filled in stays as it is',
	properties: [dealLocator, stageParameter, changedDealOptions, customFieldsOf('deal')],
	async read(item, work) {
		const id = item.get('dealId', idValue);
		return asChange(await readDeal(item, work), id);
	},
	async execute({ client }, leads) {
		return (await client.updateLeads(leads)).map(idJson);
	},
});
