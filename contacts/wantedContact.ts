import type { Contact } from '../core/ports';
import type { Claim, Identity } from '../journal/journal';
import type { Person } from './person';

/** What came of looking for somebody's contact. */
export type Finding =
	| {
			kind: 'contact';
			id: string;
			created: boolean;
			/** As it was read, before anything was added to it; absent when it was not read. */
			contact?: Contact;
			/** Contacts that might as well have been taken. */
			others: number;
			/** It was created without the responsible person, whom the CRM does not take any more. */
			isUnassigned?: boolean;
	  }
	/** Somebody else creates this very contact, or a create has not been answered. */
	| { kind: 'waiting'; reason: string; /** Epoch ms. */ dueAt: number }
	/** `several`: the key is found in several contacts; `name`: only in contacts of other people. */
	| { kind: 'attention'; why: 'several' | 'name'; ids: string[] }
	/** `dueAt`: the CRM itself has named the time to ask again, epoch ms. */
	| { kind: 'failed'; reason: string; dueAt?: number };

/** A phone, e-mail or customer of somebody, and whose it is as far as the journal knows. */
export interface SoughtKey {
	identity: Identity;
	claim: Claim;
	/** The contact that has it, if it is this person's. */
	contactId?: string;
}

/** Somebody on the way to a contact. */
export class Seeker {
	finding?: Finding;
	/** Contacts that have a key of this person's under another name. */
	readonly conflicts = new Set<string>();
	/** A create was sent and not answered. */
	isUnanswered = false;

	constructor(
		readonly person: Person,
		/** Strongest first. */
		readonly keys: SoughtKey[],
	) {}

	get isOpen(): boolean {
		return this.finding === undefined;
	}

	/** The contact of the strongest key that is known to be this person's. */
	get known(): string | undefined {
		return this.keys.find(({ contactId }) => contactId !== undefined)?.contactId;
	}

	/** Phones and e-mails stronger than any by which the contact is known. */
	get unknownKeys(): SoughtKey[] {
		const known = this.keys.findIndex(({ contactId }) => contactId !== undefined);
		return this.keys.slice(0, known < 0 ? undefined : known).filter(({ identity: { kind } }) => kind !== 'customer');
	}

	/** Every key leads to a contact: nothing new is known about the person. */
	get isComplete(): boolean {
		return this.keys.every(({ contactId }) => contactId !== undefined);
	}

	get claimed(): Identity[] {
		return this.keys.flatMap(({ identity, claim }) => (claim.state === 'claimed' ? [identity] : []));
	}
}
