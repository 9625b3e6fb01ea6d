import { createHash } from 'node:crypto';
import type { Buyer } from './order';
import { readPhone, samePhone, type PhoneRegion } from './phone';
import type { Contact } from './ports';

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
	const phone = readPhone(buyer.phone, region);
	return {
		phone: phone.kind === 'phone' ? phone.e164 : undefined,
		email: readEmail(buyer.email),
		customer: buyer.customerId ? customerHash(marketplace, buyer.customerId) : undefined,
	};
}

/** An address that can serve as a key: trimmed, lower case; `undefined` for anything that is no address. */
export function readEmail(raw: string | null | undefined): string | undefined {
	const text = raw?.trim().toLowerCase() ?? '';
	return /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]{2,}$/.test(text) ? text : undefined;
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
