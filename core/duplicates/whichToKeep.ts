import type { AuditedContact, KeepReason } from './types';
import { readPersonName } from '../contact/personName';
import type { Contact } from '../ports';

/** Older numbers first. */
export const byId = (a: Contact, b: Contact): number => a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** A contact with how much its card holds: what a person would miss if it were gone. */
interface Weighed {
	contact: AuditedContact;
	parts: number;
}

const weigh = (contact: AuditedContact): Weighed => {
	const { name, phones, emails, buyerKey } = contact;
	return { contact, parts: readPersonName(name).words.length + new Set(phones).size + new Set(emails).size + (buyerKey ? 1 : 0) };
};

/** What makes a contact the one to keep, in this order. Negative: the first is better. */
const worth: readonly { reason: KeepReason; compare: (a: Weighed, b: Weighed) => number }[] = [
	{ reason: 'open_deals', compare: (a, b) => (b.contact.openDeals ?? 0) - (a.contact.openDeals ?? 0) },
	{ reason: 'deals', compare: (a, b) => (b.contact.deals ?? 0) - (a.contact.deals ?? 0) },
	{ reason: 'completeness', compare: (a, b) => b.parts - a.parts },
	{ reason: 'age', compare: (a, b) => a.contact.createdAt - b.contact.createdAt },
	{ reason: 'id', compare: (a, b) => byId(a.contact, b.contact) },
];

/** The one to keep first. */
export const byWorth = (contacts: readonly AuditedContact[]): AuditedContact[] =>
	contacts
		.map(weigh)
		.sort((a, b) => worth.map(({ compare }) => compare(a, b)).find((result) => result !== 0) ?? 0)
		.map(({ contact }) => contact);

/** The first thing in which the first contact is better than the next one. */
export function whyFirst(ordered: readonly AuditedContact[]): KeepReason {
	const [best, next] = ordered.slice(0, 2).map(weigh);
	return best && next ? (worth.find(({ compare }) => compare(best, next) !== 0)?.reason ?? 'id') : 'id';
}
