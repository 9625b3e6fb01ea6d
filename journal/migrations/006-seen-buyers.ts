import { sql, type Kysely, type Migration } from 'kysely';

/** What an order has shown of a buyer whose contact is not settled yet. */
export const seenBuyers: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('seen_buyers')
			.addColumn('customer', 'text', (column) => column.primaryKey())
			.addColumn('phone', 'text')
			.addColumn('email', 'text')
			.addColumn('seen_at', 'integer', (column) => column.notNull())
			.modifyEnd(sql`without rowid`)
			.execute();
	},
};
