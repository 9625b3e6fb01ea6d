import { z } from 'zod/v4';
import { phoneAndEmail, readPerson } from '../../../shared/contact/person';
import { newContactPayload } from '../../model/contact';
import { manyItems } from '../operation';
import { additionalFields, customFieldsOf, nameOption, userOption } from '../parameters';
import { optionalId, requiredText } from '../parameterValues';
import { idJson } from '../writtenId';
import { readCustomFields } from '../customFields';

export const createContact = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a contact',
	description: 'Create a new contact without looking for one that exists; Find or Create is mostly what you want',
	properties: [
		{ ...nameOption, required: true, placeholder: 'e.g. Buyer of order 912345678' },
		...phoneAndEmail,
		additionalFields([userOption]),
		customFieldsOf('contact'),
	],
	async read(item, work) {
		const { phones, emails } = readPerson(item);
		const { responsibleUserId } = item.get('additionalFields', z.object({ responsibleUserId: optionalId.optional() }));
		const custom = await readCustomFields(work, item, 'contacts');
		const payload = newContactPayload({ name: item.get('name', requiredText), phones, emails }, {});
		const values = [...(payload.custom_fields_values ?? []), ...custom];
		return {
			...payload,
			responsible_user_id: responsibleUserId,
			custom_fields_values: values.length > 0 ? values : undefined,
		};
	},
	async execute({ client }, contacts) {
		return (await client.createContacts(contacts)).map(idJson);
	},
});
