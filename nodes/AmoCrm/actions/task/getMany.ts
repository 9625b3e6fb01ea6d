import { z } from 'zod/v4';
import { pageLimit } from '../../api/client';
import { taskJson } from '../output';
import { eachItem } from '../operation';
import { returnAllAndLimit, simplify, userOption } from '../parameters';
import { pageSizeFor, take, wantedCount } from '../readCards';
import { optionalId, yesNo } from '../parameterValues';

const filters = z
	.object({ state: z.enum(['all', 'open', 'completed']), dealId: optionalId, responsibleUserId: optionalId })
	.partial();

export const getManyTasks = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many tasks',
	description: 'List tasks',
	properties: [
		...returnAllAndLimit,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{ displayName: 'Deal ID', name: 'dealId', type: 'string', default: '' },
				userOption,
				{
					displayName: 'State',
					name: 'state',
					type: 'options',
					options: [
						{ name: 'All', value: 'all' },
						{ name: 'Completed', value: 'completed' },
						{ name: 'Open', value: 'open' },
					],
					default: 'open',
				},
			],
		},
		simplify,
	],
	async execute({ client }, item) {
		const { state = 'all', dealId, responsibleUserId } = item.get('filters', filters);
		const count = wantedCount(item);
		const pages = client.tasks([
			...(state === 'all' ? [] : [['filter[is_completed]', state === 'completed' ? '1' : '0'] as const]),
			...(dealId === undefined ? [] : [['filter[entity_type]', 'leads'] as const, ['filter[entity_id][]', String(dealId)] as const]),
			...(responsibleUserId === undefined ? [] : [['filter[responsible_user_id][]', String(responsibleUserId)] as const]),
			pageSizeFor(count, pageLimit),
		]);
		const simplified = item.get('simplify', yesNo);
		return (await take(pages, count)).map((task) => taskJson(task, simplified));
	},
});
