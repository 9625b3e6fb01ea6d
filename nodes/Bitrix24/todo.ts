import { dateText, type Command } from './command';

export interface Todo {
	dealId: number;
	title: string;
	description?: string;
	/** Epoch ms. */
	dueAt: number;
	responsibleId?: string;
	/** Minutes before the deadline at which Bitrix24 reminds of it. */
	reminders?: readonly number[];
}

/** A to-do in a deal's timeline (bitrix24.md §6). */
export const todoCommand = ({ dealId, title, description, dueAt, responsibleId, reminders = [0, 15] }: Todo): Command => ({
	method: 'crm.activity.todo.add',
	params: {
		ownerTypeId: 2,
		ownerId: dealId,
		deadline: dateText(dueAt),
		title,
		description,
		responsibleId: responsibleId === undefined ? undefined : Number(responsibleId),
		pingOffsets: reminders,
	},
});
