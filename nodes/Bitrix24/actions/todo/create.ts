import { z } from 'zod/v4';
import { newIdSchema } from '../../api/schema';
import { todoCommand } from '../../model/todo';
import { manyItems } from '../operation';
import { additionalFields, dealLocator, userOption } from '../parameters';
import { idValue, listValue, momentValue, optionalId, optionalText, requiredText } from '../parameterValues';
import { idJson } from '../writtenId';

const minutes = listValue.pipe(z.array(z.string().regex(/^\d+$/, 'must be minutes, e.g. 0, 15').transform(Number)));
const options = z.object({ description: optionalText, responsibleId: optionalId.optional(), reminders: minutes.optional() }).partial();

export const createTodo = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a to-do',
	description: 'Plan a to-do with a deadline in the timeline of a deal',
	properties: [
		dealLocator,
		{ displayName: 'Title', name: 'title', type: 'string', required: true, default: '', placeholder: 'e.g. Позвонить покупателю' },
		{ displayName: 'Deadline', name: 'deadline', type: 'dateTime', required: true, default: '' },
		additionalFields([
			{ displayName: 'Description', name: 'description', type: 'string', typeOptions: { rows: 3 }, default: '' },
			{
				displayName: 'Remind Minutes Before',
				name: 'reminders',
				type: 'string',
				default: '0, 15',
				description: 'Minutes before the deadline, separated by commas',
			},
			userOption,
		]),
	],
	read(item) {
		const { description, responsibleId, reminders } = item.get('additionalFields', options);
		return todoCommand({
			dealId: item.get('dealId', idValue),
			title: item.get('title', requiredText),
			description,
			dueAt: item.get('deadline', momentValue),
			responsibleId: responsibleId === undefined ? undefined : String(responsibleId),
			reminders,
		});
	},
	async execute({ client }, commands) {
		return (await client.run(commands, 'once', newIdSchema)).map(idJson);
	},
});
