import { z } from 'zod/v4';
import { newIdSchema } from '../../api/schema';
import { manyItems } from '../operation';
import { contactOfEntity, dealOfEntity, onEntity } from '../parameters';
import { idValue, requiredText } from '../parameterValues';
import { idJson } from '../writtenId';

export const entityValue = z.enum(['deal', 'contact']);

export const createComment = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a timeline comment',
	description: 'Write a comment into the timeline of a deal or contact',
	properties: [
		onEntity,
		dealOfEntity,
		contactOfEntity,
		{ displayName: 'Text', name: 'text', type: 'string', typeOptions: { rows: 3 }, required: true, default: '' },
	],
	read(item) {
		const entity = item.get('entity', entityValue);
		return { ENTITY_ID: item.get(`${entity}Id`, idValue), ENTITY_TYPE: entity, COMMENT: item.get('text', requiredText) };
	},
	async execute({ client }, comments) {
		const commands = comments.map((fields) => ({ method: 'crm.timeline.comment.add', params: { fields } }));
		return (await client.run(commands, 'once', newIdSchema)).map(idJson);
	},
});
