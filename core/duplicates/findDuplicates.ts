import { NameKnowledge, Names } from './nameKnowledge';
import { joinSame, type Bucket, type Joined } from './joinRules';
import { ContactStore } from './contactStore';
import { emailsIn, isRoleMailbox, mailboxOf, suspectDomain } from '../contact/email';
import { byId, byWorth, whyFirst } from './whichToKeep';
import { readPersonName, type PersonName } from '../contact/personName';
import { phoneNumbersIn, type PhoneRegion } from '../contact/phone';
import type { AuditedContact, ConflictGroup, ConflictReason, DuplicateGroup, DuplicateReport, EmailSuspicion, KeyKind, MergeGroup, SharedKey } from './types';
import { UnionFind } from './unionFind';

const kinds: Readonly<Record<string, KeyKind>> = { p: 'phone', e: 'email', c: 'customer' };
const kindOf = (key: string): KeyKind => kinds[key.slice(0, 1)] ?? 'customer';

/**
 * Finds contacts that are one person. Takes contacts one by one in any order, an id that comes again replaces what was known of it,
 * and `report` may be asked for at any time. The result depends on the set of contacts only. Memory: core/duplicates/contactStore.ts.
 */
export class DuplicateSearch {
	private readonly store = new ContactStore();
	/** Keys that belong to a home or a company by their nature: fixed lines, switchboards, info@…. */
	private readonly natural = new Set<string>();

	constructor(private readonly region: PhoneRegion) {}

	/** How many contacts were read, without doubles of the same id. */
	get size(): number {
		return this.store.size;
	}

	add(contact: AuditedContact): void {
		const keys = new Set<string>();
		for (const phone of contact.phones.flatMap((text) => phoneNumbersIn(text, this.region))) {
			const key = `p${phone.e164}`;
			keys.add(key);
			if (phone.line === 'fixed' || phone.extension !== undefined) this.natural.add(key);
		}
		for (const email of contact.emails.flatMap(emailsIn)) {
			const key = `e${mailboxOf(email)}`;
			keys.add(key);
			if (isRoleMailbox(email)) this.natural.add(key);
		}
		if (contact.buyerKey) keys.add(`c${contact.buyerKey}`);
		this.store.put(contact, [...keys]);
	}

	report(): DuplicateReport {
		const { store } = this;
		const positions = store.inOrder();
		const keysOf = positions.map((position) => store.keysOf(position));
		const contactAt = (member: number): AuditedContact => store.read(positions[member] ?? 0);
		const nameOf = (member: number): PersonName => readPersonName(contactAt(member).name);
		const knowledge = new NameKnowledge(everyName(positions.length, nameOf));
		const buckets = this.bucketsOf(keysOf);
		const joined = joinSame(buckets, keysOf, new Names(nameOf, knowledge));
		const shown = (members: readonly number[]): Shown => ({ members, contacts: members.map(contactAt), keysOf });
		const merges = joined.groups.map((members) => this.mergeGroup(shown(members), joined));
		const conflicts = conflictsOf(buckets, joined, positions.length).map(({ members, why }) => this.conflictGroup(shown(members), why));
		return {
			contacts: positions.length,
			withoutKeys: keysOf.filter((keys) => keys.every((key) => kindOf(store.keyText(key)) === 'customer')).length,
			groups: [...merges, ...conflicts].sort(bySureness),
			surplus: merges.reduce((sum, { contacts }) => sum + contacts.length - 1, 0),
			suspects: [...everyMember(positions.length)].flatMap((member) => suspectsOf(contactAt(member))),
		};
	}

	/** Keys that two or more contacts have. */
	private bucketsOf(keysOf: readonly (readonly number[])[]): Bucket[] {
		const first = new Map<number, number>();
		const several = new Map<number, number[]>();
		for (const [member, keys] of keysOf.entries()) {
			for (const key of keys) {
				const members = several.get(key);
				const other = first.get(key);
				if (members) members.push(member);
				else if (other === undefined) first.set(key, member);
				else several.set(key, [other, member]);
			}
		}
		return [...several].map(([key, members]): Bucket => {
			const text = this.store.keyText(key);
			const kind = kindOf(text);
			return { key, kind, members, isNaturallyShared: this.natural.has(text), ...(kind === 'email' ? { mailbox: text.slice(1) } : {}) };
		});
	}

	private mergeGroup(group: Shown, joined: Joined): MergeGroup {
		const contacts = byWorth(group.contacts);
		const { certain, verdicts } = joined.judge(group.members);
		return { certainty: certain ? 'certain' : 'likely', contacts, keep: { id: contacts[0]?.id ?? '', why: whyFirst(contacts) }, keys: this.sharedKeys(group), names: verdicts };
	}

	private conflictGroup(group: Shown, why: ReadonlySet<ConflictReason>): ConflictGroup {
		return { certainty: 'conflict', contacts: byWorth(group.contacts), keys: this.sharedKeys(group), why: [...why].sort() };
	}

	private sharedKeys({ members, contacts, keysOf }: Shown): SharedKey[] {
		const holders = new Map<number, AuditedContact[]>();
		for (const [index, contact] of contacts.entries()) {
			for (const key of keysOf[members[index] ?? -1] ?? []) {
				const others = holders.get(key);
				if (others) others.push(contact);
				else holders.set(key, [contact]);
			}
		}
		return [...holders]
			.filter(([, each]) => each.length > 1)
			.map(([key, each]) => {
				const text = this.store.keyText(key);
				return { kind: kindOf(text), value: text.slice(1), writtenAs: each.map((contact) => ({ id: contact.id, text: this.writtenAs(contact, text) })) };
			})
			.sort((a, b) => keyOrder.indexOf(a.kind) - keyOrder.indexOf(b.kind) || a.value.localeCompare(b.value, 'en'));
	}

	private writtenAs(contact: AuditedContact, key: string): string {
		const value = key.slice(1);
		if (key.startsWith('p')) return contact.phones.find((text) => phoneNumbersIn(text, this.region).some(({ e164 }) => e164 === value)) ?? value;
		if (key.startsWith('e')) return contact.emails.find((text) => emailsIn(text).some((email) => mailboxOf(email) === value)) ?? value;
		return value;
	}
}

/** Contacts of a group, in the order of `members`. */
interface Shown {
	members: readonly number[];
	contacts: AuditedContact[];
	keysOf: readonly (readonly number[])[];
}

function* everyMember(count: number): Generator<number> {
	for (let member = 0; member < count; member++) yield member;
}

function* everyName(count: number, nameOf: (member: number) => PersonName): Generator<PersonName> {
	for (const member of everyMember(count)) yield nameOf(member);
}

const keyOrder: readonly KeyKind[] = ['phone', 'email', 'customer'];

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
