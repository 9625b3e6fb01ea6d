import { addItem } from '../../api/items';
import { savedSchema } from '../../api/schema';
import { manyItems } from '../operation';
import { fieldsOf, optionalContactLocator, stageParameter, titleParameter } from '../parameters';
import { optionalId, requiredText } from '../parameterValues';
import { idJson } from '../writtenId';
import { newDealOptions, readDeal } from './payload';

export const createDeal = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a deal',
	description: 'Create a new deal; Create or Update is mostly what you want, because Bitrix24 itself does not notice copies',
	properties: [{ ...titleParameter, required: true }, stageParameter, optionalContactLocator, newDealOptions, fieldsOf('deal')],
	async read(item, work) {
		const contactId = item.get('contactId', optionalId);
		return {
			...(await readDeal(item, work)),
			title: item.get('title', requiredText),
			contactIds: contactId === undefined ? undefined : [contactId],
		};
	},
	async execute({ client }, deals) {
		return (await client.run(deals.map((deal) => addItem('deal', deal)), 'once', savedSchema)).map(idJson);
	},
});
