import type { Kysely, Selectable, Transaction } from 'kysely';
import { z } from 'zod/v4';
import { chunks } from './chunks';
import type { ContactIndexBegin, ContactIndexDrop, ContactIndexState, ContactKey, IndexedContact } from './journal';
import { isGone } from './owner';
import type { ContactIndexStateRow, JournalTables } from './tables';

type Writing = Transaction<JournalTables>;

const phase = z.enum(['filling', 'warm']);

/** Which contacts have a phone or an e-mail, by CRM account. No names: only what is looked up, and the ids that it leads to. */
export class ContactIndexStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async state(account: string): Promise<ContactIndexState | undefined> {
		const row = await rowOf(this.db, account);
		return row && stateOf(row);
	}

	async states(): Promise<ContactIndexState[]> {
		return (await this.db.selectFrom('contact_index_state').selectAll().orderBy('account').execute()).map(stateOf);
	}

	async begin(account: string, rules: string, owner: string, leaseMs: number, now: number): Promise<ContactIndexBegin> {
		return this.db.transaction().execute(async (trx): Promise<ContactIndexBegin> => {
			const row = await rowOf(trx, account);
			const isKnown = row !== undefined && row.rules === rules;
			if (isKnown && row.phase === 'warm') return { kind: 'warm', state: stateOf(row) };
			if (row && row.lease_owner !== owner && isHeld(row, now)) return { kind: 'busy', state: stateOf(row) };
			const lease = { lease_owner: owner, lease_until: now + leaseMs };
			if (isKnown) {
				await trx.updateTable('contact_index_state').set(lease).where('account', '=', account).execute();
				return { kind: 'ours', state: stateOf(row) };
			}
			// Keys that were read by other rules would be missed by those that are asked for now: all of it is read again.
			await trx.deleteFrom('contact_index').where('account', '=', account).execute();
			await trx.deleteFrom('contact_index_state').where('account', '=', account).execute();
			const fresh: ContactIndexStateRow = { ...blank, account, rules, started_at: now, ...lease };
			await trx.insertInto('contact_index_state').values(fresh).execute();
			return { kind: 'ours', state: stateOf(fresh) };
		});
	}

	async anchor(account: string, owner: string, changedCursor: string): Promise<boolean> {
		return this.db.transaction().execute(async (trx) => isOne(await held(trx, account, owner, { changed_cursor: changedCursor })));
	}

	async savePage(account: string, owner: string, contacts: readonly IndexedContact[], pageCursor: string, leaseMs: number, now: number): Promise<boolean> {
		return this.db.transaction().execute(async (trx) => {
			const row = await rowOf(trx, account);
			const progress = {
				page_cursor: pageCursor,
				contacts_read: (row?.contacts_read ?? 0) + contacts.length,
				lease_until: now + leaseMs,
				failure: null,
			};
			if (!isOne(await held(trx, account, owner, progress))) return false;
			await replace(trx, account, contacts);
			return true;
		});
	}

	async finish(account: string, owner: string, now: number): Promise<boolean> {
		const warm = { phase: 'warm', finished_at: now, page_cursor: null, failure: null, ...nobodys };
		return this.db.transaction().execute(async (trx) => isOne(await held(trx, account, owner, warm)));
	}

	async giveBack(account: string, owner: string, failure?: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await held(trx, account, owner, failure === undefined ? nobodys : { ...nobodys, failure });
		});
	}

	async refresh(account: string, contacts: readonly IndexedContact[], from: string, to: string, now: number): Promise<boolean> {
		return this.db.transaction().execute(async (trx) => {
			const moved = await trx
				.updateTable('contact_index_state')
				.set({ changed_cursor: to, looked_at: now })
				.where('account', '=', account)
				.where('phase', '=', 'warm')
				.where('changed_cursor', '=', from)
				.executeTakeFirst();
			if (!isOne(moved)) return false;
			await replace(trx, account, contacts);
			return true;
		});
	}

	async find(account: string, keys: readonly ContactKey[]): Promise<string[][]> {
		const found = new Map<string, string[]>();
		for (const kind of ['phone', 'email'] as const) {
			const values = [...new Set(keys.flatMap((key) => (key.kind === kind ? [key.value] : [])))];
			for (const some of chunks(values)) {
				const rows = await lookup(this.db, account, kind, some).execute();
				for (const { value, contact_id: id } of rows) found.set(`${kind} ${value}`, [...(found.get(`${kind} ${value}`) ?? []), id]);
			}
		}
		return keys.map(({ kind, value }) => found.get(`${kind} ${value}`) ?? []);
	}

	async replace(account: string, contacts: readonly IndexedContact[]): Promise<void> {
		if (contacts.length === 0) return;
		await this.db.transaction().execute(async (trx) => {
			// Dropped while somebody was looking up: what he or she has read must not come back.
			if ((await rowOf(trx, account)) !== undefined) await replace(trx, account, contacts);
		});
	}

	async drop(account: string | undefined, now: number): Promise<ContactIndexDrop> {
		return this.db.transaction().execute(async (trx): Promise<ContactIndexDrop> => {
			const states = await trx.selectFrom('contact_index_state').selectAll().orderBy('account').execute();
			const concerned = states.filter((state) => account === undefined || state.account === account);
			const busy = concerned.filter((state) => isHeld(state, now));
			if (busy.length > 0) return { kind: 'busy', accounts: busy.map((state) => state.account) };
			const rows = new Map<string, number>();
			for (const each of account === undefined ? concerned.map((state) => state.account) : [account]) {
				const gone = await trx.deleteFrom('contact_index').where('account', '=', each).executeTakeFirstOrThrow();
				await trx.deleteFrom('contact_index_state').where('account', '=', each).execute();
				rows.set(each, Number(gone.numDeletedRows));
			}
			return { kind: 'dropped', rows };
		});
	}
}

/** The one query that every new buyer costs; apart, so that a test can ask SQLite how it would be carried out. */
export const lookup = (db: Kysely<JournalTables>, account: string, kind: ContactKey['kind'], values: readonly string[]) =>
	db
		.selectFrom('contact_index')
		.select(['value', 'contact_id'])
		.where('value', 'in', [...values])
		.where('account', '=', account)
		.where('kind', '=', kind);

const nobodys = { lease_owner: null, lease_until: null };
const blank = {
	phase: 'filling',
	contacts_read: 0,
	page_cursor: null,
	changed_cursor: null,
	finished_at: null,
	looked_at: null,
	failure: null,
	...nobodys,
};

/** Somebody fills the index at this moment. */
const isHeld = ({ lease_owner: holder, lease_until: until }: Selectable<ContactIndexStateRow>, now: number): boolean =>
	holder !== null && (until ?? 0) > now && !isGone(holder);

const isOne = ({ numUpdatedRows }: { numUpdatedRows: bigint }): boolean => numUpdatedRows === 1n;

/** Changes the state of an index that this owner fills: one that has lost it to somebody else changes nothing. */
const held = (trx: Writing, account: string, owner: string, change: Partial<ContactIndexStateRow>) =>
	trx.updateTable('contact_index_state').set(change).where('account', '=', account).where('lease_owner', '=', owner).executeTakeFirst();

const rowOf = (db: Kysely<JournalTables>, account: string): Promise<Selectable<ContactIndexStateRow> | undefined> =>
	db.selectFrom('contact_index_state').selectAll().where('account', '=', account).executeTakeFirst();

/** A contact's keys are what it has now: those that it has lost go. */
async function replace(trx: Writing, account: string, contacts: readonly IndexedContact[]): Promise<void> {
	const last = [...new Map(contacts.map((contact) => [contact.id, contact])).values()];
	for (const some of chunks(last.map(({ id }) => id))) {
		await trx.deleteFrom('contact_index').where('contact_id', 'in', some).where('account', '=', account).execute();
	}
	const rows = last.flatMap(({ id, keys }) => keys.map(({ kind, value }) => ({ account, kind, value, contact_id: id })));
	for (const some of chunks(rows)) {
		await trx.insertInto('contact_index').values(some).onConflict((conflict) => conflict.doNothing()).execute();
	}
}

const stateOf = (row: Selectable<ContactIndexStateRow>): ContactIndexState => ({
	account: row.account,
	phase: phase.parse(row.phase),
	rules: row.rules,
	read: row.contacts_read,
	pageCursor: row.page_cursor ?? undefined,
	changedCursor: row.changed_cursor ?? undefined,
	startedAt: row.started_at,
	finishedAt: row.finished_at ?? undefined,
	lookedAt: row.looked_at ?? undefined,
	failure: row.failure ?? undefined,
});
