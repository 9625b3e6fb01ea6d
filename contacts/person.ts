import { chooseByNames, type Named, type NameConflict } from '../core/contact/contactChoice';
import type { Identity, IdentityKind } from '../journal/journal';

/** Somebody whose contact is wanted: a buyer, a visitor of a site, a row of a sheet. */
export interface WantedPerson {
	/** As he or she is called; may be empty. */
	name: string;
	/** E.164; only real ones, masked phones never get here. */
	phones: readonly string[];
	/** Lower case. */
	emails: readonly string[];
	/** Hash of the marketplace's customer id. */
	customer?: string;
	/** What a new contact is called when the name is empty. */
	fallbackName: string;
	responsibleId?: string;
}

/** One human being of a batch: those who share a phone or an e-mail, unless their names say that they are two. */
export interface Person {
	/** Positions in the batch; the first leads. */
	indexes: number[];
	name: string;
	names: string[];
	phones: string[];
	emails: string[];
	customers: string[];
	fallbackName: string;
	responsibleId?: string;
}

/** Puts together those who are one, in the order of the batch. */
export function gatherPeople(wanted: readonly WantedPerson[], onConflict: NameConflict): Person[] {
	const byKey = new Map<string, Set<Person>>();
	const people = new Set<Person>();
	for (const [index, each] of wanted.entries()) {
		const keys = keysOf(each);
		const fresh: Person = {
			indexes: [index],
			name: each.name,
			names: each.name === '' ? [] : [each.name],
			phones: [...each.phones],
			emails: [...each.emails],
			customers: each.customer === undefined ? [] : [each.customer],
			fallbackName: each.fallbackName,
			responsibleId: each.responsibleId,
		};
		const person = joined(each.name, keys, byKey, onConflict) ?? fresh;
		if (person !== fresh) absorb(person, fresh);
		people.add(person);
		for (const key of keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(person));
		// Two who seemed strangers so far are one when a third shares something with both, and no name speaks against it.
		for (const other of new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])]))) {
			if (other === person || !areOne(person, other, onConflict)) continue;
			absorb(person, other);
			people.delete(other);
			for (const holders of byKey.values()) if (holders.delete(other)) holders.add(person);
		}
	}
	for (const person of people) person.indexes.sort((a, b) => a - b);
	return [...people];
}

type Keyed = Pick<WantedPerson, 'phones' | 'emails' | 'customer'>;

/** Strongest first. */
const keysOf = ({ phones, emails, customer }: Keyed): string[] => [
	...phones.map((phone) => `phone ${phone}`),
	...emails.map((email) => `email ${email}`),
	...(customer === undefined ? [] : [`customer ${customer}`]),
];

/** Whom of those before this one belongs to, by the strongest key that says so. */
function joined(name: string, keys: readonly string[], byKey: ReadonlyMap<string, ReadonlySet<Person>>, onConflict: NameConflict): Person | undefined {
	for (const key of keys) {
		const holders = [...(byKey.get(key) ?? [])];
		const candidates = holders.map((person): Named<{ id: string; createdAt: number; person: Person }> => ({
			contact: { id: '', createdAt: person.indexes[0] ?? 0, person },
			names: person.names,
		}));
		// The marketplace itself says that it is the same customer.
		if (key.startsWith('customer ') && holders[0]) return holders[0];
		const choice = chooseByNames(name, candidates, 'oldest');
		if (choice.kind === 'contact') return choice.contact.person;
		if (choice.kind === 'conflict' && onConflict === 'take') return holders[0];
	}
	return undefined;
}

function areOne(person: Person, other: Person, onConflict: NameConflict): boolean {
	if (onConflict === 'take') return true;
	const contact = { id: '', createdAt: 0 };
	return other.names.every((name) => chooseByNames(name, [{ contact, names: person.names }], 'oldest').kind === 'contact');
}

function absorb(person: Person, other: Person): void {
	person.indexes.push(...other.indexes);
	person.name ||= other.name;
	person.names = [...new Set([...person.names, ...other.names])];
	person.phones = [...new Set([...person.phones, ...other.phones])];
	person.emails = [...new Set([...person.emails, ...other.emails])];
	person.customers = [...new Set([...person.customers, ...other.customers])];
	person.responsibleId ??= other.responsibleId;
}

/** A person's keys as the journal knows them, strongest first. Phones and e-mails are people's own only together with a name. */
export function identitiesOf({ name, phones, emails, customers }: Person, account: string): Identity[] {
	const named = (kind: IdentityKind) => (value: string): Identity => ({ account, kind, value, ...(name === '' ? {} : { name }) });
	return [...phones.map(named('phone')), ...emails.map(named('email')), ...customers.map((value): Identity => ({ account, kind: 'customer', value }))];
}
