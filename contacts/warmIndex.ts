import { emailsIn } from '../core/contact/email';
import { phonesIn, type PhoneRegion } from '../core/contact/phone';
import type { Contact, Crm } from '../core/ports';
import type { ContactIndexState, ContactKey, IndexedContact, Journal } from '../journal/journal';
import { OneAfterAnother } from './sharedRun';

/** Whose index it is, and how its keys are read. */
export interface IndexContext {
	journal: Journal;
	crm: Crm;
	/** Where phones without a country code are from. */
	region: PhoneRegion;
	/** Epoch ms. */
	now(): number;
}

/** Grows when phones or e-mails are read, or adapters write their cursors, in another way than before: an old index is filled anew. */
const rulesVersion = 1;
export const keyRules = (region: PhoneRegion): string => `${region}/${rulesVersion}`;

/** Every phone and e-mail of a contact by which it may be looked for, however they are written there. */
export function keysOf({ phones, emails }: Pick<Contact, 'phones' | 'emails'>, region: PhoneRegion): ContactKey[] {
	const values = (kind: ContactKey['kind'], found: string[]) => [...new Set(found)].map((value): ContactKey => ({ kind, value }));
	return [
		...values('phone', phones.flatMap((text) => phonesIn(text, region))),
		...values('email', emails.flatMap(emailsIn)),
	];
}

const indexed = (contacts: readonly Contact[], region: PhoneRegion): IndexedContact[] =>
	contacts.map((contact) => ({ id: contact.id, keys: keysOf(contact, region) }));

export interface FillOptions {
	/** Who fills it: `processOwner()`, so that a killed process gives it up at once. */
	owner: string;
	/** Asked after every page. */
	shouldStop(readNow: number): boolean;
	onPage?(state: { /** Contacts read so far, by earlier runs too. */ read: number }): void;
}

export type FillEnd =
	/** Complete: nobody has to be searched for any more. */
	| { kind: 'warm'; state: ContactIndexState }
	/** Stopped by the caller; the next run goes on behind the last page. */
	| { kind: 'stopped'; state: ContactIndexState }
	/** Somebody else fills it at this moment. */
	| { kind: 'busy'; state: ContactIndexState };

/** A page takes a second; a filler that is silent for so long is gone. */
const leaseMs = 2 * 60_000;

/**
 * Reads all contacts of the account once, page by page, each of which is remembered at once: whatever happens, the next call goes
 * on behind it. What changes meanwhile is read at the end. Throws when the CRM is out of reach; what was read stays.
 */
export async function fillIndex(context: IndexContext, options: FillOptions): Promise<FillEnd> {
	const { journal, crm, region, now } = context;
	const { owner } = options;
	const began = await journal.contactIndex.begin(crm.account, keyRules(region), owner, leaseMs, now());
	if (began.kind !== 'ours') return { kind: began.kind, state: began.state };
	const isWarm = await fillOn(context, options, began.state).catch(async (error: unknown): Promise<never> => {
		await journal.contactIndex.giveBack(crm.account, owner, error instanceof Error ? error.message : 'the CRM gave no answer');
		throw error;
	});
	if (!isWarm) await journal.contactIndex.giveBack(crm.account, owner);
	return { kind: isWarm ? 'warm' : 'stopped', state: (await journal.contactIndex.state(crm.account)) ?? began.state };
}

async function fillOn(context: IndexContext, { owner, shouldStop, onPage }: FillOptions, { pageCursor, changedCursor, read }: ContactIndexState): Promise<boolean> {
	const { journal: { contactIndex }, crm, region, now } = context;
	if (changedCursor === undefined) {
		// Before the first page: whoever changes behind the reader's back is found from here.
		const { cursor } = await readChanged(crm, undefined);
		if (!(await contactIndex.anchor(crm.account, owner, cursor))) return false;
	}
	let readNow = 0;
	for await (const { contacts, cursor } of crm.allContacts(pageCursor)) {
		if (!(await contactIndex.savePage(crm.account, owner, indexed(contacts, region), cursor, leaseMs, now()))) return false;
		readNow += contacts.length;
		onPage?.({ read: read + readNow });
		if (shouldStop(readNow)) return false;
	}
	if (!(await contactIndex.finish(crm.account, owner, now()))) return false;
	await refreshIndex(context);
	return true;
}

/**
 * Brings a warm index up to date by one read of the contacts that have changed since the last look.
 * Executions of this process that ask while one is on its way share the one after it.
 * False: there is no complete index of this account, and the CRM has to be asked.
 */
export function refreshIndex(context: IndexContext): Promise<boolean> {
	const { journal, crm, region } = context;
	const lines = refreshes.get(journal) ?? new Map<string, OneAfterAnother<boolean>>();
	refreshes.set(journal, lines);
	const name = `${keyRules(region)} ${crm.account}`;
	const line = lines.get(name) ?? new OneAfterAnother<boolean>();
	lines.set(name, line);
	return line.run(() => refresh(context));
}

/** Per journal and account. */
const refreshes = new WeakMap<Journal, Map<string, OneAfterAnother<boolean>>>();

/** Another process moved the cursor meanwhile: what it read may be older than what is asked for here, so it is read once more. */
const attempts = 5;

async function refresh({ journal, crm, region, now }: IndexContext): Promise<boolean> {
	for (let attempt = 0; attempt < attempts; attempt++) {
		const state = await journal.contactIndex.state(crm.account);
		if (state?.phase !== 'warm' || state.rules !== keyRules(region) || state.changedCursor === undefined) return false;
		const { contacts, cursor } = await readChanged(crm, state.changedCursor);
		if (await journal.contactIndex.refresh(crm.account, indexed(contacts, region), state.changedCursor, cursor, now())) return true;
	}
	return false;
}

async function readChanged(crm: Crm, since: string | undefined): Promise<{ contacts: Contact[]; cursor: string }> {
	const contacts: Contact[] = [];
	const pages = crm.contactsChanged(since);
	for (;;) {
		const { value, done } = await pages.next();
		if (done) return { contacts, cursor: value };
		contacts.push(...value);
	}
}
