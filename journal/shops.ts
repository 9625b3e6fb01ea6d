import { sql, type Kysely } from 'kysely';
import type { JournalTables } from './tables';
import type { PairId } from './journal';

/** What hangs on the name of a shop: whatever is kept by order, and whatever is kept by pair. */
const tablesByOrder = ['links', 'work', 'intents', 'stage_changes', 'attention'] as const;
const tablesByPair = ['cursors', 'locks', 'pair_settings'] as const;

/** Names of shops: a credential may tell a better one later, and what was remembered goes on under it. */
export class ShopStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	/**
	 * @param names of one shop, as its credential tells them now, the best first
	 * @returns under which name to go on, and under which others it was known
	 */
	async known(marketplace: string, names: readonly [string, ...string[]]): Promise<{ shop: string; former: string[] }> {
		return this.db.transaction().execute(async (trx) => {
			const [best, ...others] = names;
			const row = await trx.selectFrom('shop_names').select('shop').where('marketplace', '=', marketplace).where('name', '=', best).executeTakeFirst();
			const shop = row?.shop ?? best;
			for (const name of others) {
				await trx
					.insertInto('shop_names')
					.values({ marketplace, name, shop })
					.onConflict((conflict) => conflict.columns(['marketplace', 'name']).doUpdateSet({ shop }))
					.execute();
			}
			const rows = await trx.selectFrom('shop_names').select('name').where('marketplace', '=', marketplace).where('shop', '=', shop).execute();
			return { shop, former: rows.map(({ name }) => name) };
		});
	}

	/** What was remembered of a pair under the former name of its shop belongs to the other name from now on; what is known there already stays. */
	async rename(marketplace: string, from: { pair: PairId; shop: string }, to: { pair: PairId; shop: string }): Promise<void> {
		const { known } = await sql<{ known: number }>`select exists (select 1 from links where pair = ${from.pair})
			or exists (select 1 from work where pair = ${from.pair}) or exists (select 1 from cursors where pair = ${from.pair})
			or exists (select 1 from pair_settings where pair = ${from.pair}) as known`
			.execute(this.db)
			.then(({ rows: [row] }) => row ?? { known: 0 });
		if (known === 0) return;
		const key = sql`${`${marketplace}:${to.shop}:`} || substr(order_key, ${`${marketplace}:${from.shop}:`.length + 1})`;
		await this.db.transaction().execute(async (trx) => {
			for (const table of tablesByOrder) {
				const name = sql.table(table);
				// The episodes of attention have no column for the shop.
				const shop = table === 'attention' ? sql`` : sql`, shop = ${to.shop}`;
				await sql`update or ignore ${name} set pair = ${to.pair}, order_key = ${key}${shop} where pair = ${from.pair}`.execute(trx);
				await sql`delete from ${name} where pair = ${from.pair}`.execute(trx);
			}
			for (const table of tablesByPair) {
				await sql`update or ignore ${sql.table(table)} set pair = ${to.pair} where pair = ${from.pair}`.execute(trx);
				await sql`delete from ${sql.table(table)} where pair = ${from.pair}`.execute(trx);
			}
		});
	}
}
