import { pageLimit } from '../../api/client';
import { noteJson } from '../output';
import { eachItem } from '../operation';
import { contactOfEntity, dealOfEntity, onEntity, returnAllAndLimit, simplify } from '../parameters';
import { pageSizeFor, take, wantedCount } from '../readCards';
import { idValue, yesNo } from '../parameterValues';
import { entityValue } from './create';

export const getManyNotes = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many notes',
	description: 'List the notes of a deal or contact',
	properties: [onEntity, dealOfEntity, contactOfEntity, ...returnAllAndLimit, simplify],
	async execute({ client }, item) {
		const entity = item.get('entity', entityValue);
		const count = wantedCount(item);
		const pages = client.notes(entity, item.get(entity === 'leads' ? 'dealId' : 'contactId', idValue), [pageSizeFor(count, pageLimit)]);
		const simplified = item.get('simplify', yesNo);
		return (await take(pages, count)).map((note) => noteJson(note, simplified));
	},
});
