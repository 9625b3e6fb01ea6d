import { z } from 'zod/v4';
import { phoneAndEmail, readPerson } from '../../../shared/contact/person';
import { newContactParams } from '../../model/contact';
import { addItem } from '../../api/items';
import { savedSchema } from '../../api/schema';
import { readMappedFields } from '../mappedFields';
import { manyItems } from '../operation';
import { additionalFields, fieldsOf, nameParameter, userOption } from '../parameters';
import { optionalId, requiredText } from '../parameterValues';
import { idJson } from '../writtenId';

export const createContact = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a contact',
	description: 'Create a new contact without looking for one that exists; Find or Create is mostly what you want',
	properties: [
		{ ...nameParameter, required: true, placeholder: 'e.g. Buyer of order 912345678' },
		...phoneAndEmail,
		additionalFields([userOption]),
		fieldsOf('contact'),
	],
	async read(item, work) {
		const { phones, emails } = readPerson(item);
		const { responsibleId } = item.get('additionalFields', z.object({ responsibleId: optionalId.optional() }));
		return {
			...newContactParams({ name: item.get('name', requiredText), phones, emails }, {}),
			assignedById: responsibleId,
			...(await readMappedFields(work, item, 'contact')),
		};
	},
	async execute({ client }, contacts) {
		return (await client.run(contacts.map((contact) => addItem('contact', contact)), 'once', savedSchema)).map(idJson);
	},
});
