import type { Kysely } from 'kysely';
import type { PairId } from './journal';
import { isGone } from './owner';
import type { JournalTables } from './tables';

/** How far each side has been looked at, and named locks so that two sweeps do not run at once. */
export class CursorStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async get(pair: PairId, name: string): Promise<string | undefined> {
		const row = await this.db.selectFrom('cursors').select('value').where('pair', '=', pair).where('name', '=', name).executeTakeFirst();
		return row?.value;
	}

	async set(pair: PairId, name: string, value: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx
				.insertInto('cursors')
				.values({ pair, name, value })
				.onConflict((conflict) => conflict.columns(['pair', 'name']).doUpdateSet({ value }))
				.execute();
		});
	}

	async lock(pair: PairId, name: string, owner: string, leaseMs: number, now: number): Promise<boolean> {
		return this.db.transaction().execute(async (trx) => {
			const row = await trx.selectFrom('locks').selectAll().where('pair', '=', pair).where('name', '=', name).executeTakeFirst();
			if (row !== undefined && row.owner !== owner && row.until > now && !isGone(row.owner)) return false;
			const until = now + leaseMs;
			await trx
				.insertInto('locks')
				.values({ pair, name, owner, until })
				.onConflict((conflict) => conflict.columns(['pair', 'name']).doUpdateSet({ owner, until }))
				.execute();
			return true;
		});
	}

	async unlock(pair: PairId, name: string, owner: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx.deleteFrom('locks').where('pair', '=', pair).where('name', '=', name).where('owner', '=', owner).execute();
		});
	}
}
