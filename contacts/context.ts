import { chooseByNames, chooseContact, type Candidate, type Named, type NamedChoice, type NameConflict, type SeveralContacts } from '../core/contact/contactChoice';
import type { PhoneRegion } from '../core/contact/phone';
import type { Contact, Crm } from '../core/ports';
import type { Journal } from '../journal/journal';
import type { ContactSearch } from './search';

/** What finding contacts needs, and how the analyst wants doubtful cases settled. */
export interface ContactsContext {
	crm: Pick<Crm, 'account' | 'findContacts' | 'readContacts' | 'contactsCreatedSince' | 'saveContacts'>;
	identities: Journal['identities'];
	/** How contacts are looked for; absent: the CRM's own search. */
	search?: ContactSearch;
	/** Who holds the claims: `processOwner()`, so that a killed process gives them up at once. */
	owner: string;
	/** Where phones without a country code are from. */
	region: PhoneRegion;
	severalContacts: SeveralContacts;
	nameConflict: NameConflict;
	/** Read contacts although the journal knows them: for callers who show them, or must be sure that they are still there. */
	readKnown?: boolean;
	/** Epoch ms. */
	now(): number;
}

/** What one batch has learned so far about the contacts that it met. */
export class Learned {
	private readonly names = new Map<string, Set<string>>();
	readonly contacts = new Map<string, Contact>();

	constructor(private readonly context: ContactsContext) {}

	/** Looks up under which names these contacts are known. */
	async load(ids: readonly string[]): Promise<void> {
		const fresh = [...new Set(ids)].filter((id) => !this.names.has(id));
		if (fresh.length === 0) return;
		const known = await this.context.identities.names(this.context.crm.account, fresh);
		for (const id of fresh) this.names.set(id, new Set(known.get(id)));
	}

	add(contact: Contact): void {
		this.contacts.set(contact.id, contact);
		this.call(contact.id, [contact.name]);
	}

	/** The contact answers to these names from now on. */
	call(id: string, names: readonly string[]): void {
		const known = this.names.get(id) ?? new Set();
		for (const name of names) if (name !== '') known.add(name);
		this.names.set(id, known);
	}

	isMet(id: string): boolean {
		return this.names.has(id);
	}

	namesOf(id: string): string[] {
		return [...(this.names.get(id) ?? [])];
	}

	/** Whom of several contacts with the same key this person is; whoever is chosen answers to the person's name from now on. */
	choose<T extends Candidate>(person: { name: string; names: readonly string[] }, hits: readonly T[]): NamedChoice<T> {
		const { nameConflict, severalContacts } = this.context;
		const named = hits.map((contact): Named<T> => ({ contact, names: this.namesOf(contact.id) }));
		const fits = chooseByNames(person.name, named, severalContacts);
		const choice = fits.kind === 'conflict' && nameConflict === 'take' ? chooseContact(hits, severalContacts) : fits;
		if (choice.kind === 'contact') this.call(choice.contact.id, person.names);
		return choice;
	}
}

/** After this time a write whose outcome is unknown has either arrived or never will: the services end a request within a minute. */
export const claimMs = 60_000;

/** The CRM's clock may be behind ours. */
export const clockSkewMs = 5 * 60_000;
