import type { NameVerdict } from '../contact/personName';
import type { Contact } from '../ports';

/** A contact of the CRM with what decides which of several stays. */
export interface AuditedContact extends Contact {
	/** How many deals it has. */
	deals?: number;
	/** How many of them are still open. */
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
