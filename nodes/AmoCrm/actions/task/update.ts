import { z } from 'zod/v4';
import { inZone, manyItems } from '../operation';
import { additionalFields, userOption } from '../parameters';
import { idValue, optionalId, optionalSecondsIn, optionalText } from '../parameterValues';
import { idJson } from '../writtenId';
import { dueAt, taskIdParameter, taskText, taskTypeOption } from './fields';

const options = inZone((zone) => z.object({ text: optionalText, dueAt: optionalSecondsIn(zone), responsibleUserId: optionalId, taskTypeId: optionalId }).partial());

export const updateTask = manyItems({
	value: 'update',
	name: 'Update',
	action: 'Update a task',
	description: 'Change a task; what is not filled in stays as it is',
	properties: [taskIdParameter, additionalFields([dueAt, userOption, taskTypeOption, taskText])],
	read(item) {
		const changes = item.get('additionalFields', options);
		return {
			id: item.get('taskId', idValue),
			text: changes.text,
			complete_till: changes.dueAt,
			responsible_user_id: changes.responsibleUserId,
			task_type_id: changes.taskTypeId,
		};
	},
	async execute({ client }, tasks) {
		return (await client.updateTasks(tasks)).map(idJson);
	},
});
