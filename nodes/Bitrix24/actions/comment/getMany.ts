import { commentSchema } from '../../api/schema';
import { commentJson } from '../output';
import { eachItem } from '../operation';
import { contactOfEntity, dealOfEntity, onEntity, returnAllAndLimit, simplify } from '../parameters';
import { take, wantedCount } from '../readCards';
import { idValue, yesNo } from '../parameterValues';
import { pagesByOffset } from '../../api/pagesByOffset';
import { entityValue } from './create';

export const getManyComments = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many timeline comments',
	description: 'List the timeline comments of a deal or contact',
	properties: [onEntity, dealOfEntity, contactOfEntity, ...returnAllAndLimit, simplify],
	async execute({ client }, item) {
		const entity = item.get('entity', entityValue);
		const filter = { ENTITY_ID: item.get(`${entity}Id`, idValue), ENTITY_TYPE: entity };
		const pages = pagesByOffset(client, { method: 'crm.timeline.comment.list', params: { filter, order: { ID: 'ASC' } } }, commentSchema);
		const simplified = item.get('simplify', yesNo);
		return (await take(pages, wantedCount(item))).map((comment) => commentJson(comment, simplified));
	},
});
