import { renderValues } from './fields';
import type {
	Contact,
	EntityType,
	Field,
	HistoryEvent,
	Lead,
	LossReason,
	Note,
	Pipeline,
	Status,
	Task,
	User,
} from './model';
import type { Store } from './store';
import type { Hook } from './webhooks/subscriptions';

/** How the API shows what the account holds. `api` is the address up to and including /api/v4. */

type View = Record<string, unknown>;

const self = (href: string): View => ({ self: { href } });

export function leadView(store: Store, lead: Lead, api: string, wanted: ReadonlySet<string>): View {
	const embedded: View = {
		tags: tagViews(store, 'leads', lead.tagIds),
		companies:
			lead.companyId === null ? [] : [{ id: lead.companyId, _links: self(`${api}/companies/${lead.companyId}`) }],
	};
	if (wanted.has('contacts')) {
		embedded.contacts = lead.contacts.map(({ id, isMain }) => ({
			id,
			is_main: isMain,
			_links: self(`${api}/contacts/${id}`),
		}));
	}
	const reason = lead.lossReasonId === null ? undefined : store.lossReasons.get(lead.lossReasonId);
	if (wanted.has('loss_reason')) embedded.loss_reason = reason ? [lossReasonView(reason, api)] : [];
	if (wanted.has('catalog_elements')) embedded.catalog_elements = [];
	return {
		...entityHead(lead),
		price: lead.price,
		status_id: lead.statusId,
		pipeline_id: lead.pipelineId,
		loss_reason_id: lead.lossReasonId,
		...(wanted.has('source_id') ? { source_id: null } : {}),
		...(wanted.has('is_price_modified_by_robot') ? { is_price_modified_by_robot: lead.updatedBy === 0 } : {}),
		closed_at: lead.closedAt,
		closest_task_at: store.closestTaskAt('leads', lead.id),
		is_deleted: lead.isDeleted,
		custom_fields_values: renderValues(store.fields.leads, lead.values),
		score: null,
		account_id: store.accountId,
		labor_cost: null,
		_links: self(`${api}/leads/${lead.id}`),
		_embedded: embedded,
	};
}

export function contactView(store: Store, contact: Contact, api: string, wanted: ReadonlySet<string>): View {
	const embedded: View = { tags: tagViews(store, 'contacts', contact.tagIds), companies: [] };
	if (wanted.has('leads'))
		embedded.leads = [...contact.leadIds].map((id) => ({ id, _links: self(`${api}/leads/${id}`) }));
	if (wanted.has('customers')) embedded.customers = [];
	if (wanted.has('catalog_elements')) embedded.catalog_elements = [];
	return {
		...entityHead(contact),
		first_name: contact.firstName,
		last_name: contact.lastName,
		closest_task_at: store.closestTaskAt('contacts', contact.id),
		is_deleted: contact.isDeleted,
		is_unsorted: false,
		custom_fields_values: renderValues(store.fields.contacts, contact.values),
		account_id: store.accountId,
		_links: self(`${api}/contacts/${contact.id}`),
		_embedded: embedded,
	};
}

/** What is shown of something in the recycle bin (`with=only_deleted`). */
export function deletedView(type: EntityType, entity: Lead | Contact, api: string): View {
	return {
		id: entity.id,
		updated_at: entity.updatedAt,
		updated_by: entity.updatedBy,
		is_deleted: true,
		_links: self(`${api}/${type}/${entity.id}`),
	};
}

function entityHead(entity: Lead | Contact): View {
	return {
		id: entity.id,
		name: entity.name,
		responsible_user_id: entity.responsibleUserId,
		group_id: 0,
		created_by: entity.createdBy,
		updated_by: entity.updatedBy,
		created_at: entity.createdAt,
		updated_at: entity.updatedAt,
	};
}

function tagViews(store: Store, type: EntityType, ids: number[]): View[] {
	return ids.flatMap((id) => {
		const tag = store.tags[type].get(id);
		return tag ? [{ id: tag.id, name: tag.name, color: tag.color }] : [];
	});
}

export function lossReasonView(reason: LossReason, api: string): View {
	return {
		id: reason.id,
		name: reason.name,
		sort: reason.sort,
		created_at: reason.createdAt,
		updated_at: reason.updatedAt,
		_links: self(`${api}/leads/loss_reasons/${reason.id}`),
	};
}

export function statusView(store: Store, pipelineId: number, status: Status, api: string): View {
	return {
		id: status.id,
		name: status.name,
		sort: status.sort,
		is_editable: status.isEditable,
		pipeline_id: pipelineId,
		color: status.color,
		type: status.type,
		account_id: store.accountId,
		_links: self(`${api}/leads/pipelines/${pipelineId}/statuses/${status.id}`),
	};
}

/** "Неразобранное" is not shown while it is off in the pipeline. */
export function shownStatuses(pipeline: Pipeline): Status[] {
	return pipeline.statuses.filter(({ type }) => type === 0 || pipeline.isUnsortedOn);
}

export function pipelineView(store: Store, pipeline: Pipeline, api: string): View {
	return {
		id: pipeline.id,
		name: pipeline.name,
		sort: pipeline.sort,
		is_main: pipeline.isMain,
		is_unsorted_on: pipeline.isUnsortedOn,
		is_archive: false,
		account_id: store.accountId,
		_links: self(`${api}/leads/pipelines/${pipeline.id}`),
		_embedded: { statuses: shownStatuses(pipeline).map((status) => statusView(store, pipeline.id, status, api)) },
	};
}

export function fieldView(store: Store, type: EntityType, field: Field, api: string): View {
	return {
		id: field.id,
		name: field.name,
		type: field.type,
		account_id: store.accountId,
		code: field.code,
		sort: field.sort,
		is_api_only: field.isApiOnly,
		enums: field.enums,
		group_id: field.groupId,
		required_statuses: [],
		is_deletable: !field.isPredefined,
		is_predefined: field.isPredefined,
		entity_type: type,
		remind: null,
		currency: null,
		_links: self(`${api}/${type}/custom_fields/${field.id}`),
	};
}

export function noteView(store: Store, note: Note, api: string): View {
	return {
		id: note.id,
		entity_id: note.entityId,
		created_by: note.createdBy,
		updated_by: note.updatedBy,
		created_at: note.createdAt,
		updated_at: note.updatedAt,
		responsible_user_id: note.responsibleUserId,
		group_id: 0,
		note_type: note.noteType,
		params: note.params,
		account_id: store.accountId,
		_links: self(`${api}/${note.entityType}/${note.entityId}/notes/${note.id}`),
	};
}

export function taskView(store: Store, task: Task, api: string): View {
	return {
		id: task.id,
		created_by: task.createdBy,
		updated_by: task.updatedBy,
		created_at: task.createdAt,
		updated_at: task.updatedAt,
		responsible_user_id: task.responsibleUserId,
		group_id: 0,
		entity_id: task.entityId,
		entity_type: task.entityType,
		duration: task.duration,
		is_completed: task.isCompleted,
		task_type_id: task.taskTypeId,
		text: task.text,
		// An empty PHP array: without a result this is a list, not an object (tasks documentation).
		result: task.resultText === null ? [] : { text: task.resultText },
		complete_till: task.completeTill,
		account_id: store.accountId,
		_links: self(`${api}/tasks/${task.id}`),
	};
}

const ALL_RIGHTS = { view: 'A', edit: 'A', add: 'A', delete: 'A', export: 'A' };

export function userView(user: User, api: string): View {
	return {
		id: user.id,
		name: user.name,
		email: user.email,
		lang: 'ru',
		rights: {
			leads: ALL_RIGHTS,
			contacts: ALL_RIGHTS,
			companies: ALL_RIGHTS,
			tasks: { edit: 'A', delete: 'A' },
			mail_access: false,
			catalog_access: true,
			is_admin: user.isAdmin,
			is_free: false,
			is_active: user.isActive,
			group_id: null,
			role_id: null,
			status_rights: [],
		},
		_links: self(`${api}/users/${user.id}`),
		_embedded: { roles: [], groups: [] },
	};
}

export function eventView(store: Store, event: HistoryEvent, api: string): View {
	const entity = { id: event.entityId, _links: self(`${api}/${event.entityType}s/${event.entityId}`) };
	return {
		id: event.id,
		type: event.type,
		entity_id: event.entityId,
		entity_type: event.entityType,
		created_by: event.createdBy,
		created_at: event.createdAt,
		value_after: event.after,
		value_before: event.before,
		account_id: store.accountId,
		_links: self(`${api}/events/${event.id}`),
		_embedded: { entity },
	};
}

export function hookView(store: Store, hook: Hook): View {
	return {
		id: hook.id,
		destination: hook.destination,
		created_at: hook.createdAt,
		updated_at: hook.updatedAt,
		account_id: store.accountId,
		created_by: hook.createdBy,
		sort: hook.sort,
		disabled: hook.disabled,
		settings: hook.settings,
	};
}
