import type { Announcer } from './announcer';
import { applyCommon, blank, inherit, snapshot, type LeadChange } from './changes';
import { searchText, valuesByCode } from './fields';
import { LOST, WON, type Contact, type Lead } from './model';
import type { SearchIndex } from './searchIndex';
import type { Store } from './store';

/** A contact to put on a lead. */
export interface LinkedContact {
	id: number;
	isMain?: boolean;
}

/** What can happen to a lead, whoever does it. Ids in changes are checked by the caller. */
export class Leads {
	constructor(
		private readonly store: Store,
		readonly search: SearchIndex,
		private readonly announcer: Announcer,
	) {}

	create(change: LeadChange, contacts: LinkedContact[], actor: number, companyId: number | null = null): Lead {
		const { store } = this;
		const pipeline = store.pipelines.get(change.pipelineId ?? -1) ?? store.mainPipeline();
		const lead: Lead = {
			...blank(store, actor),
			price: 0,
			pipelineId: pipeline.id,
			statusId: store.firstStatus(pipeline).id,
			lossReasonId: null,
			closedAt: null,
			contacts: [],
			companyId,
		};
		lead.name = `Сделка #${lead.id}`;
		store.leads.set(lead.id, lead);
		this.apply(lead, change, actor);
		for (const contact of contacts) this.attach(lead, contact);
		this.reindex(lead);
		this.announcer.added('leads', lead, actor);
		return lead;
	}

	update(lead: Lead, change: LeadChange, actor: number): void {
		const before = snapshot(lead);
		this.apply(lead, change, actor);
		this.reindex(lead);
		this.announcer.changed('leads', before, lead, actor);
	}

	/** To the recycle bin; contacts keep no link to it. */
	delete(lead: Lead, actor: number): void {
		this.touch(lead, actor, { isDeleted: true });
		for (const { id } of lead.contacts) this.store.contacts.get(id)?.leadIds.delete(lead.id);
		this.search.remove(lead.id);
		this.announcer.deleted('leads', lead, actor);
	}

	restore(lead: Lead, actor: number): void {
		this.touch(lead, actor, { isDeleted: false });
		for (const { id } of lead.contacts) this.store.contacts.get(id)?.leadIds.add(lead.id);
		this.reindex(lead);
		this.announcer.restored('leads', lead, actor);
	}

	/** As the UI merges: `from` disappears for good, not even the bin has it; its contacts, notes and tasks move over. */
	merge(from: Lead, into: Lead, actor: number): void {
		const before = snapshot(into);
		inherit(this.store, 'leads', into, from);
		if (into.price === 0) into.price = from.price;
		for (const { id } of from.contacts) {
			this.store.contacts.get(id)?.leadIds.delete(from.id);
			this.attach(into, { id });
		}
		this.store.moveNotesAndTasks('leads', from.id, into.id);
		this.store.leads.delete(from.id);
		this.search.remove(from.id);
		this.touch(into, actor);
		this.reindex(into);
		this.announcer.deleted('leads', from, actor);
		this.announcer.merged('leads', into, actor);
		this.announcer.changed('leads', before, into, actor);
	}

	link(lead: Lead, contact: Contact, isMain: boolean | undefined, actor: number): void {
		this.attach(lead, { id: contact.id, isMain });
		this.touch(lead, actor);
		this.reindex(lead);
		this.announcer.linked(lead, contact, actor, 'link');
	}

	unlink(lead: Lead, contact: Contact, actor: number): void {
		const wasMain = lead.contacts.some(({ id, isMain }) => id === contact.id && isMain);
		lead.contacts = lead.contacts.filter(({ id }) => id !== contact.id);
		const heir = lead.contacts[0];
		if (wasMain && heir) heir.isMain = true;
		contact.leadIds.delete(lead.id);
		this.touch(lead, actor);
		this.reindex(lead);
		this.announcer.linked(lead, contact, actor, 'unlink');
	}

	/** The search finds a lead by its own fields and by the phones of its contacts (amocrm.md §5). */
	reindex(lead: Lead): void {
		const { fields, contacts } = this.store;
		const own = [...lead.values].map(([id, values]) => {
			const field = fields.leads.get(id);
			return field ? searchText(field, values) : '';
		});
		const phones = lead.contacts.flatMap(({ id }) => {
			const contact = contacts.get(id);
			return contact
				? valuesByCode(fields.contacts, contact.values, 'PHONE').map((phone) => phone.replace(/\D/g, ''))
				: [];
		});
		this.search.put(lead.id, [lead.name.toLowerCase(), String(lead.price), ...own, ...phones].join('\n'));
	}

	private apply(lead: Lead, change: LeadChange, actor: number): void {
		applyCommon(this.store, lead, change, actor);
		if (change.price !== undefined) lead.price = change.price;
		this.move(lead, change);
		if (change.lossReasonId !== undefined) lead.lossReasonId = change.lossReasonId;
		if (change.closedAt !== undefined) lead.closedAt = change.closedAt;
	}

	/** 142 and 143 belong to every pipeline: alone they close the lead where it is. */
	private move(lead: Lead, { pipelineId, statusId }: LeadChange): void {
		const pipeline = this.store.pipelines.get(pipelineId ?? lead.pipelineId);
		if (!pipeline || (pipelineId === undefined && statusId === undefined)) return;
		const wasClosed = isClosed(lead.statusId);
		if (statusId !== undefined) lead.statusId = statusId;
		else if (pipeline.id !== lead.pipelineId) lead.statusId = this.store.firstStatus(pipeline).id;
		lead.pipelineId = pipeline.id;
		if (!isClosed(lead.statusId)) lead.closedAt = null;
		else if (!wasClosed) lead.closedAt = this.store.seconds();
		if (lead.statusId !== LOST) lead.lossReasonId = null;
	}

	/** The first contact is the main one; a new main one takes the place of the old. */
	private attach(lead: Lead, { id, isMain }: LinkedContact): void {
		const contact = this.store.contacts.get(id);
		if (!contact) return;
		contact.leadIds.add(lead.id);
		const others = lead.contacts.filter((linked) => linked.id !== id);
		const known = lead.contacts.find((linked) => linked.id === id);
		const main = isMain ?? known?.isMain ?? !others.some((linked) => linked.isMain);
		const demoted = main ? others.map((linked) => ({ ...linked, isMain: false })) : others;
		lead.contacts = [...demoted, { id, isMain: main || demoted.every((linked) => !linked.isMain) }];
	}

	private touch(lead: Lead, actor: number, rest: Partial<Lead> = {}): void {
		Object.assign(lead, rest, { updatedAt: this.store.seconds(), updatedBy: actor });
	}
}

function isClosed(statusId: number): boolean {
	return statusId === WON || statusId === LOST;
}
