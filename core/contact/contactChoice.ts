import { createHash } from 'node:crypto';
import { emailsIn, readEmail } from './email';
import type { Buyer } from '../order/order';
import { compareNames, isNameless, nameIdentity, readPersonName, type NameVerdict, type PersonName } from './personName';
import { readPhone, samePhone, type PhoneRegion } from './phone';
import { substitutePhones } from './phoneRefusals';
import type { Contact } from '../ports';

export { readEmail } from './email';

/** By what a buyer is recognised, strongest first. A buyer without any key is a stranger every time. */
export interface BuyerKeys {
	/** E.164. */
	phone?: string;
	/** Lower case. */
	email?: string;
	/** Hash of the marketplace's customer id: the same buyer although the phone is masked. */
	customer?: string;
}

export function buyerKeys(buyer: Buyer, marketplace: string, region: PhoneRegion): BuyerKeys {
	// A substitute number is lent to one buyer after another: as a key it would join strangers.
	const isSubstitute = substitutePhones.some((each) => each.marketplace === marketplace.toLowerCase());
	const phone = readPhone(isSubstitute ? undefined : buyer.phone, region);
	return {
		phone: phone.kind === 'phone' ? phone.e164 : undefined,
		email: readEmail(buyer.email),
		customer: buyer.customerId ? customerHash(marketplace, buyer.customerId) : undefined,
	};
}

/** Customer ids are personal data (Kaspi's decode to a phone, kaspi.md §2.2): only this hash is ever stored. */
export function customerHash(marketplace: string, customerId: string): string {
	return createHash('sha256').update(`${marketplace}\n${customerId}`).digest('hex').slice(0, 32);
}

/** What to do when a phone or an e-mail is found in several contacts of the CRM. Nobody is ever merged. */
export const severalContacts = ['oldest', 'newest', 'attention'] as const;
export type SeveralContacts = (typeof severalContacts)[number];

/** What to do about a buyer whose phone or e-mail belongs to somebody of another name. */
export const nameConflicts = ['create', 'take', 'attention'] as const;
export type NameConflict = (typeof nameConflicts)[number];

/** As much of a contact as it takes to choose one. */
export interface Candidate {
	id: string;
	/** Epoch ms; where it is not known, 0: ids grow with age. */
	createdAt: number;
}

export type Choice<T extends Candidate = Contact> =
	| { kind: 'none' }
	| { kind: 'contact'; contact: T; others: number }
	| { kind: 'attention'; ids: string[] };

export function chooseContact<T extends Candidate>(hits: readonly T[], policy: SeveralContacts): Choice<T> {
	const byAge = [...hits].sort((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id, 'en', { numeric: true }));
	const chosen = policy === 'newest' ? byAge.at(-1) : byAge[0];
	if (chosen === undefined) return { kind: 'none' };
	if (byAge.length > 1 && policy === 'attention') return { kind: 'attention', ids: byAge.map(({ id }) => id) };
	return { kind: 'contact', contact: chosen, others: byAge.length - 1 };
}

export type NamedChoice<T extends Candidate = Contact> =
	| Choice<T>
	| { kind: 'conflict'; /** Who has the key under another name. */ ids: string[]; why: Extract<NameVerdict, 'different' | 'other_surname'> };

/** A contact with every name that it is known under: its own, and those of the buyers who were tied to it. */
export interface Named<T extends Candidate = Contact> {
	contact: T;
	names: readonly string[];
}

/** Like `chooseByNames`, for contacts that are known by nothing but their own name. */
export const chooseByName = (name: string, hits: readonly Contact[], policy: SeveralContacts): NamedChoice =>
	chooseByNames(name, hits.map((contact) => ({ contact, names: [contact.name] })), policy);

/**
 * Like `chooseContact`, for a buyer whose name is known: a phone or an e-mail alone does not make a wife her husband.
 * Of several hits those whose name agrees with the buyer's count; when nobody's name agrees and nobody's is open either
 * (no name, a single word that may be a surname), it is a conflict for a person to settle. A buyer without a readable name is taken at the key's word.
 */
export function chooseByNames<T extends Candidate>(name: string, hits: readonly Named<T>[], policy: SeveralContacts): NamedChoice<T> {
	const buyer = readPersonName(name);
	const judged = hits.map(({ contact, names }) => ({ contact, verdict: verdictOf(buyer, names) }));
	const open = fitting.map((verdicts) => judged.filter(({ verdict }) => verdicts.includes(verdict))).find(({ length }) => length > 0) ?? [];
	if (open.length || !hits.length) return chooseContact(open.map(({ contact }) => contact), policy);
	const why = judged.some(({ verdict }) => verdict === 'other_surname') ? 'other_surname' : 'different';
	return { kind: 'conflict', ids: hits.map(({ contact: { id } }) => id), why };
}

type Verdict = NameVerdict | 'exact';

/** Best first: who fits better leaves the others out of the question. */
const fitting: readonly (readonly Verdict[])[] = [['exact'], ['same', 'shorter', 'spelling'], ['unclear']];

/** A name that contradicts weighs more than one that agrees: what is short may be anybody's. */
function verdictOf(buyer: PersonName, names: readonly string[]): Verdict {
	const known = names.map(readPersonName).filter((each) => !isNameless(each));
	if (!isNameless(buyer) && known.some((each) => nameIdentity(each) === nameIdentity(buyer))) return 'exact';
	const verdicts = known.map((each) => {
		const verdict = compareNames(buyer, each);
		// Two full names that share a word ("Айгуль Серик", "Ерлан Серик"): whoever cannot be told to be one is two.
		return verdict === 'unclear' && buyer.words.length > 1 && each.words.length > 1 ? 'different' : verdict;
	});
	const worstFirst: readonly NameVerdict[] = ['different', 'other_surname', 'same', 'shorter', 'spelling'];
	return worstFirst.find((verdict) => verdicts.includes(verdict)) ?? 'unclear';
}

/** Everything by which somebody is recognised. */
export interface PersonKeys {
	/** E.164. */
	phones: readonly string[];
	/** Lower case. */
	emails: readonly string[];
	/** Hashes of marketplaces' customer ids. */
	customers: readonly string[];
}

export const hasPhone = ({ phones }: Pick<Contact, 'phones'>, e164: string, region: PhoneRegion): boolean =>
	phones.some((stored) => samePhone(stored, e164, region));

export const hasEmail = ({ emails }: Pick<Contact, 'emails'>, email: string): boolean => emails.some((stored) => emailsIn(stored).includes(email));

/** The contact has at least one of the keys. */
export const sharesKey = (contact: Contact, { phones, emails, customers }: PersonKeys, region: PhoneRegion): boolean =>
	customers.some((customer) => contact.buyerKey === customer) ||
	phones.some((phone) => hasPhone(contact, phone, region)) ||
	emails.some((email) => hasEmail(contact, email));

/** What an existing contact lacks of what is now known about the person; `undefined` when it has everything. */
export function missingOn(
	contact: Contact,
	keys: PersonKeys,
	region: PhoneRegion,
): { phones: string[]; emails: string[]; buyerKey?: string } | undefined {
	const phones = keys.phones.filter((phone) => !hasPhone(contact, phone, region));
	const emails = keys.emails.filter((email) => !hasEmail(contact, email));
	// A contact that already carries another marketplace customer's key keeps it: a family shares a phone.
	const buyerKey = contact.buyerKey === undefined ? keys.customers[0] : undefined;
	return phones.length || emails.length || buyerKey ? { phones, emails, buyerKey } : undefined;
}
