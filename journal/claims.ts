import type { Kysely, Transaction } from 'kysely';
import { chunks } from './chunks';
import type { KeyClaim } from './journal';
import { isGone } from './owner';
import type { ClaimRow, JournalTables } from './tables';

/** Who is looking for or creating something at this moment: the place where executions agree on who does. */
export class ClaimStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async take(account: string, keys: readonly string[], owner: string, leaseMs: number, now: number, isSending = false): Promise<KeyClaim[]> {
		return this.db.transaction().execute(async (trx) => {
			const known = await rowsOf(trx, account, keys);
			const claims: KeyClaim[] = [];
			for (const key of keys) claims.push(await takeOne(trx, known.get(key), { account, key }, owner, now + leaseMs, now, isSending));
			return claims;
		});
	}

	async sending(account: string, keys: readonly string[], owner: string, leaseMs: number, now: number): Promise<boolean[]> {
		return this.db.transaction().execute(async (trx) => {
			const known = await rowsOf(trx, account, keys);
			const ours = keys.map((key) => known.get(key)?.owner === owner);
			for (const some of chunks(keys.filter((_, index) => ours[index]))) {
				await trx.updateTable('claims').set({ sent_at: now, until: now + leaseMs }).where('account', '=', account).where('key', 'in', some).execute();
			}
			return ours;
		});
	}

	async end(account: string, keys: readonly string[]): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const some of chunks(keys)) await trx.deleteFrom('claims').where('account', '=', account).where('key', 'in', some).execute();
		});
	}

	async made(account: string, keys: readonly string[], now: number): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const some of chunks(keys)) {
				await trx
					.updateTable('claims')
					.set({ owner: null, until: null, sent_at: null, abandoned_since: now })
					.where('account', '=', account)
					.where('key', 'in', some)
					.execute();
			}
		});
	}

	async release(account: string, keys: readonly string[], owner: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const some of chunks(keys)) {
				const ours = trx.deleteFrom('claims').where('account', '=', account).where('key', 'in', some).where('owner', '=', owner);
				await ours.where('abandoned_since', 'is', null).execute();
				// Somebody before us may have created it, and nobody has seen it yet: the next one must know.
				await trx
					.updateTable('claims')
					.set({ owner: null, until: null, sent_at: null })
					.where('account', '=', account)
					.where('key', 'in', some)
					.where('owner', '=', owner)
					.execute();
			}
		});
	}
}

async function takeOne(
	trx: Transaction<JournalTables>,
	row: ClaimRow | undefined,
	{ account, key }: Pick<ClaimRow, 'account' | 'key'>,
	owner: string,
	until: number,
	now: number,
	isSending: boolean,
): Promise<KeyClaim> {
	if (row !== undefined && row.owner !== null && row.owner !== owner && (row.until ?? 0) > now && !isGone(row.owner)) {
		return { state: 'busy', until: row.until ?? now };
	}
	const isOurs = row?.owner === owner;
	// The latest create that nobody has heard of: from then on it may still show.
	const abandoned = row === undefined ? null : isOurs ? row.abandoned_since : (row.sent_at ?? row.abandoned_since);
	const sentAt = isOurs ? row.sent_at : null;
	const claim = { account, key, owner, until, sent_at: isSending && abandoned === null ? now : sentAt, abandoned_since: abandoned };
	await trx
		.insertInto('claims')
		.values(claim)
		.onConflict((conflict) => conflict.columns(['key', 'account']).doUpdateSet(claim))
		.execute();
	return { state: 'claimed', ...(abandoned === null ? {} : { abandonedSince: abandoned }) };
}

async function rowsOf(trx: Transaction<JournalTables>, account: string, keys: readonly string[]): Promise<Map<string, ClaimRow>> {
	const rows = new Map<string, ClaimRow>();
	for (const some of chunks(keys)) {
		for (const row of await trx.selectFrom('claims').selectAll().where('account', '=', account).where('key', 'in', some).execute()) rows.set(row.key, row);
	}
	return rows;
}
