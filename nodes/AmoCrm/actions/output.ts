import type { IDataObject } from 'n8n-workflow';
import { contactOf } from '../model/contact';
import type { ContactCard, FieldValue, Lead, Note, Task } from '../api/schema';

/** What the node gives for a card: the ten most used things, or the card as amoCRM sent it. */

export const asJson = (value: object): IDataObject => ({ ...value });

export const dealJson = (lead: Lead, simplified: boolean): IDataObject =>
	simplified
		? {
				id: lead.id,
				name: lead.name,
				price: lead.price,
				pipelineId: lead.pipeline_id,
				statusId: lead.status_id,
				responsibleUserId: lead.responsible_user_id,
				contactIds: (lead._embedded?.contacts ?? []).map(({ id }) => id),
				customFields: customFieldsJson(lead.custom_fields_values),
				createdAt: isoOf(lead.created_at),
				updatedAt: isoOf(lead.updated_at),
			}
		: asJson(lead);

export function contactJson(card: ContactCard, simplified: boolean): IDataObject {
	if (!simplified) return asJson(card);
	const { name, phones, emails } = contactOf(card);
	return {
		id: card.id,
		name,
		phones,
		emails,
		responsibleUserId: card.responsible_user_id,
		dealIds: (card._embedded?.leads ?? []).map(({ id }) => id),
		customFields: customFieldsJson(card.custom_fields_values.filter(({ field_code }) => field_code !== 'PHONE' && field_code !== 'EMAIL')),
		createdAt: isoOf(card.created_at),
		updatedAt: isoOf(card.updated_at),
	};
}

export const noteJson = (note: Note, simplified: boolean): IDataObject =>
	simplified
		? {
				id: note.id,
				entityId: note.entity_id,
				type: note.note_type,
				text: typeof note.params.text === 'string' ? note.params.text : undefined,
				createdBy: note.created_by,
				createdAt: note.created_at === undefined ? undefined : isoOf(note.created_at),
			}
		: asJson(note);

export const taskJson = (task: Task, simplified: boolean): IDataObject =>
	simplified
		? {
				id: task.id,
				text: task.text,
				completed: task.is_completed,
				dueAt: isoOf(task.complete_till),
				entity: task.entity_type ?? undefined,
				entityId: task.entity_id,
				responsibleUserId: task.responsible_user_id,
				result: task.result && 'text' in task.result ? task.result.text : undefined,
			}
		: asJson(task);

/** Values by the field's name; several values of one field as a list. */
function customFieldsJson(values: readonly FieldValue[]): IDataObject {
	return Object.fromEntries(
		values.map(({ field_name, field_id, values: each }): [string, IDataObject[string]] => {
			const plain = each.map(({ value }) => plainValue(value));
			return [field_name || String(field_id), plain.length === 1 ? plain[0] : plain.filter((value) => value !== null)];
		}),
	);
}

const plainValue = (value: unknown): string | number | boolean | object | null =>
	typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'object' ? value : null;

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();
