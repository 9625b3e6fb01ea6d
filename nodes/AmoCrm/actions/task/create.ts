import { z } from 'zod/v4';
import { manyItems } from '../operation';
import { additionalFields, contactOfEntity, dealOfEntity, onEntity, userOption } from '../parameters';
import { idValue, optionalId, requiredText, secondsValue } from '../parameterValues';
import { idJson } from '../writtenId';
import { entityValue } from '../note/create';
import { dueAt, taskText, taskTypeOption } from './fields';

export const createTask = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a task',
	description: 'Create a task for a deal or contact',
	properties: [
		onEntity,
		dealOfEntity,
		contactOfEntity,
		{ ...taskText, required: true },
		{ ...dueAt, required: true },
		additionalFields([userOption, taskTypeOption]),
	],
	read(item) {
		const entity = item.get('entity', entityValue);
		const options = z.object({ responsibleUserId: optionalId.optional(), taskTypeId: optionalId.optional() });
		const { responsibleUserId, taskTypeId } = item.get('additionalFields', options);
		return {
			text: item.get('text', requiredText),
			complete_till: item.get('dueAt', secondsValue),
			entity_id: item.get(entity === 'leads' ? 'dealId' : 'contactId', idValue),
			entity_type: entity,
			task_type_id: taskTypeId ?? 1,
			responsible_user_id: responsibleUserId,
		};
	},
	async execute({ client }, tasks) {
		return (await client.addTasks(tasks)).map(idJson);
	},
});
