import type { Kysely } from 'kysely';
import { chunks } from './chunks';
import type { SeenBuyer } from './journal';
import type { JournalTables } from './tables';

/** An order that came to nothing for so long says nothing about its buyer any more. */
const keptMs = 30 * 24 * 3_600_000;

/** Phones and e-mails of buyers whose contact is not settled yet, by the hash of their customer id. */
export class SeenBuyerStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async remember(buyers: readonly SeenBuyer[], now: number): Promise<void> {
		if (buyers.length === 0) return;
		const last = [...new Map(buyers.map((buyer) => [buyer.customer, buyer])).values()];
		await this.db.transaction().execute(async (trx) => {
			await trx.deleteFrom('seen_buyers').where('seen_at', '<', now - keptMs).execute();
			for (const some of chunks(last, 100)) {
				await trx
					.insertInto('seen_buyers')
					.values(some.map(({ customer, phone, email }) => ({ customer, phone: phone ?? null, email: email ?? null, seen_at: now })))
					.onConflict((conflict) =>
						conflict.column('customer').doUpdateSet((row) => ({
							phone: row.fn.coalesce('excluded.phone', 'seen_buyers.phone'),
							email: row.fn.coalesce('excluded.email', 'seen_buyers.email'),
							seen_at: now,
						})),
					)
					.execute();
			}
		});
	}

	async of(customers: readonly string[]): Promise<Map<string, SeenBuyer>> {
		const found = new Map<string, SeenBuyer>();
		for (const some of chunks(customers)) {
			const rows = await this.db.selectFrom('seen_buyers').selectAll().where('customer', 'in', some).execute();
			for (const { customer, phone, email } of rows) found.set(customer, { customer, phone: phone ?? undefined, email: email ?? undefined });
		}
		return found;
	}

	async forget(customers: readonly string[]): Promise<void> {
		if (customers.length === 0) return;
		await this.db.transaction().execute(async (trx) => {
			for (const some of chunks(customers)) await trx.deleteFrom('seen_buyers').where('customer', 'in', some).execute();
		});
	}
}
