import { joinSame, type Bucket, type Joined } from './duplicateRules';
import { emailsIn, isRoleMailbox, mailboxOf, suspectDomain } from './email';
import { readPersonName, type NameVerdict } from './personName';
import { phoneNumbersIn, type PhoneRegion } from './phone';
import type { Contact } from './ports';
import { UnionFind } from './unionFind';

/** A contact of the CRM with what decides which of several stays. */
export interface AuditedContact extends Contact {
	dealIds?: readonly string[];
	/** How many of its deals are still open. */
	openDeals?: number;
}

export type KeyKind = 'phone' | 'email' | 'customer';

/** A key that several contacts of a group have, and how each of them wrote it. */
export interface SharedKey {
	kind: KeyKind;
	/** E.164, the mailbox in lower case, or the hash of a customer id. */
	value: string;
	writtenAs: { id: string; text: string }[];
}

/**
 * `different_people` and `other_surname`: names contradict each other. `unclear_name`: a contact without a name, or with a surname only.
 * `shared_line`: five or more people have this phone or mailbox. `shared_by_nature`: a fixed line, a switchboard, info@…, or three people
 * on one phone: a shorter name is not enough there. `ambiguous`: it may be any of several. `customer_only`: the same marketplace account,
 * but neither a phone nor an e-mail in common.
 */
export type ConflictReason = 'different_people' | 'other_surname' | 'unclear_name' | 'shared_line' | 'shared_by_nature' | 'ambiguous' | 'customer_only';
export type KeepReason = 'open_deals' | 'deals' | 'completeness' | 'age' | 'id';

/** Contacts that are one person. `certain`: equal names on a key that nobody else uses, or two keys in common. */
export interface MergeGroup {
	certainty: 'certain' | 'likely';
	/** The one to keep first. */
	contacts: AuditedContact[];
	keep: { id: string; /** The first thing in which it is better than the next one. */ why: KeepReason };
	keys: SharedKey[];
	/** What the names say to each other, the weakest agreement first. */
	names: NameVerdict[];
}

/** Contacts with a key in common that a person has to look at. Never proposed for a merge. */
export interface ConflictGroup {
	certainty: 'conflict';
	contacts: AuditedContact[];
	keys: SharedKey[];
	why: ConflictReason[];
}

export type DuplicateGroup = MergeGroup | ConflictGroup;

export interface EmailSuspicion {
	contactId: string;
	written: string;
	/** The domain that was probably meant. Nothing is corrected. */
	meant: string;
}

export interface DuplicateReport {
	/** Contacts read, without doubles of the same id. */
	contacts: number;
	/** Of these, without one phone or e-mail that can be a key. */
	withoutKeys: number;
	/** Certain ones first, then likely ones, then conflicts; within these the larger first. */
	groups: DuplicateGroup[];
	/** How many contacts there would be fewer if every proposed group were merged. */
	surplus: number;
	suspects: EmailSuspicion[];
}

interface Entry {
	contact: AuditedContact;
	/** `p+7701…`, `e…@…`, `c<hash>`. */
	keys: string[];
}

const kinds: Readonly<Record<string, KeyKind>> = { p: 'phone', e: 'email', c: 'customer' };

/**
 * Finds contacts that are one person. Takes contacts one by one in any order, an id that comes again replaces what was known of it,
 * and `report` may be asked for at any time. The result depends on the set of contacts only. Memory: about 1 KB a contact.
 */
export class DuplicateSearch {
	private readonly entries = new Map<string, Entry>();
	/** Keys that belong to a home or a company by their nature: fixed lines, switchboards, info@…. */
	private readonly natural = new Set<string>();

	constructor(private readonly region: PhoneRegion) {}

	add({ id, name, phones, emails, createdAt, updatedAt, buyerKey, dealIds, openDeals }: AuditedContact): void {
		const keys = new Set<string>();
		for (const phone of phones.flatMap((text) => phoneNumbersIn(text, this.region))) {
			const key = `p${phone.e164}`;
			keys.add(key);
			if (phone.line === 'fixed' || phone.extension !== undefined) this.natural.add(key);
		}
		for (const email of emails.flatMap(emailsIn)) {
			const key = `e${mailboxOf(email)}`;
			keys.add(key);
			if (isRoleMailbox(email)) this.natural.add(key);
		}
		if (buyerKey) keys.add(`c${buyerKey}`);
		// Only what is needed later: adapters hand over whole cards.
		const contact = { id, name, phones, emails, createdAt, updatedAt, buyerKey, dealIds, openDeals };
		this.entries.set(id, { contact, keys: [...keys] });
	}

	report(): DuplicateReport {
		const entries = [...this.entries.values()].sort((a, b) => byId(a.contact, b.contact));
		const buckets = bucketsOf(entries, this.natural);
		const joined = joinSame(buckets, entries.map(({ keys }) => keys), (member) => readPersonName(entries[member]?.contact.name ?? ''));
		const merges = joined.groups.map((members) => this.mergeGroup(members, entries, joined));
		const conflicts = conflictsOf(buckets, joined, entries.length).map(({ members, why }) => this.conflictGroup(members, why, entries));
		return {
			contacts: entries.length,
			withoutKeys: entries.filter(({ keys }) => keys.every((key) => key.startsWith('c'))).length,
			groups: [...merges, ...conflicts].sort(bySureness),
			surplus: merges.reduce((sum, { contacts }) => sum + contacts.length - 1, 0),
			suspects: entries.flatMap(({ contact }) => suspectsOf(contact)),
		};
	}

	private mergeGroup(members: readonly number[], entries: readonly Entry[], joined: Joined): MergeGroup {
		const contacts = members.flatMap((member) => entries[member]?.contact ?? []).sort(byWorth);
		const [best, next] = contacts;
		const why = best && next ? (worth.find(({ compare }) => compare(best, next) !== 0)?.reason ?? 'id') : 'id';
		const { certain, verdicts } = joined.judge(members);
		return { certainty: certain ? 'certain' : 'likely', contacts, keep: { id: best?.id ?? '', why }, keys: this.sharedKeys(members, entries), names: verdicts };
	}

	private conflictGroup(members: readonly number[], why: ReadonlySet<ConflictReason>, entries: readonly Entry[]): ConflictGroup {
		const contacts = members.flatMap((member) => entries[member]?.contact ?? []).sort(byWorth);
		return { certainty: 'conflict', contacts, keys: this.sharedKeys(members, entries), why: [...why].sort() };
	}

	private sharedKeys(members: readonly number[], entries: readonly Entry[]): SharedKey[] {
		const holders = new Map<string, AuditedContact[]>();
		for (const { contact, keys } of members.flatMap((member) => entries[member] ?? [])) {
			for (const key of keys) holders.set(key, [...(holders.get(key) ?? []), contact]);
		}
		return [...holders]
			.filter(([, contacts]) => contacts.length > 1)
			.map(([key, contacts]) => ({
				kind: kinds[key.slice(0, 1)] ?? 'customer',
				value: key.slice(1),
				writtenAs: contacts.map((contact) => ({ id: contact.id, text: this.writtenAs(contact, key) })),
			}))
			.sort((a, b) => keyOrder.indexOf(a.kind) - keyOrder.indexOf(b.kind) || a.value.localeCompare(b.value, 'en'));
	}

	private writtenAs(contact: AuditedContact, key: string): string {
		const value = key.slice(1);
		if (key.startsWith('p')) return contact.phones.find((text) => phoneNumbersIn(text, this.region).some(({ e164 }) => e164 === value)) ?? value;
		if (key.startsWith('e')) return contact.emails.find((text) => emailsIn(text).some((email) => mailboxOf(email) === value)) ?? value;
		return value;
	}
}

const keyOrder: readonly KeyKind[] = ['phone', 'email', 'customer'];

/** Keys that two or more contacts have. */
function bucketsOf(entries: readonly Entry[], natural: ReadonlySet<string>): Bucket[] {
	const first = new Map<string, number>();
	const several = new Map<string, number[]>();
	entries.forEach(({ keys }, member) => {
		for (const key of keys) {
			const members = several.get(key);
			const other = first.get(key);
			if (members) members.push(member);
			else if (other === undefined) first.set(key, member);
			else several.set(key, [other, member]);
		}
	});
	return [...several].map(([key, members]) => ({ key, members, isCustomer: key.startsWith('c'), isNaturallyShared: natural.has(key) }));
}

/** People on one key who were not joined, together with whom else they share a key with; a line of many people is a group of its own. */
function conflictsOf(buckets: readonly Bucket[], joined: Joined, size: number): { members: readonly number[]; why: Set<ConflictReason> }[] {
	const apart = buckets.filter(({ members }) => new Set(members.map(joined.groupOf)).size > 1);
	const crowds = apart.filter((bucket) => joined.isCrowd(bucket));
	const others = apart.filter((bucket) => !joined.isCrowd(bucket));
	const near = new UnionFind(size);
	for (const { members } of others) near.joinAll(members);
	const why = new Map<number, Set<ConflictReason>>();
	for (const bucket of others) {
		const root = near.find(bucket.members[0] ?? 0);
		why.set(root, new Set([...(why.get(root) ?? []), ...joined.conflictOf(bucket)]));
	}
	const sets = near.sets(new Set(others.flatMap(({ members }) => members))).map((members) => ({ members, why: why.get(near.find(members[0] ?? 0)) ?? new Set<ConflictReason>() }));
	return [
		// A marketplace account in common tells nothing new about contacts that a phone has brought together already.
		...sets.map((set) => ({ ...set, why: set.why.size > 1 ? new Set([...set.why].filter((reason) => reason !== 'customer_only')) : set.why })),
		...crowds.map(({ members }) => ({ members, why: new Set<ConflictReason>(['shared_line']) })),
	];
}

function suspectsOf({ id, emails }: AuditedContact): EmailSuspicion[] {
	return emails.flatMap((text) => {
		const suspect = suspectDomain(text);
		return suspect ? [{ contactId: id, written: text.trim(), meant: suspect.meant }] : [];
	});
}

const byId = (a: Contact, b: Contact): number => a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const counted = new WeakMap<AuditedContact, number>();

/** How much a card holds: what a person would miss if it were gone. Sorting asks for it again and again. */
function completeness(contact: AuditedContact): number {
	const known = counted.get(contact);
	if (known !== undefined) return known;
	const { name, phones, emails, buyerKey } = contact;
	const parts = readPersonName(name).words.length + new Set(phones).size + new Set(emails).size + (buyerKey ? 1 : 0);
	counted.set(contact, parts);
	return parts;
}

/** What makes a contact the one to keep, in this order. Negative: the first is better. */
const worth: readonly { reason: KeepReason; compare: (a: AuditedContact, b: AuditedContact) => number }[] = [
	{ reason: 'open_deals', compare: (a, b) => (b.openDeals ?? 0) - (a.openDeals ?? 0) },
	{ reason: 'deals', compare: (a, b) => (b.dealIds?.length ?? 0) - (a.dealIds?.length ?? 0) },
	{ reason: 'completeness', compare: (a, b) => completeness(b) - completeness(a) },
	{ reason: 'age', compare: (a, b) => a.createdAt - b.createdAt },
	{ reason: 'id', compare: byId },
];

function byWorth(a: AuditedContact, b: AuditedContact): number {
	for (const { compare } of worth) {
		const result = compare(a, b);
		if (result !== 0) return result;
	}
	return 0;
}

const sureness: readonly DuplicateGroup['certainty'][] = ['certain', 'likely', 'conflict'];
const bySureness = (a: DuplicateGroup, b: DuplicateGroup): number =>
	sureness.indexOf(a.certainty) - sureness.indexOf(b.certainty) ||
	b.contacts.length - a.contacts.length ||
	(a.contacts[0] && b.contacts[0] ? byId(a.contacts[0], b.contacts[0]) : 0);

/** Everything at once, for callers that have all contacts at hand. */
export function findDuplicates(contacts: Iterable<AuditedContact>, region: PhoneRegion): DuplicateReport {
	const search = new DuplicateSearch(region);
	for (const contact of contacts) search.add(contact);
	return search.report();
}
