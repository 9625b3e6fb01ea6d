import { manyItems } from '../operation';
import { idValue, optionalText } from '../parameterValues';
import { idJson } from '../writtenId';
import { taskIdParameter } from './fields';

export const completeTask = manyItems({
	value: 'complete',
	name: 'Complete',
	action: 'Complete a task',
	description: 'Mark a task as done',
	properties: [
		taskIdParameter,
		{ displayName: 'Result', name: 'result', type: 'string', default: '', description: 'What came of it' },
	],
	read(item) {
		const result = item.get('result', optionalText);
		return {
			id: item.get('taskId', idValue),
			is_completed: true,
			...(result === undefined ? {} : { result: { text: result } }),
		};
	},
	async execute({ client }, tasks) {
		return (await client.updateTasks(tasks)).map(idJson);
	},
});
