import { hasEmail, hasPhone } from '../../core/contact/contactChoice';
import { ok, rejected, unknown, type Contact, type ContactDraft, type ContactQuery, type Outcome } from '../../core/ports';
import type { ContactsContext } from '../../contacts/findOrCreate';

/** Contacts of a CRM whose search finds what is new after two minutes, and whose answers to creates may get lost. */
export class FakeContacts implements Pick<ContactsContext, 'crm'> {
	readonly all = new Map<string, Contact>();
	readonly calls = { search: 0, read: 0, save: 0, list: 0 };
	now = 1_790_000_000_000;
	/** The answer to the next create is lost. */
	losesNextAnswer = false;
	/** The list of new contacts cannot be had once. */
	failsNextList = false;

	readonly crm: ContactsContext['crm'] = {
		account: 'crm',
		findContacts: async (queries) => queries.map((query) => this.find(query)),
		readContacts: async (ids) => {
			this.calls.read += 1;
			return ids.map((id) => ok(this.all.get(id)));
		},
		contactsCreatedSince: (since) => this.createdSince(since),
		saveContacts: async (drafts) => {
			this.calls.save += 1;
			await new Promise((resolve) => setImmediate(resolve));
			const saved = drafts.map((draft) => this.save(draft));
			if (!this.losesNextAnswer || drafts.every(({ id }) => id !== undefined)) return saved;
			this.losesNextAnswer = false;
			return saved.map(() => unknown<string>('no answer'));
		},
	};

	add(contact: Partial<Contact>): string {
		const id = String(this.all.size + 1);
		this.all.set(id, { id, name: '', phones: [], emails: [], createdAt: this.now, updatedAt: this.now, ...contact });
		return id;
	}

	private find({ phone, email }: ContactQuery): Outcome<Contact[]> {
		this.calls.search += 1;
		const indexed = [...this.all.values()].filter(({ createdAt }) => createdAt < this.now - 120_000);
		const byPhone = phone === undefined ? [] : indexed.filter((contact) => hasPhone(contact, phone, 'KZ'));
		return ok(byPhone.length > 0 || email === undefined ? byPhone : indexed.filter((contact) => hasEmail(contact, email)));
	}

	private async *createdSince(since: number): AsyncGenerator<Contact[], void> {
		this.calls.list += 1;
		const fails = this.failsNextList;
		this.failsNextList = false;
		if (fails) throw new Error('the CRM is out of reach');
		yield [...this.all.values()].filter(({ createdAt }) => createdAt >= since);
	}

	private save({ id, name, phones, emails, buyerKey }: ContactDraft): Outcome<string> {
		if (id === undefined) return ok(this.add({ name, phones, emails, buyerKey }));
		const contact = this.all.get(id);
		if (contact === undefined) return rejected('no such contact', true);
		this.all.set(id, { ...contact, phones: [...new Set([...contact.phones, ...phones])], emails: [...new Set([...contact.emails, ...emails])], buyerKey: contact.buyerKey ?? buyerKey });
		return ok(id);
	}
}
