import { contactJson } from '../output';
import { manyItems } from '../operation';
import { contactLocator, simplify } from '../parameters';
import { mapOk, readCards } from '../readCards';
import { idValue, yesNo } from '../parameterValues';

export const getContact = manyItems({
	value: 'get',
	name: 'Get',
	action: 'Get a contact',
	description: 'Read a contact by its ID; many items are read in one call',
	properties: [contactLocator, simplify],
	read: (item) => ({ id: item.get('contactId', idValue), simplified: item.get('simplify', yesNo) }),
	async execute({ client }, wanted) {
		const cards = await readCards(wanted.map(({ id }) => id), 'contact', (ids) => client.contactsById(ids));
		return cards.map((outcome, index) => mapOk(outcome, (card) => contactJson(card, wanted[index]?.simplified ?? true)));
	},
});
