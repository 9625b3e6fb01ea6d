import { z } from 'zod/v4';
import { pageLimit, type Query } from '../../api/client';
import type { Lead } from '../../api/schema';
import { dealJson } from '../output';
import { eachItem, inZone } from '../operation';
import { returnAllAndLimit, simplify, stageParameter, userOption } from '../parameters';
import { pageSizeFor, take, wantedCount } from '../readCards';
import { optionalId, optionalSecondsIn, optionalText, stageValue, yesNo } from '../parameterValues';

const filters = inZone((zone) =>
	z
		.object({
			query: optionalText,
			responsibleUserId: optionalId,
			stage: stageValue,
			createdAfter: optionalSecondsIn(zone),
			updatedAfter: optionalSecondsIn(zone),
		})
		.partial(),
);
type Filters = z.infer<ReturnType<typeof filters>>;

export const getManyDeals = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many deals',
	description: 'List deals, oldest first',
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
				userOption,
				{
					displayName: 'Search For',
					name: 'query',
					type: 'string',
					default: '',
					description: 'Text in any field of the deal or phone of its contact; amoCRM finds new deals after one or two minutes',
				},
				stageParameter,
				{ displayName: 'Updated After', name: 'updatedAfter', type: 'dateTime', default: '' },
			],
		},
		simplify,
	],
	async execute({ client }, item) {
		const wanted = item.get('filters', filters);
		const count = wantedCount(item);
		const pages = client.leads([...queryOf(wanted), pageSizeFor(count, pageLimit)]);
		const leads = await take(checked(pages, wanted), count);
		const simplified = item.get('simplify', yesNo);
		return leads.map((lead) => dealJson(lead, simplified));
	},
});

function queryOf({ query, responsibleUserId, stage, createdAfter, updatedAfter }: Filters): Query {
	const pairs: (readonly [string, string | number | undefined])[] = [
		['with', 'contacts'],
		['query', query],
		['filter[responsible_user_id][]', responsibleUserId],
		['filter[statuses][0][pipeline_id]', stage?.pipeline_id],
		['filter[statuses][0][status_id]', stage?.status_id],
		['filter[created_at][from]', createdAfter],
		['filter[updated_at][from]', updatedAfter],
		['order[id]', 'asc'],
	];
	return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
}

/** An account may ignore a filter and answer with everything (amocrm.md §3). */
async function* checked(pages: AsyncGenerator<Lead[], void>, wanted: Filters): AsyncGenerator<Lead[], void> {
	const { responsibleUserId, stage, createdAfter, updatedAfter } = wanted;
	for await (const page of pages) {
		yield page.filter(
			(lead) =>
				!lead.is_deleted &&
				(responsibleUserId === undefined || lead.responsible_user_id === responsibleUserId) &&
				(stage?.pipeline_id === undefined || (lead.pipeline_id === stage.pipeline_id && lead.status_id === stage.status_id)) &&
				(createdAfter === undefined || lead.created_at >= createdAfter) &&
				(updatedAfter === undefined || lead.updated_at >= updatedAfter),
		);
	}
}
