import { textOf, typeNumber } from './fields';
import type { History } from './history';
import type { Contact, EntityType, FieldValues, Lead, Note, Task } from './model';
import type { Store } from './store';
import type { Deliveries } from './webhooks/deliveries';
import { contactItem, leadItem, noteItem, taskItem } from './webhooks/payloads';

const KIND = { leads: 'lead', contacts: 'contact' } as const;
const SERVICE_NOTES = ['service_message', 'extended_service_message'];

/** Says what happened: writes the account's history and fires the webhooks. Writes of the API and of people alike. */
export class Announcer {
	constructor(
		private readonly store: Store,
		private readonly history: History,
		private readonly deliveries: Deliveries,
	) {}

	added(type: EntityType, entity: Lead | Contact, actor: number): void {
		this.history.add(`${KIND[type]}_added`, KIND[type], entity.id, actor, [{ note: { id: this.store.nextId() } }]);
		this.hook('add', type, entity);
	}

	deleted(type: EntityType, entity: Lead | Contact, actor: number): void {
		this.history.add(`${KIND[type]}_deleted`, KIND[type], entity.id, actor);
		const { id } = entity;
		const item =
			'price' in entity ? { id, status_id: entity.statusId, pipeline_id: entity.pipelineId } : { id, type: 'contact' };
		this.deliveries.announce(`delete_${KIND[type]}`, () => ({ section: type, action: 'delete', item }));
	}

	restored(type: EntityType, entity: Lead | Contact, actor: number): void {
		this.history.add(`${KIND[type]}_restored`, KIND[type], entity.id, actor);
		this.hook('restore', type, entity);
	}

	merged(type: EntityType, into: Lead | Contact, actor: number): void {
		this.history.add('entity_merged', KIND[type], into.id, actor);
	}

	/** Compares an entity with what it was and tells every difference. */
	changed(type: EntityType, before: Lead | Contact, now: Lead | Contact, actor: number): void {
		const record = (event: string, after: Record<string, unknown>[] = [], was: Record<string, unknown>[] = []): void =>
			this.history.add(event, KIND[type], now.id, actor, after, was);
		if ('price' in before && 'price' in now) this.leadMoved(before, now, record);
		if (before.name !== now.name)
			record(
				'name_field_changed',
				[{ name_field_value: { name: now.name } }],
				[{ name_field_value: { name: before.name } }],
			);
		if (before.responsibleUserId !== now.responsibleUserId) {
			record(
				'entity_responsible_changed',
				[{ responsible_user: { id: now.responsibleUserId } }],
				[{ responsible_user: { id: before.responsibleUserId } }],
			);
			this.hook('responsible', type, now, { old_responsible_user_id: before.responsibleUserId });
		}
		this.tagsChanged(type, before, now, record);
		for (const id of new Set([...before.values.keys(), ...now.values.keys()])) {
			const [after, was] = [this.fieldChange(type, id, now.values), this.fieldChange(type, id, before.values)];
			if (JSON.stringify(after) !== JSON.stringify(was)) record(`custom_field_${id}_value_changed`, after, was);
		}
		this.hook('update', type, now);
	}

	linked(lead: Lead, contact: Contact, actor: number, how: 'link' | 'unlink'): void {
		const sides = (of: 'lead' | 'contact', id: number): Record<string, unknown>[] => [
			{ [how]: { entity: { type: of, id } } },
		];
		const event = how === 'link' ? 'entity_linked' : 'entity_unlinked';
		this.history.add(event, 'lead', lead.id, actor, sides('contact', contact.id));
		this.history.add(event, 'contact', contact.id, actor, sides('lead', lead.id));
		this.hook('update', 'leads', lead);
	}

	noteAdded(note: Note): void {
		const kind = KIND[note.entityType];
		const event = SERVICE_NOTES.includes(note.noteType) ? 'service_note_added' : 'common_note_added';
		this.history.add(event, kind, note.entityId, note.createdBy, [{ note: { id: note.id } }]);
		this.deliveries.announce(`note_${kind}`, () => ({
			section: note.entityType,
			action: 'note',
			item: noteItem(this.store, note),
		}));
	}

	taskAdded(task: Task): void {
		this.history.add('task_added', 'task', task.id, task.createdBy);
		this.deliveries.announce('add_task', () => ({ section: 'task', action: 'add', item: taskItem(this.store, task) }));
	}

	taskChanged(before: Task, task: Task, actor: number): void {
		const closed = task.isCompleted && !before.isCompleted;
		const record = (event: string, key: string, inner: string, now: unknown, was: unknown): void => {
			if (now !== was)
				this.history.add(event, 'task', task.id, actor, [{ [key]: { [inner]: now } }], [{ [key]: { [inner]: was } }]);
		};
		record('task_text_changed', 'task', 'text', task.text, before.text);
		record('task_deadline_changed', 'task_deadline', 'timestamp', task.completeTill, before.completeTill);
		record('task_type_changed', 'task_type', 'id', task.taskTypeId, before.taskTypeId);
		if (closed) this.history.add('task_completed', 'task', task.id, actor);
		if (task.responsibleUserId !== before.responsibleUserId) {
			this.deliveries.announce('responsible_task', () => ({
				section: 'task',
				action: 'responsible',
				item: taskItem(this.store, task),
			}));
		}
		const item = taskItem(this.store, task, { action_close: closed });
		this.deliveries.announce('update_task', () => ({ section: 'task', action: 'update', item }));
	}

	private leadMoved(
		before: Lead,
		now: Lead,
		record: (event: string, after: Record<string, unknown>[], was: Record<string, unknown>[]) => void,
	): void {
		const stage = (lead: Lead): Record<string, unknown>[] => [
			{ lead_status: { id: lead.statusId, pipeline_id: lead.pipelineId } },
		];
		const repiped = before.pipelineId !== now.pipelineId;
		if (repiped || before.statusId !== now.statusId) {
			record('lead_status_changed', stage(now), stage(before));
			// The old pipeline is named only when it changed (amocrm.md §7).
			this.hook('status', 'leads', now, {
				old_status_id: before.statusId,
				old_pipeline_id: repiped ? before.pipelineId : null,
			});
		}
		if (before.price !== now.price)
			record(
				'sale_field_changed',
				[{ sale_field_value: { sale: now.price } }],
				[{ sale_field_value: { sale: before.price } }],
			);
	}

	private tagsChanged(
		type: EntityType,
		before: Lead | Contact,
		now: Lead | Contact,
		record: (event: string, after: Record<string, unknown>[], was: Record<string, unknown>[]) => void,
	): void {
		const named = (ids: number[]): Record<string, unknown>[] =>
			ids.map((id) => ({ tag: { name: this.store.tags[type].get(id)?.name } }));
		const gained = now.tagIds.filter((id) => !before.tagIds.includes(id));
		const lost = before.tagIds.filter((id) => !now.tagIds.includes(id));
		if (gained.length > 0) record('entity_tag_added', named(gained), []);
		if (lost.length > 0) record('entity_tag_deleted', [], named(lost));
	}

	private fieldChange(type: EntityType, fieldId: number, values: FieldValues): Record<string, unknown>[] {
		const fieldType = typeNumber(this.store.fields[type].get(fieldId)?.type);
		return (values.get(fieldId) ?? []).map(({ value, enumId }) => ({
			custom_field_value: { field_id: fieldId, field_type: fieldType, enum_id: enumId ?? null, text: textOf(value) },
		}));
	}

	private hook(
		action: string,
		type: EntityType,
		entity: Lead | Contact,
		extra: Record<string, string | number | null> = {},
	): void {
		this.deliveries.announce(`${action}_${KIND[type]}`, () => ({
			section: type,
			action,
			item: 'price' in entity ? leadItem(this.store, entity, extra) : contactItem(this.store, entity, extra),
		}));
	}
}
