import type { IDataObject } from 'n8n-workflow';
import { itemsOf as itemsOfKinds, type HintOf, type HintSource } from '../../shared/triggerItems';

/** What the trigger can listen to: how amoCRM's webhooks call it (amocrm.md §7), and how its history does (§6). */
export interface EventKind {
	value: string;
	name: string;
	/** What it happened to. */
	entity: 'deal' | 'contact' | 'task';
	/** Subscriptions. A missing status hook is made up for by the update hook (amocrm.md §7, #226). */
	hooks: readonly string[];
	/** Types of `/events`, for the safety net. */
	history: readonly string[];
	/** Key in the webhook's body under the entity's section. */
	action: string;
}

/** The most telling one first: of several for one deal it names the item. */
export const eventKinds: readonly EventKind[] = [
	{ value: 'dealDeleted', name: 'Deal Deleted', entity: 'deal', hooks: ['delete_lead'], history: ['lead_deleted'], action: 'delete' },
	{ value: 'dealAdded', name: 'Deal Added', entity: 'deal', hooks: ['add_lead'], history: ['lead_added'], action: 'add' },
	{ value: 'dealStatusChanged', name: 'Deal Stage Changed', entity: 'deal', hooks: ['status_lead', 'update_lead'], history: ['lead_status_changed'], action: 'status' },
	{ value: 'dealRestored', name: 'Deal Restored', entity: 'deal', hooks: ['restore_lead'], history: ['lead_restored'], action: 'restore' },
	{ value: 'dealResponsibleChanged', name: 'Deal Responsible Changed', entity: 'deal', hooks: ['responsible_lead'], history: ['entity_responsible_changed'], action: 'responsible' },
	{ value: 'dealUpdated', name: 'Deal Updated', entity: 'deal', hooks: ['update_lead'], history: ['sale_field_changed', 'name_field_changed'], action: 'update' },
	{ value: 'dealNoteAdded', name: 'Deal Note Added', entity: 'deal', hooks: ['note_lead'], history: ['common_note_added'], action: 'note' },
	{ value: 'contactDeleted', name: 'Contact Deleted', entity: 'contact', hooks: ['delete_contact'], history: ['contact_deleted'], action: 'delete' },
	{ value: 'contactAdded', name: 'Contact Added', entity: 'contact', hooks: ['add_contact'], history: ['contact_added'], action: 'add' },
	{ value: 'contactUpdated', name: 'Contact Updated', entity: 'contact', hooks: ['update_contact'], history: ['name_field_changed'], action: 'update' },
	{ value: 'taskAdded', name: 'Task Added', entity: 'task', hooks: ['add_task'], history: ['task_added'], action: 'add' },
	{ value: 'taskUpdated', name: 'Task Updated', entity: 'task', hooks: ['update_task'], history: ['task_completed', 'task_deadline_changed'], action: 'update' },
];

export const kindsOf = (chosen: readonly string[]): EventKind[] => eventKinds.filter(({ value }) => chosen.includes(value));

export const hooksOf = (kinds: readonly EventKind[]): string[] => [...new Set(kinds.flatMap(({ hooks }) => hooks))].sort();

export const historyOf = (kinds: readonly EventKind[]): string[] => [...new Set(kinds.flatMap(({ history }) => history))].sort();

export type Hint = HintOf<EventKind['entity'], { pipelineId?: number; statusId?: number; oldPipelineId?: number; oldStatusId?: number }>;

export const itemsOf = (hints: readonly Hint[], source: HintSource): IDataObject[] =>
	itemsOfKinds(hints, source, eventKinds, (_asTheyCame, byRank) => agreedStage(byRank));

/** The stage that a group speaks of; none when it speaks of several, because only amoCRM itself knows which one came last. */
function agreedStage(group: readonly Hint[]): Hint['stage'] {
	const stages = group.flatMap(({ stage }) => stage ?? []);
	const first = stages[0];
	const isOne = stages.every(({ pipelineId, statusId }) => pipelineId === first?.pipelineId && statusId === first?.statusId);
	return isOne ? first : undefined;
}
