import type { AmoContext } from './context';
import { filledFields, textOf, valuesByCode } from './fields';
import type { Contact, EntityType, Lead, Task } from './model';
import type { Store } from './store';

/** Everything in the account, with names instead of ids alone: what a judge or the panel reads. Times are unix seconds. */
export function snapshot({ store, settings, subscriptions, deliveries, gate, history }: AmoContext) {
	return {
		account: {
			id: store.accountId,
			subdomain: store.subdomain,
			now: store.seconds(),
			blocked: gate.blocked(),
			refusedCalls: gate.refusedCalls(),
		},
		settings: { ...settings },
		users: [...store.users.values()],
		pipelines: [...store.pipelines.values()].map(({ id, name, sort, isMain, statuses }) => ({
			id,
			name,
			sort,
			isMain,
			stages: statuses.map((status) => ({ id: status.id, name: status.name, sort: status.sort, type: status.type })),
		})),
		lossReasons: [...store.lossReasons.values()].map(({ id, name }) => ({ id, name })),
		fields: { leads: fieldList(store, 'leads'), contacts: fieldList(store, 'contacts') },
		leads: [...store.leads.values()].map((lead) => leadOf(store, lead)),
		contacts: [...store.contacts.values()].map((contact) => contactOf(store, contact)),
		tasks: [...store.tasks.values()].map((task) => taskOf(store, task)),
		events: history.all().length,
		webhooks: subscriptions.all().map(({ invalidAt, ...hook }) => ({ ...hook, invalidAnswers: invalidAt.length })),
		webhookStats: deliveries.counters.stats(),
	};
}

export type AmoState = ReturnType<typeof snapshot>;

function leadOf(store: Store, lead: Lead) {
	const pipeline = store.pipelines.get(lead.pipelineId);
	const notes = store.notesOf('leads', lead.id);
	const tasks = store.tasksOf('leads', lead.id);
	return {
		id: lead.id,
		name: lead.name,
		price: lead.price,
		pipelineId: lead.pipelineId,
		pipeline: pipeline?.name ?? null,
		statusId: lead.statusId,
		stage: store.status(lead.pipelineId, lead.statusId)?.name ?? null,
		responsibleUserId: lead.responsibleUserId,
		responsible: store.users.get(lead.responsibleUserId)?.name ?? null,
		lossReasonId: lead.lossReasonId,
		lossReason: store.lossReasons.get(lead.lossReasonId ?? 0)?.name ?? null,
		createdBy: lead.createdBy,
		updatedBy: lead.updatedBy,
		createdAt: lead.createdAt,
		updatedAt: lead.updatedAt,
		closedAt: lead.closedAt,
		isDeleted: lead.isDeleted,
		contactIds: lead.contacts.map(({ id }) => id),
		mainContactId: lead.contacts.find(({ isMain }) => isMain)?.id ?? null,
		fields: fieldsOf(store, 'leads', lead),
		tags: tagsOf(store, 'leads', lead),
		notesCount: notes.length,
		notes: notes.map(({ id, noteType, params, createdBy, createdAt }) => ({
			id,
			type: noteType,
			text: String(params.text ?? ''),
			createdBy,
			createdAt,
		})),
		tasksCount: tasks.length,
		tasks: tasks.map((task) => taskOf(store, task)),
	};
}

function contactOf(store: Store, contact: Contact) {
	return {
		id: contact.id,
		name: contact.name,
		firstName: contact.firstName,
		lastName: contact.lastName,
		phones: valuesByCode(store.fields.contacts, contact.values, 'PHONE'),
		emails: valuesByCode(store.fields.contacts, contact.values, 'EMAIL'),
		leadIds: [...contact.leadIds],
		fields: fieldsOf(store, 'contacts', contact),
		tags: tagsOf(store, 'contacts', contact),
		responsibleUserId: contact.responsibleUserId,
		createdBy: contact.createdBy,
		updatedBy: contact.updatedBy,
		createdAt: contact.createdAt,
		updatedAt: contact.updatedAt,
		isDeleted: contact.isDeleted,
		notesCount: store.notesOf('contacts', contact.id).length,
	};
}

function taskOf(store: Store, task: Task) {
	const {
		id,
		text,
		entityType,
		entityId,
		responsibleUserId,
		completeTill,
		isCompleted,
		resultText,
		createdBy,
		createdAt,
	} = task;
	const responsible = store.users.get(responsibleUserId)?.name ?? null;
	return {
		id,
		text,
		entityType,
		entityId,
		responsibleUserId,
		responsible,
		completeTill,
		isCompleted,
		result: resultText,
		createdBy,
		createdAt,
	};
}

/** Custom fields by name; several values of one field are a list. */
function fieldsOf(store: Store, type: EntityType, entity: Lead | Contact): Record<string, string | string[]> {
	return Object.fromEntries(
		filledFields(store.fields[type], entity.values).map(([field, values]) => {
			const texts = values.map(({ value }) => textOf(value));
			return [field.name, texts.length === 1 ? (texts[0] ?? '') : texts];
		}),
	);
}

function tagsOf(store: Store, type: EntityType, entity: Lead | Contact): string[] {
	return entity.tagIds.flatMap((id) => store.tags[type].get(id)?.name ?? []);
}

function fieldList(store: Store, type: EntityType) {
	return [...store.fields[type].values()].map(({ id, name, code, type: kind }) => ({ id, name, code, type: kind }));
}
