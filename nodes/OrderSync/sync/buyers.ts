import { buyerKeys, chooseContact, customerHash, missingOn, type BuyerKeys } from '../../../core/contact';
import { orderKeyText, type Order } from '../../../core/order';
import type { Contact, ContactDraft } from '../../../core/ports';
import type { Claim, Identity, IdentityKind } from '../../../journal/journal';
import { marketplaceName } from './card';
import { unknownSettlesMs, type SyncContext } from './context';

/** Whose order it is, in the CRM. */
export type BuyerFinding =
	| { kind: 'contact'; id: string }
	/** Another execution creates this very contact, or a create has not been answered. */
	| { kind: 'waiting'; reason: string; dueAt: number }
	| { kind: 'attention'; reason: string }
	| { kind: 'failed'; reason: string; dueAt?: number };

/** One buyer of one or more orders, with everything by which he or she can be recognised. */
interface Person {
	keys: BuyerKeys;
	name: string;
	orders: Order[];
	identities: Identity[];
	claims: Claim[];
	finding?: BuyerFinding;
}

const kinds = ['phone', 'email', 'customer'] as const satisfies readonly IdentityKind[];

/**
 * Finds or creates the contacts of many buyers: the journal's identity index first, then one search in the CRM per buyer
 * with a real phone or e-mail that nobody knows yet, then one create call per fifty. Two executions never create the same one.
 */
export async function findBuyers(context: SyncContext, orders: readonly Order[]): Promise<Map<string, BuyerFinding>> {
	const people = peopleOf(context, orders);
	await claimAll(context, people);
	for (const person of people) person.finding = waitingFor(person);
	await giveBack(context, people.filter(({ finding }) => finding));
	await searchCrm(context, people.filter(isOpen));
	await readBack(context, people.filter(isOpen));
	await createMissing(context, people.filter(isOpen));
	return new Map(
		people.flatMap(({ orders: own, finding }) =>
			finding ? own.map((order): [string, BuyerFinding] => [orderKeyText(order.key), finding]) : [],
		),
	);
}

const isOpen = (person: Person): boolean => person.finding === undefined;

/** Orders of the same buyer in one batch are one person: they share at least one key. */
function peopleOf(context: SyncContext, orders: readonly Order[]): Person[] {
	const byValue = new Map<string, Person>();
	const people = new Set<Person>();
	for (const order of orders) {
		const keys = buyerKeys(order.buyer, order.key.marketplace, context.settings.region);
		// A buyer without any key is a stranger: the order itself is the key, so that at least a repeated look creates nobody twice.
		if (!keys.phone && !keys.email && !keys.customer) keys.customer = customerHash('order', orderKeyText(order.key));
		const values = kinds.flatMap((kind) => (keys[kind] ? [`${kind}:${keys[kind]}`] : []));
		const known = [...new Set(values.flatMap((value) => byValue.get(value) ?? []))];
		const person = known[0] ?? { keys: {}, name: order.buyer.name, orders: [], identities: [], claims: [] };
		for (const other of known.slice(1)) {
			person.orders.push(...other.orders);
			person.keys = allKeys(person.keys, other.keys);
			people.delete(other);
			for (const [value, holder] of byValue) if (holder === other) byValue.set(value, person);
		}
		person.orders.push(order);
		person.keys = allKeys(person.keys, keys);
		people.add(person);
		for (const value of values) byValue.set(value, person);
	}
	for (const person of people) {
		person.identities = kinds.flatMap((kind) => {
			const value = person.keys[kind];
			return value ? [{ account: context.crm.account, kind, value }] : [];
		});
	}
	return [...people];
}

/** The first key of each kind counts. */
const allKeys = (first: BuyerKeys, more: BuyerKeys): BuyerKeys => ({
	phone: first.phone ?? more.phone,
	email: first.email ?? more.email,
	customer: first.customer ?? more.customer,
});

async function claimAll(context: SyncContext, people: readonly Person[]): Promise<void> {
	const claims = await context.journal.identities.claim(
		people.flatMap(({ identities }) => identities),
		context.owner,
		unknownSettlesMs,
		context.now(),
	);
	let at = 0;
	for (const person of people) {
		person.claims = claims.slice(at, at + person.identities.length);
		at += person.identities.length;
	}
}

/** Known by the strongest key, and nothing new is known about the person: no call to the CRM is needed. */
function waitingFor(person: Person): BuyerFinding | undefined {
	const busy = person.claims.flatMap((claim) => (claim.state === 'busy' ? [claim.until] : []));
	if (busy.length) {
		return { kind: 'waiting', reason: 'another execution is creating this buyer\'s contact', dueAt: Math.min(...busy) };
	}
	const id = knownContact(person);
	return id && person.claims.every(({ state }) => state === 'known') ? { kind: 'contact', id } : undefined;
}

/** The contact of the strongest key that is known; identities are ordered strongest first. */
function knownContact(person: Person): string | undefined {
	for (const claim of person.claims) if (claim.state === 'known') return claim.contactId;
	return undefined;
}

async function giveBack(context: SyncContext, people: readonly Person[]): Promise<void> {
	const claimed = people.flatMap(({ identities, claims }) => identities.filter((_, index) => claims[index]?.state === 'claimed'));
	if (claimed.length) await context.journal.identities.release(claimed, context.owner);
}

async function belongsTo(context: SyncContext, person: Person, contactId: string): Promise<void> {
	await context.journal.identities.assign(person.identities, contactId);
	person.finding = { kind: 'contact', id: contactId };
}

/** One search per buyer with a real phone or e-mail whose contact the index does not name by that key. */
async function searchCrm(context: SyncContext, people: readonly Person[]): Promise<void> {
	const { crm, settings } = context;
	const searched = people.filter(({ identities, claims }) =>
		identities.some(({ kind }, index) => kind !== 'customer' && claims[index]?.state === 'claimed'),
	);
	const hits = await crm.findContacts(searched.map(({ keys: { phone, email } }) => ({ phone, email })));
	const additions: { person: Person; contact: Contact }[] = [];
	for (const [index, person] of searched.entries()) {
		const found = hits[index];
		if (found?.outcome !== 'ok') {
			const reason = found?.reason ?? 'the CRM gave no answer to the search';
			person.finding = { kind: 'failed', reason: `the buyer's contact could not be searched for: ${reason}` };
			continue;
		}
		const choice = chooseContact(found.value, settings.severalContacts);
		if (choice.kind === 'attention') {
			person.finding = {
				kind: 'attention',
				reason: `телефон или e-mail покупателя есть у ${choice.ids.length} контактов CRM (${choice.ids.join(', ')}): объедините их или выберите в узле Order Sync «oldest» или «newest»`,
			};
		} else if (choice.kind === 'contact') additions.push({ person, contact: choice.contact });
	}
	await giveBack(context, people.filter(({ finding }) => finding));
	await attach(context, additions);
	await learn(context, people.filter(isOpen));
}

/** A known contact (by a weaker key) learns the phone or e-mail that this order brought and the CRM does not have. */
async function learn(context: SyncContext, people: readonly Person[]): Promise<void> {
	const known = people.flatMap((person) => {
		const id = knownContact(person);
		return id ? [{ person, id }] : [];
	});
	if (!known.length) return;
	const contacts = await context.crm.readContacts(known.map(({ id }) => id));
	const additions: { person: Person; contact: Contact }[] = [];
	for (const [index, { person, id }] of known.entries()) {
		const contact = contacts[index];
		if (contact?.outcome !== 'ok') {
			person.finding = { kind: 'failed', reason: `the buyer's contact ${id} could not be read: ${contact?.reason ?? 'no answer'}` };
		} else if (contact.value) additions.push({ person, contact: contact.value });
		else {
			await context.journal.identities.forgetContact(context.crm.account, id);
			person.finding = { kind: 'waiting', reason: `contact ${id} is gone from the CRM, another one is looked for`, dueAt: context.now() };
		}
	}
	await giveBack(context, known.map(({ person }) => person).filter(({ finding }) => finding));
	await attach(context, additions);
}

/** Ties people to existing contacts and adds what these lack. Nothing is overwritten. */
async function attach(context: SyncContext, found: readonly { person: Person; contact: Contact }[]): Promise<void> {
	const drafts = found.flatMap(({ person, contact }) => {
		const missing = missingOn(contact, person.keys, context.settings.region);
		return missing ? [{ person, draft: { id: contact.id, name: contact.name, ...missing } satisfies ContactDraft }] : [];
	});
	const saved = await context.crm.saveContacts(drafts.map(({ draft }) => draft));
	for (const [index, { person }] of drafts.entries()) {
		const outcome = saved[index];
		// The identity is only learned when the CRM has it, otherwise the phone would never get there.
		if (outcome?.outcome !== 'ok') {
			person.finding = { kind: 'failed', reason: `the buyer's contact could not be completed: ${outcome?.reason ?? 'no answer'}` };
		}
	}
	await giveBack(context, drafts.map(({ person }) => person).filter(({ finding }) => finding));
	for (const { person, contact } of found) if (isOpen(person)) await belongsTo(context, person, contact.id);
}

/** Somebody began to create these contacts and never came back: whatever has been created since then is looked at first. */
async function readBack(context: SyncContext, people: readonly Person[]): Promise<void> {
	const abandoned = people.flatMap(({ claims }) => claims.flatMap((claim) => (claim.state === 'claimed' ? (claim.abandonedSince ?? []) : [])));
	if (!abandoned.length) return;
	const clockSkewMs = 5 * 60_000;
	for await (const page of context.crm.contactsCreatedSince(Math.min(...abandoned) - clockSkewMs)) {
		for (const person of people.filter(isOpen)) {
			const contact = page.find(
				(candidate) =>
					(person.keys.customer && candidate.buyerKey === person.keys.customer) ||
					(person.keys.phone && missingOn(candidate, { phone: person.keys.phone }, context.settings.region) === undefined) ||
					(person.keys.email && missingOn(candidate, { email: person.keys.email }, context.settings.region) === undefined),
			);
			if (contact) await belongsTo(context, person, contact.id);
		}
	}
}

async function createMissing(context: SyncContext, people: readonly Person[]): Promise<void> {
	const saved = await context.crm.saveContacts(
		people.map(({ keys: { phone, email, customer }, name, orders: [order] }) => ({
			// Ozon's own deliveries come without a word about the buyer (ozon.md §4).
			name: name || (order ? `Покупатель ${marketplaceName(order.key.marketplace)}, заказ ${order.number}` : 'Покупатель'),
			phones: phone ? [phone] : [],
			emails: email ? [email] : [],
			buyerKey: customer,
			responsibleId: context.settings.responsibleId,
		})),
	);
	for (const [index, person] of people.entries()) {
		const outcome = saved[index];
		if (outcome?.outcome === 'ok') await belongsTo(context, person, outcome.value);
		else if (outcome?.outcome === 'rejected') {
			person.finding = { kind: 'failed', reason: `the buyer's contact could not be created: ${outcome.reason}`, dueAt: outcome.retryAt };
			await giveBack(context, [person]);
		} else {
			// The claim stays until it expires: the next look then reads back what was created.
			person.finding = {
				kind: 'waiting',
				reason: 'the CRM did not say whether the buyer\'s contact was created; it is read back first',
				dueAt: context.now() + unknownSettlesMs,
			};
		}
	}
}
