import { createHash } from 'node:crypto';
import { readEmail } from './email';
import type { Buyer } from './order';
import { compareNames, readPersonName, type NameVerdict } from './personName';
import { readPhone, samePhone, type PhoneRegion } from './phone';
import { substitutePhones } from './phoneRefusals';
import type { Contact } from './ports';

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

export type Choice = { kind: 'none' } | { kind: 'contact'; contact: Contact; others: number } | { kind: 'attention'; ids: string[] };

export function chooseContact(hits: readonly Contact[], policy: SeveralContacts): Choice {
	const byAge = [...hits].sort((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id, 'en', { numeric: true }));
	const chosen = policy === 'newest' ? byAge.at(-1) : byAge[0];
	if (chosen === undefined) return { kind: 'none' };
	if (byAge.length > 1 && policy === 'attention') return { kind: 'attention', ids: byAge.map(({ id }) => id) };
	return { kind: 'contact', contact: chosen, others: byAge.length - 1 };
}

export type NamedChoice = Choice | { kind: 'conflict'; /** Who has the key under another name. */ ids: string[]; why: Extract<NameVerdict, 'different' | 'other_surname'> };

/**
 * Like `chooseContact`, for a buyer whose name is known: a phone or an e-mail alone does not make a wife her husband.
 * Of several hits those whose name agrees with the buyer's count; when nobody's name agrees and nobody's is open either
 * (no name, only a surname), it is a conflict for a person to settle. A buyer without a readable name is taken at the key's word.
 */
export function chooseByName(name: string, hits: readonly Contact[], policy: SeveralContacts): NamedChoice {
	const buyer = readPersonName(name);
	const judged = hits.map((contact) => ({ contact, verdict: compareNames(buyer, readPersonName(contact.name)) }));
	const agreeing = judged.filter(({ verdict }) => verdict === 'same' || verdict === 'shorter' || verdict === 'spelling');
	const open = agreeing.length ? agreeing : judged.filter(({ verdict }) => verdict === 'unclear');
	if (open.length || !hits.length) return chooseContact(open.map(({ contact }) => contact), policy);
	const why = judged.some(({ verdict }) => verdict === 'other_surname') ? 'other_surname' : 'different';
	return { kind: 'conflict', ids: hits.map(({ id }) => id), why };
}

/** What an existing contact lacks of what is now known about the buyer; `undefined` when it has everything. */
export function missingOn(
	contact: Contact,
	keys: BuyerKeys,
	region: PhoneRegion,
): { phones: string[]; emails: string[]; buyerKey?: string } | undefined {
	const { phone, email, customer } = keys;
	const phones = phone && !contact.phones.some((stored) => samePhone(stored, phone, region)) ? [phone] : [];
	const emails = email && !contact.emails.some((stored) => readEmail(stored) === email) ? [email] : [];
	// A contact that already carries another marketplace customer's key keeps it: a family shares a phone.
	const buyerKey = customer && contact.buyerKey === undefined ? customer : undefined;
	return phones.length || emails.length || buyerKey ? { phones, emails, buyerKey } : undefined;
}
