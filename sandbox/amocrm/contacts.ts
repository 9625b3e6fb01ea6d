import type { Announcer } from './announcer';
import { applyCommon, blank, inherit, snapshot, type ContactChange } from './changes';
import { searchText } from './fields';
import type { Leads } from './leads';
import type { Contact } from './model';
import type { SearchIndex } from './searchIndex';
import type { Store } from './store';

/** What can happen to a contact, whoever does it. Ids in changes are checked by the caller. */
export class Contacts {
	constructor(
		private readonly store: Store,
		readonly search: SearchIndex,
		private readonly announcer: Announcer,
		private readonly leads: Leads,
	) {}

	create(change: ContactChange, actor: number): Contact {
		const contact: Contact = { ...blank(this.store, actor), firstName: '', lastName: '', leadIds: new Set() };
		this.store.contacts.set(contact.id, contact);
		this.apply(contact, change, actor);
		this.reindex(contact);
		this.announcer.added('contacts', contact, actor);
		return contact;
	}

	update(contact: Contact, change: ContactChange, actor: number): void {
		const before = snapshot(contact);
		this.apply(contact, change, actor);
		this.reindex(contact);
		this.announcer.changed('contacts', before, contact, actor);
	}

	/** To the recycle bin; its leads lose it. */
	delete(contact: Contact, actor: number): void {
		this.dropFromLeads(contact);
		this.retire(contact, actor);
		contact.isDeleted = true;
		this.announcer.deleted('contacts', contact, actor);
	}

	/** As the UI merges: `from` disappears for good; its leads, phones, emails, notes and tasks move over. */
	merge(from: Contact, into: Contact, actor: number): void {
		const before = snapshot(into);
		inherit(this.store, 'contacts', into, from);
		const leads = this.leadsOf(from);
		const mainIn = new Set(leads.filter((lead) => lead.contacts.some(({ id, isMain }) => id === from.id && isMain)));
		this.dropFromLeads(from);
		this.store.contacts.delete(from.id);
		for (const lead of leads) this.leads.link(lead, into, mainIn.has(lead) ? true : undefined, actor);
		this.store.moveNotesAndTasks('contacts', from.id, into.id);
		this.retire(from, actor);
		Object.assign(into, { updatedAt: this.store.seconds(), updatedBy: actor });
		this.reindex(into);
		this.announcer.deleted('contacts', from, actor);
		this.announcer.merged('contacts', into, actor);
		this.announcer.changed('contacts', before, into, actor);
	}

	reindex(contact: Contact): void {
		const own = [...contact.values].map(([id, values]) => {
			const field = this.store.fields.contacts.get(id);
			return field ? searchText(field, values) : '';
		});
		const names = [contact.name, contact.firstName, contact.lastName].map((name) => name.toLowerCase());
		this.search.put(contact.id, [...names, ...own].join('\n'));
		for (const lead of this.leadsOf(contact)) this.leads.reindex(lead);
	}

	private apply(contact: Contact, change: ContactChange, actor: number): void {
		applyCommon(this.store, contact, change, actor);
		contact.firstName = change.firstName ?? contact.firstName;
		contact.lastName = change.lastName ?? contact.lastName;
		const parts = change.firstName !== undefined || change.lastName !== undefined;
		if (change.name === undefined && parts) contact.name = `${contact.firstName} ${contact.lastName}`.trim();
	}

	private leadsOf(contact: Contact) {
		return [...contact.leadIds].flatMap((id) => this.store.leads.get(id) ?? []);
	}

	private dropFromLeads(contact: Contact): void {
		for (const lead of this.leadsOf(contact)) {
			lead.contacts = lead.contacts.filter(({ id }) => id !== contact.id);
			const heir = lead.contacts[0];
			if (heir && lead.contacts.every(({ isMain }) => !isMain)) heir.isMain = true;
			this.leads.reindex(lead);
		}
		contact.leadIds.clear();
	}

	private retire(contact: Contact, actor: number): void {
		Object.assign(contact, { updatedAt: this.store.seconds(), updatedBy: actor });
		this.search.remove(contact.id);
	}
}
