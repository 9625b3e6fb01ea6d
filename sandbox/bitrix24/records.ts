import { contactIdsOf, forgetContact, linkContacts, replaceContact } from './dealContacts';
import type { Announcer } from './events/announcer';
import { KIND_IDS, type Entity, type Kind, type Multifield, type StageRecord, type Status, type Values } from './model';
import { badValue } from './problem';
import type { BitrixSettings } from './settings';
import { firstStage } from './stages';
import type { Store } from './store';
import { isSame } from './values';

/** Who writes, and through which door: the doors differ in what they let pass. */
export interface Hand {
	userId: number;
	/** A person's click counts like the item API: it may move a deal to another pipeline. */
	door: 'item' | 'classic' | 'person';
}

export interface ContactChange {
	values: Values;
	/** All phones and e-mails from now on; absent: as they are. */
	multifields?: Multifield[];
}

const DEFAULTS = {
	deal: { opportunity: 0, isManualOpportunity: 'N', currencyId: 'KZT', taxValue: 0, isNew: 'N', opened: 'Y' },
	contact: { export: 'N', opened: 'Y', hasPhone: 'N', hasEmail: 'N' },
} as const;
/** Fields with rules of their own. */
const RULED: readonly string[] = ['categoryId', 'stageId', 'contactIds', 'contactId'];

/** Every write of deals and contacts, by the API and by people: rules, history, search indexes and events. */
export class Records {
	constructor(
		private readonly store: Store,
		private readonly settings: BitrixSettings,
		private readonly announcer: Announcer,
	) {}

	addDeal(wanted: Values, hand: Hand): Entity {
		const deal = this.blank('deal', hand);
		const categoryId = this.wantedCategory(wanted, hand) ?? 0;
		const stage = this.wantedStage(wanted, categoryId, hand) ?? firstStage(this.store, categoryId);
		this.copy(deal, wanted);
		linkContacts(this.store, deal, wanted);
		if (!deal.values.get('title')) deal.values.set('title', `Сделка #${deal.id}`);
		this.enter(deal, stage, categoryId, hand.userId);
		this.record(deal, stage, 1);
		this.save(deal, undefined);
		this.announcer.tell('ONCRMDEALADD', { ID: deal.id });
		return deal;
	}

	/** False when nothing really changed: such an update is not saved and nobody hears of it. */
	updateDeal(deal: Entity, wanted: Values, hand: Hand): boolean {
		const before = new Map(deal.values);
		const was = { category: Number(before.get('categoryId')), stage: before.get('stageId') };
		const category = hand.door === 'classic' ? was.category : (this.wantedCategory(wanted, hand) ?? was.category);
		const moved = category !== was.category;
		const stage = this.wantedStage(wanted, category, hand) ?? (moved ? firstStage(this.store, category) : undefined);
		this.copy(deal, wanted);
		linkContacts(this.store, deal, wanted);
		const restaged = stage !== undefined && (moved || stage.statusId !== was.stage);
		if (stage && restaged) this.enter(deal, stage, category, hand.userId);
		if (!this.touch(deal, before, hand.userId)) return false;
		if (stage && restaged) this.record(deal, stage, moved ? 5 : stage.semantics === 'P' ? 2 : 3);
		this.save(deal, before);
		if (moved) {
			// The move replaces the update event (bitrix24.md §7).
			const fields = { ID: deal.id, CATEGORY_ID: category, STAGE_ID: String(deal.values.get('stageId')) };
			this.announcer.tell('ONCRMDEALMOVETOCATEGORY', fields);
		} else if (hand.door !== 'item' || this.settings.itemUpdateFiresEvent) {
			this.announcer.tell('ONCRMDEALUPDATE', { ID: deal.id });
		}
		return true;
	}

	addContact({ values, multifields = [] }: ContactChange, hand: Hand): Entity {
		const contact = this.blank('contact', hand);
		this.copy(contact, values);
		this.setMultifields(contact, multifields);
		this.save(contact, undefined);
		this.announcer.tell('ONCRMCONTACTADD', { ID: contact.id });
		return contact;
	}

	updateContact(contact: Entity, { values, multifields }: ContactChange, hand: Hand): boolean {
		const before = new Map(contact.values);
		const listBefore = JSON.stringify(contact.multifields);
		this.copy(contact, values);
		if (multifields) this.setMultifields(contact, multifields);
		const relisted = listBefore !== JSON.stringify(contact.multifields);
		if (!this.touch(contact, before, hand.userId, relisted)) return false;
		this.save(contact, before);
		this.announcer.tell('ONCRMCONTACTUPDATE', { ID: contact.id });
		return true;
	}

	/** Into the bin. */
	remove(entity: Entity): void {
		entity.isDeleted = true;
		this.save(entity, entity.values);
		if (entity.kind === 'contact') forgetContact(this.store, entity.id);
		this.announcer.tell(entity.kind === 'deal' ? 'ONCRMDEALDELETE' : 'ONCRMCONTACTDELETE', { ID: entity.id });
	}

	/** Out of the bin: with a new id, as a new record. */
	restore(entity: Entity): Entity {
		const id = this.store.nextId(entity.kind);
		const back = { ...entity, id, values: new Map(entity.values).set('id', id), isDeleted: false };
		this.store.entities[entity.kind].set(id, back);
		this.save(back, undefined);
		this.announcer.tell(entity.kind === 'deal' ? 'ONCRMDEALADD' : 'ONCRMCONTACTADD', { ID: id });
		return back;
	}

	/** `into` takes what it lacks, the deals, comments and to-dos of the others, which disappear. */
	merge(into: Entity, others: readonly Entity[], hand: Hand): void {
		const { store } = this;
		const filled: Values = new Map();
		for (const other of others) {
			for (const [key, value] of other.values) {
				const isEmpty = (into.values.get(key) ?? null) === null;
				if (isEmpty && value !== null && !filled.has(key)) filled.set(key, value);
			}
			for (const list of [store.comments, store.todos]) {
				for (const one of list.values()) {
					if (one.kind !== into.kind) continue;
					if ('ownerId' in one && one.ownerId === other.id) one.ownerId = into.id;
					if ('entityId' in one && one.entityId === other.id) one.entityId = into.id;
				}
			}
			if (into.kind === 'contact') replaceContact(this.store, other.id, into.id);
		}
		const known = new Set(into.multifields.map(({ typeId, value }) => `${typeId}:${value}`));
		const gained = others
			.flatMap(({ multifields }) => multifields)
			.filter(({ typeId, value }) => !known.has(`${typeId}:${value}`));
		if (into.kind === 'contact') {
			this.updateContact(into, { values: filled, multifields: [...into.multifields, ...gained] }, hand);
		} else {
			const contacts = [into, ...others].flatMap((deal) => contactIdsOf(deal));
			this.updateDeal(into, filled.set('contactIds', [...new Set(contacts)]), hand);
		}
		for (const other of others) this.remove(other);
	}

	/** The sum of the product rows becomes the deal's, unless it was set by hand. */
	recount(deal: Entity, hand: Hand): void {
		if (deal.values.get('isManualOpportunity') === 'Y') return;
		const rows = this.store.productRows.get(deal.id) ?? [];
		const sum = rows.reduce((total, { price, quantity }) => total + price * quantity, 0);
		this.updateDeal(deal, new Map([['opportunity', Math.round(sum * 100) / 100]]), hand);
	}

	private blank(kind: Kind, { userId }: Hand): Entity {
		const id = this.store.nextId(kind);
		const now = this.store.now();
		const times = { createdTime: now, updatedTime: now, lastActivityTime: now };
		const people = { assignedById: userId, createdBy: userId, updatedBy: userId, lastActivityBy: userId };
		const links = { companyId: 0, originatorId: null, originId: null };
		const start = { ...DEFAULTS[kind], ...times, ...people, ...links, id };
		const entity: Entity = {
			id,
			kind,
			values: new Map(Object.entries(start)),
			multifields: [],
			isDeleted: false,
			isHidden: false,
		};
		if (kind === 'deal') entity.values.set('contactIds', []).set('contactId', 0);
		this.store.entities[kind].set(id, entity);
		return entity;
	}

	/** Everything but what has rules of its own. */
	private copy(entity: Entity, wanted: Values): void {
		for (const [key, value] of wanted) {
			if (RULED.includes(key)) continue;
			if (key === 'assignedById' && !this.store.users.has(Number(value))) continue;
			entity.values.set(key, value);
		}
	}

	private wantedCategory(wanted: Values, { door }: Hand): number | undefined {
		const id = wanted.get('categoryId');
		if (id === undefined || id === null) return undefined;
		if (this.store.categories.has(Number(id))) return Number(id);
		if (door === 'classic') return undefined;
		throw badValue('categoryId');
	}

	/** A stage of another pipeline is dropped without a word, or refused when the settings say so. */
	private wantedStage(wanted: Values, categoryId: number, { door }: Hand): Status | undefined {
		const code = wanted.get('stageId');
		if (code === undefined || code === null) return undefined;
		const stage = this.store.stage(categoryId, code);
		if (!stage && door === 'item' && this.settings.foreignStageInItem === 'error') throw badValue('stageId');
		return stage;
	}

	private enter(deal: Entity, stage: Status, categoryId: number, userId: number): void {
		const now = this.store.now();
		deal.values
			.set('categoryId', categoryId)
			.set('stageId', stage.statusId)
			.set('stageSemanticId', stage.semantics)
			.set('closed', stage.semantics === 'P' ? 'N' : 'Y')
			.set('movedBy', userId)
			.set('movedTime', now);
		if (stage.semantics !== 'P') deal.values.set('closedate', now);
	}

	private setMultifields(contact: Entity, list: Multifield[]): void {
		contact.multifields = list;
		const has = (type: string) => (list.some(({ typeId }) => typeId === type) ? 'Y' : 'N');
		contact.values.set('hasPhone', has('PHONE')).set('hasEmail', has('EMAIL'));
	}

	private touch(entity: Entity, before: Values, userId: number, force = false): boolean {
		const changed = force || [...entity.values].some(([key, value]) => !isSame(before.get(key), value));
		if (changed) entity.values.set('updatedTime', this.store.now()).set('updatedBy', userId);
		return changed;
	}

	private save(entity: Entity, before: Values | undefined): void {
		this.store.reindex(entity, before?.get('originId'));
	}

	private record(deal: Entity, stage: Status, typeId: StageRecord['typeId']): void {
		this.store.stageRecords.push({
			id: this.store.nextId('stageRecord'),
			typeId,
			ownerId: deal.id,
			createdTime: this.store.now(),
			categoryId: stage.categoryId ?? 0,
			semantics: stage.semantics,
			stageId: stage.statusId,
		});
	}
}

/** `entityTypeId` of the item API. */
export function kindOf(entityTypeId: number): Kind | undefined {
	if (entityTypeId === KIND_IDS.deal) return 'deal';
	return entityTypeId === KIND_IDS.contact ? 'contact' : undefined;
}
