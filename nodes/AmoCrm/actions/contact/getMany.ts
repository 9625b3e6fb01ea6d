import { z } from 'zod/v4';
import { pageLimit } from '../../api/client';
import type { ContactCard } from '../../api/schema';
import { contactJson } from '../output';
import { eachItem, inZone } from '../operation';
import { returnAllAndLimit, simplify } from '../parameters';
import { pageSizeFor, take, wantedCount } from '../readCards';
import { optionalSecondsIn, optionalText, yesNo } from '../parameterValues';

const filters = inZone((zone) => z.object({ query: optionalText, createdAfter: optionalSecondsIn(zone), updatedAfter: optionalSecondsIn(zone) }).partial());

export const getManyContacts = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many contacts',
	description: 'List contacts, oldest first',
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
				{
					displayName: 'Search For',
					name: 'query',
					type: 'string',
					default: '',
					description: 'Text in any field; a phone is found by its last ten digits, new contacts after one or two minutes',
				},
				{ displayName: 'Updated After', name: 'updatedAfter', type: 'dateTime', default: '' },
			],
		},
		simplify,
	],
	async execute({ client }, item) {
		const { query, createdAfter, updatedAfter } = item.get('filters', filters);
		const count = wantedCount(item);
		const pages = client.contacts([
			['with', 'leads'],
			...(query === undefined ? [] : [['query', query] as const]),
			...(createdAfter === undefined ? [] : [['filter[created_at][from]', String(createdAfter)] as const]),
			...(updatedAfter === undefined ? [] : [['filter[updated_at][from]', String(updatedAfter)] as const]),
			['order[id]', 'asc'],
			pageSizeFor(count, pageLimit),
		]);
		const isWanted = (card: ContactCard): boolean =>
			!card.is_deleted && card.created_at >= (createdAfter ?? 0) && card.updated_at >= (updatedAfter ?? 0);
		const simplified = item.get('simplify', yesNo);
		const cards = await take(only(pages, isWanted), count);
		return cards.map((card) => contactJson(card, simplified));
	},
});

/** An account may ignore a filter and answer with everything (amocrm.md §3). */
async function* only<T>(pages: AsyncGenerator<T[], void>, isWanted: (element: T) => boolean): AsyncGenerator<T[], void> {
	for await (const page of pages) yield page.filter(isWanted);
}
