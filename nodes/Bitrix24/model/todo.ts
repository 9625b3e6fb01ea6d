import { z } from 'zod/v4';
import { dateText, type Command } from '../api/command';

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

/** The newest activities of a deal that are not completed (crm.activity.list); one page of them is enough to find our own. */
export const openActivitiesCommand = (dealId: string): Command => ({
	method: 'crm.activity.list',
	params: {
		order: { ID: 'DESC' },
		filter: { OWNER_TYPE_ID: 2, OWNER_ID: Number(dealId), COMPLETED: 'N' },
		select: ['ID', 'SUBJECT', 'DESCRIPTION'],
	},
});

const text = z.string().nullish().transform((value) => value ?? '');
export const activitiesSchema = z.array(z.object({ SUBJECT: text, DESCRIPTION: text }));

/** The whole text of a task; its title may have been cut. */
export const activityText = ({ SUBJECT, DESCRIPTION }: z.infer<typeof activitiesSchema>[number]): string => DESCRIPTION || SUBJECT;
