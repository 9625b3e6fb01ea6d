import { contactSchema } from '../../api/schema';
import { contactJson } from '../output';
import { manyItems } from '../operation';
import { contactLocator, simplify } from '../parameters';
import { readCards } from '../readCards';
import { idValue, yesNo } from '../parameterValues';

export const getContact = manyItems({
	value: 'get',
	name: 'Get',
	action: 'Get a contact',
	description: 'Read a contact by its ID; many items are read in one call',
	properties: [contactLocator, simplify],
	read: (item) => ({ id: item.get('contactId', idValue), simplified: item.get('simplify', yesNo) }),
	execute: async ({ client }, wanted) =>
		await readCards(
			client,
			'contact',
			wanted.map(({ id }) => id),
			contactSchema,
			(contact, index) => contactJson(contact, wanted[index]?.simplified ?? true),
		),
});
