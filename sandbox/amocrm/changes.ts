import type { Contact, EntityType, FieldValue, FieldValues, Lead } from './model';
import type { Store } from './store';

/** What a write asks for, already checked. A field that is absent stays as it is. */
export interface EntityChange {
	name?: string;
	responsibleUserId?: number;
	createdBy?: number;
	updatedBy?: number;
	createdAt?: number;
	updatedAt?: number;
	/** Each mentioned field gets exactly these values; an empty list empties it (amocrm.md §4). */
	values?: FieldValues;
	tags?: TagChange;
}

export interface TagChange {
	/** All tags of the entity are these from now on. */
	replace?: TagRef[];
	add: TagRef[];
	remove: TagRef[];
}

/** A tag that exists, or the name of one that is made when it does not. */
export type TagRef = { id: number } | { name: string };

export interface LeadChange extends EntityChange {
	price?: number;
	pipelineId?: number;
	statusId?: number;
	lossReasonId?: number | null;
	closedAt?: number | null;
}

export interface ContactChange extends EntityChange {
	firstName?: string;
	lastName?: string;
}

/** The entity as it is now, safe from later writes. */
export function snapshot<T extends Lead | Contact>(entity: T): T {
	return { ...entity, values: new Map(entity.values), tagIds: [...entity.tagIds] };
}

/** Applies what leads and contacts have in common. */
export function applyCommon(store: Store, entity: Lead | Contact, change: EntityChange, actor: number): void {
	if (change.name !== undefined) entity.name = change.name;
	if (change.responsibleUserId !== undefined) entity.responsibleUserId = change.responsibleUserId;
	if (change.createdBy !== undefined) entity.createdBy = change.createdBy;
	if (change.createdAt !== undefined) entity.createdAt = change.createdAt;
	entity.updatedBy = change.updatedBy ?? actor;
	entity.updatedAt = change.updatedAt ?? store.seconds();
	setValues(entity.values, change.values ?? new Map());
	if (change.tags)
		entity.tagIds = changedTags(store, 'price' in entity ? 'leads' : 'contacts', entity.tagIds, change.tags);
}

function setValues(values: FieldValues, changed: ReadonlyMap<number, FieldValue[]>): void {
	for (const [id, list] of changed) {
		if (list.length === 0) values.delete(id);
		else values.set(id, list);
	}
}

function changedTags(store: Store, type: EntityType, ids: readonly number[], change: TagChange): number[] {
	const idOf = (ref: TagRef): number => ('id' in ref ? ref.id : store.tagNamed(type, ref.name).id);
	const start = change.replace?.map(idOf) ?? ids;
	const removed = new Set(change.remove.map(idOf));
	return [...new Set([...start, ...change.add.map(idOf)])].filter((id) => !removed.has(id));
}

/** What a new entity starts with. */
export function blank(store: Store, actor: number): Omit<Contact, 'firstName' | 'lastName' | 'leadIds'> {
	const now = store.seconds();
	return {
		id: store.nextId(),
		name: '',
		responsibleUserId: store.tokenUser().id,
		createdBy: actor,
		updatedBy: actor,
		createdAt: now,
		updatedAt: now,
		isDeleted: false,
		values: new Map(),
		tagIds: [],
	};
}

/** Merging: what the survivor lacks it takes from the one that disappears; lists of phones and emails are joined. */
export function inherit(store: Store, type: EntityType, into: Lead | Contact, from: Lead | Contact): void {
	for (const [id, values] of from.values) {
		const own = into.values.get(id) ?? [];
		const joined = store.fields[type].get(id)?.type === 'multitext';
		const missing = values.filter(({ value }) => !own.some((known) => known.value === value));
		into.values.set(id, own.length === 0 ? values : joined ? [...own, ...missing] : own);
	}
	into.tagIds = [...new Set([...into.tagIds, ...from.tagIds])];
}
