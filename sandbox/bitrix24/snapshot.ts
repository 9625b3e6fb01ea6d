import type { BitrixContext } from './context';
import { contactIdsOf } from './dealContacts';
import { KIND_IDS, type Comment, type Entity, type Kind, type Task, type Todo, type Value } from './model';
import type { Store } from './store';

/** Everything in the portal, with names beside ids: what a judge or the panel reads. */
export function snapshot({ store, settings, handlers, deliveries, gate, operating, dispatcher, access }: BitrixContext) {
	const deals = [...store.entities.deal.values()];
	const dealsOf = dealsByContact(deals);
	const beside: Beside = {
		comments: grouped(store.comments.values(), ({ kind, entityId }) => [`${kind}:${entityId}`]),
		todos: grouped(store.todos.values(), ({ kind, ownerId }) => [`${kind}:${ownerId}`]),
		tasks: grouped(store.tasks.values(), ({ crmLinks }) => crmLinks),
	};
	return {
		portal: {
			domain: access.portal().domain,
			memberId: access.memberId,
			now: store.now(),
			scopes: [...access.scopes],
			refusedCalls: gate.refusedCalls(),
			operatingRefusals: operating.refusedCalls(),
		},
		settings: { ...settings },
		users: [...store.users.values()],
		pipelines: [...store.categories.values()].map(({ id, name, sort }) => ({
			id,
			name,
			sort,
			isDefault: id === 0,
			stages: store.stagesOf(id).map((stage) => ({
				id: stage.statusId,
				name: stage.name,
				sort: stage.sort,
				semantics: stage.semantics,
				color: stage.color,
			})),
		})),
		fields: { deal: fieldList(store, 'deal'), contact: fieldList(store, 'contact') },
		deals: deals.map((deal) => dealOf(store, deal, beside)),
		contacts: [...store.entities.contact.values()].map((contact) =>
			contactOf(store, contact, dealsOf.get(contact.id) ?? [], beside),
		),
		strangers: store.strangers.map(({ id, kind, title }) => ({ id, kind, title })),
		tasks: [...store.tasks.values()],
		stageRecords: store.stageRecords.length,
		methods: dispatcher.counts(),
		webhooks: handlers.all().map(({ id, kind, url, events }) => ({ id, kind, url, events })),
		webhookStats: { ...deliveries.counters.stats(), pending: deliveries.pending() },
	};
}

export type BitrixState = ReturnType<typeof snapshot>;

/** What lies beside records, by `deal:1`; tasks by `D_1`. */
interface Beside {
	comments: Map<string, Comment[]>;
	todos: Map<string, Todo[]>;
	tasks: Map<string, Task[]>;
}

function dealOf(store: Store, deal: Entity, beside: Beside) {
	const { values } = deal;
	const categoryId = Number(values.get('categoryId'));
	const stageId = String(values.get('stageId'));
	const contactIds = contactIdsOf(deal);
	return {
		id: deal.id,
		title: text(values.get('title')),
		opportunity: Number(values.get('opportunity')),
		currencyId: text(values.get('currencyId')),
		categoryId,
		category: store.categories.get(categoryId)?.name ?? null,
		stageId,
		stage: store.stage(categoryId, stageId)?.name ?? null,
		semantics: text(values.get('stageSemanticId')),
		originatorId: orNull(values.get('originatorId')),
		originId: orNull(values.get('originId')),
		comments: text(values.get('comments')),
		...common(store, deal),
		movedTime: text(values.get('movedTime')),
		movedBy: Number(values.get('movedBy')),
		contactIds,
		contactId: contactIds[0] ?? null,
		productRows: store.productRows.get(deal.id) ?? [],
		timelineComments: beside.comments.get(`deal:${deal.id}`) ?? [],
		todos: beside.todos.get(`deal:${deal.id}`) ?? [],
		tasks: beside.tasks.get(`D_${deal.id}`) ?? [],
	};
}

function contactOf(store: Store, contact: Entity, dealIds: number[], beside: Beside) {
	const { values, multifields } = contact;
	const list = (type: string) => multifields.filter(({ typeId }) => typeId === type).map(({ value }) => value);
	return {
		id: contact.id,
		name: text(values.get('name')),
		lastName: text(values.get('lastName')),
		phones: list('PHONE'),
		emails: list('EMAIL'),
		dealIds,
		originatorId: orNull(values.get('originatorId')),
		originId: orNull(values.get('originId')),
		isHidden: contact.isHidden,
		...common(store, contact),
		timelineComments: beside.comments.get(`contact:${contact.id}`) ?? [],
	};
}

function common(store: Store, { kind, values, isDeleted }: Entity) {
	const assignedById = Number(values.get('assignedById'));
	const user = store.users.get(assignedById);
	return {
		assignedById,
		assignedBy: user ? `${user.name} ${user.lastName}` : null,
		createdBy: Number(values.get('createdBy')),
		updatedBy: Number(values.get('updatedBy')),
		createdTime: text(values.get('createdTime')),
		updatedTime: text(values.get('updatedTime')),
		isDeleted,
		fields: fieldsOf(store, kind, values),
	};
}

/** Custom fields by label; an element of a list by its text. */
function fieldsOf(store: Store, kind: Kind, values: Entity['values']): Record<string, Value> {
	const filled = store.fieldsOf(kind).flatMap((field) => {
		const value = values.get(field.name);
		if (value === undefined || value === null) return [];
		const named = field.list.find(({ id }) => id === value)?.value;
		return [[field.label, named ?? value] as const];
	});
	return Object.fromEntries(filled);
}

function fieldList(store: Store, kind: Kind) {
	return store.fieldsOf(kind).map(({ id, name, label, type }) => ({ id, name, label, type, entityTypeId: KIND_IDS[kind] }));
}

function dealsByContact(deals: readonly Entity[]): Map<number, number[]> {
	const living = deals.filter(({ isDeleted }) => !isDeleted);
	const groups = grouped(living, contactIdsOf);
	return new Map([...groups].map(([id, group]) => [id, group.map((deal) => deal.id)]));
}

function grouped<K, T>(items: Iterable<T>, keysOf: (item: T) => K[]): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const item of items) {
		for (const key of keysOf(item)) {
			const group = groups.get(key);
			if (group) group.push(item);
			else groups.set(key, [item]);
		}
	}
	return groups;
}

function text(value: Value | undefined): string {
	return value === undefined || value === null ? '' : String(value);
}

function orNull(value: Value | undefined): string | null {
	return typeof value === 'string' ? value : null;
}
