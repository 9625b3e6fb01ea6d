import { z } from 'zod/v4';
import { dateText } from '../../api/command';
import { itemList } from '../../api/items';
import { contactSchema } from '../../api/schema';
import { contactJson } from '../output';
import { eachItem, inZone } from '../operation';
import { returnAllAndLimit, simplify, userOption } from '../parameters';
import { take, wantedCount } from '../readCards';
import { optionalId, optionalMomentIn, optionalText, yesNo } from '../parameterValues';

const filters = inZone((zone) =>
	z
		.object({
			name: optionalText,
			lastName: optionalText,
			responsibleId: optionalId,
			createdAfter: optionalMomentIn(zone),
			updatedAfter: optionalMomentIn(zone),
		})
		.partial(),
);

export const getManyContacts = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many contacts',
	description: 'List contacts, oldest first; by phone or e-mail they are found with Find or Create',
	properties: [
		...returnAllAndLimit,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{ displayName: 'Created After', name: 'createdAfter', type: 'dateTime', default: '' },
				{ displayName: 'First Name Contains', name: 'name', type: 'string', default: '' },
				{ displayName: 'Last Name Contains', name: 'lastName', type: 'string', default: '' },
				userOption,
				{ displayName: 'Updated After', name: 'updatedAfter', type: 'dateTime', default: '' },
			],
		},
		simplify,
	],
	async execute({ client }, item) {
		const { name, lastName, responsibleId, createdAfter, updatedAfter } = item.get('filters', filters);
		const filter = {
			'%name': name,
			'%lastName': lastName,
			'=assignedById': responsibleId,
			'>=createdTime': createdAfter === undefined ? undefined : dateText(createdAfter),
			'>=updatedTime': updatedAfter === undefined ? undefined : dateText(updatedAfter),
		};
		const simplified = item.get('simplify', yesNo);
		const contacts = await take(client.list(itemList('contact', filter, contactSchema)), wantedCount(item));
		return contacts.map((contact) => contactJson(contact, simplified));
	},
});
