import { ok } from '../../../../core/ports';
import { dealFields, findField } from '../../model/cardFields';
import { findDealsByField } from '../../api/dealSearch';
import { dealJson } from '../output';
import { manyItems, NotDone } from '../operation';
import { simplify } from '../parameters';
import { requiredText, yesNo } from '../parameterValues';

export const findDealByNumber = manyItems({
	value: 'findByNumber',
	name: 'Find by Order Number',
	action: 'Find deals by order number',
	description: 'Find the deals of a marketplace order by its number; gives no item when there is none',
	properties: [
		{
			displayName: 'Order Number',
			name: 'orderNumber',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 912345678',
			description: `As on the deal's card in the field «${dealFields.orderNumber.name}»`,
		},
		simplify,
	],
	async read(item, work) {
		const field = findField(await work.fields.all('leads'), dealFields.orderNumber);
		if (field === undefined) {
			throw new NotDone(
				`amoCRM has no deal field «${dealFields.orderNumber.name}»`,
				'Run Order Sync: Prepare CRM once, it makes the fields of the card.',
			);
		}
		return { field, number: item.get('orderNumber', requiredText), simplified: item.get('simplify', yesNo) };
	},
	async execute({ client, now }, wanted) {
		const field = wanted[0]?.field;
		if (field === undefined) return [];
		const found = await findDealsByField(client, field, wanted.map(({ number }) => number), now());
		return wanted.map(({ number, simplified }) => ok((found.get(number) ?? []).map((lead) => dealJson(lead, simplified))));
	},
});
