import { filledFields, textOf } from '../fields';
import type { Contact, Lead, Note, Task } from '../model';
import type { Store } from '../store';
import type { FormPart } from './form';

/** Bodies of webhook items in the old API's words (amocrm.md §7, webhooks-format documentation). */

type Item = { [key: string]: FormPart };

export function leadItem(store: Store, lead: Lead, extra: Item = {}): Item {
	return {
		id: lead.id,
		name: lead.name,
		status_id: lead.statusId,
		...extra,
		price: lead.price,
		responsible_user_id: lead.responsibleUserId,
		last_modified: lead.updatedAt,
		modified_user_id: lead.updatedBy,
		created_user_id: lead.createdBy,
		date_create: lead.createdAt,
		pipeline_id: lead.pipelineId,
		loss_reason_id: lead.lossReasonId,
		date_close: lead.closedAt,
		tags: tagItems(store, 'leads', lead.tagIds),
		account_id: store.accountId,
		custom_fields: fieldItems(store, 'leads', lead),
		created_at: lead.createdAt,
		updated_at: lead.updatedAt,
	};
}

export function contactItem(store: Store, contact: Contact, extra: Item = {}): Item {
	return {
		id: contact.id,
		name: contact.name,
		...extra,
		responsible_user_id: contact.responsibleUserId,
		date_create: contact.createdAt,
		last_modified: contact.updatedAt,
		created_user_id: contact.createdBy,
		modified_user_id: contact.updatedBy,
		account_id: store.accountId,
		custom_fields: fieldItems(store, 'contacts', contact),
		tags: tagItems(store, 'contacts', contact.tagIds),
		linked_leads_id: Object.fromEntries([...contact.leadIds].map((id) => [id, { ID: id }])),
		created_at: contact.createdAt,
		updated_at: contact.updatedAt,
		type: 'contact',
	};
}

const NOTE_TYPE_NUMBERS: Record<string, number> = {
	common: 4,
	call_in: 10,
	call_out: 11,
	geolocation: 17,
	message_cashier: 21,
	service_message: 25,
	extended_service_message: 25,
	sms_in: 102,
	sms_out: 103,
	attachment: 5,
};

export function noteItem(store: Store, note: Note): Item {
	const { text, ...rest } = note.params;
	return {
		note: {
			id: note.id,
			note_type: NOTE_TYPE_NUMBERS[note.noteType] ?? 4,
			element_type: note.entityType === 'leads' ? 2 : 1,
			element_id: note.entityId,
			text: typeof text === 'string' ? text : JSON.stringify(rest),
			created_by: note.createdBy,
			modified_by: note.updatedBy,
			date_create: dateTime(note.createdAt),
			date_modify: dateTime(note.updatedAt),
			main_user_id: note.responsibleUserId,
			account_id: store.accountId,
		},
	};
}

export function taskItem(store: Store, task: Task, extra: Item = {}): Item {
	return {
		id: task.id,
		element_id: task.entityId ?? 0,
		element_type: task.entityType === null ? 0 : task.entityType === 'leads' ? 2 : 1,
		task_type: task.taskTypeId,
		date_create: dateTime(task.createdAt),
		text: task.text,
		status: Number(task.isCompleted),
		account_id: store.accountId,
		created_user_id: task.createdBy,
		last_modified: dateTime(task.updatedAt),
		responsible_user_id: task.responsibleUserId,
		complete_till: dateTime(task.completeTill),
		...extra,
		result: task.resultText === null ? null : { id: task.id + 1, text: task.resultText },
	};
}

function fieldItems(store: Store, type: 'leads' | 'contacts', entity: Lead | Contact): FormPart {
	return filledFields(store.fields[type], entity.values).map(([field, values]) => ({
		id: field.id,
		name: field.name,
		values: values.map(({ value, enumId }) => ({ value: textOf(value), enum: enumId })),
		code: field.code,
	}));
}

function tagItems(store: Store, type: 'leads' | 'contacts', ids: number[]): FormPart {
	return ids.map((id) => ({ id, name: store.tags[type].get(id)?.name }));
}

function dateTime(seconds: number): string {
	return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
