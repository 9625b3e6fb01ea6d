import { z } from 'zod/v4';
import { dateText } from '../../api/command';
import { itemList } from '../../api/items';
import { dealSchema } from '../../api/schema';
import { dealJson } from '../output';
import { eachItem, inZone } from '../operation';
import { returnAllAndLimit, simplify, stageParameter, userOption } from '../parameters';
import { take, wantedCount } from '../readCards';
import { optionalId, optionalMomentIn, optionalText, stageValue, yesNo } from '../parameterValues';

const filters = inZone((zone) =>
	z
		.object({
			title: optionalText,
			stage: stageValue,
			responsibleId: optionalId,
			externalSystem: optionalText,
			createdAfter: optionalMomentIn(zone),
			updatedAfter: optionalMomentIn(zone),
		})
		.partial(),
);

export const getManyDeals = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many deals',
	description: 'List deals, oldest first; 2,500 of them cost one call',
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
				{ displayName: 'External System', name: 'externalSystem', type: 'string', default: '', placeholder: 'e.g. kaspi:30000001' },
				userOption,
				stageParameter,
				{ displayName: 'Title Contains', name: 'title', type: 'string', default: '' },
				{ displayName: 'Updated After', name: 'updatedAfter', type: 'dateTime', default: '' },
			],
		},
		simplify,
	],
	async execute({ client }, item) {
		const { title, stage, responsibleId, externalSystem, createdAfter, updatedAfter } = item.get('filters', filters);
		const filter = {
			'%title': title,
			'=categoryId': stage === undefined ? undefined : Number(stage.pipelineId),
			'=stageId': stage?.statusId,
			'=assignedById': responsibleId,
			'=originatorId': externalSystem,
			'>=createdTime': createdAfter === undefined ? undefined : dateText(createdAfter),
			'>=updatedTime': updatedAfter === undefined ? undefined : dateText(updatedAfter),
		};
		const simplified = item.get('simplify', yesNo);
		const deals = await take(client.list(itemList('deal', filter, dealSchema)), wantedCount(item));
		return deals.map((deal) => dealJson(deal, simplified));
	},
});
