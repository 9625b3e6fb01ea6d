import { manyItems } from '../operation';
import { customFieldsOf, nameOption, optionalContactLocator, stageParameter } from '../parameters';
import { optionalId, requiredText } from '../parameterValues';
import { idJson } from '../writtenId';
import { asNew, newDealOptions, readDeal } from './payload';

export const createDeal = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a deal',
	description: 'Create a new deal',
	properties: [
		{ ...nameOption, required: true, placeholder: 'e.g. Kaspi 912345678' },
		stageParameter,
		optionalContactLocator,
		newDealOptions,
		customFieldsOf('deal'),
	],
	async read(item, work) {
		const name = item.get('name', requiredText);
		const deal = await readDeal(item, work);
		return asNew({ ...deal, payload: { ...deal.payload, name } }, item.get('contactId', optionalId));
	},
	async execute({ client }, leads) {
		return (await client.createLeads(leads)).map(idJson);
	},
});
