import type { Contact, ContactQuery, Outcome } from '../core/ports';

/**
 * Contacts that really have the phone of each query, or else its e-mail, oldest first; in the order of the queries.
 * Throws when the CRM as a whole is out of reach.
 */
export type ContactSearch = (queries: readonly ContactQuery[]) => Promise<Outcome<Contact[]>[]>;
