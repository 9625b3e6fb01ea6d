import { sql, type Kysely, type Migration } from 'kysely';

/** What a deal shows of its order beside the card, why an order waits for a person, who works on a key, and who did what in its history. */
export const whatIsShown: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const column of ['shown_lines', 'unshown_fingerprint', 'seen_pipeline', 'seen_status']) {
			await db.schema.alterTable('links').addColumn(column, 'text').execute();
		}
		for (const column of ['attention_reason', 'attention_setup']) await db.schema.alterTable('work').addColumn(column, 'text').execute();
		await db.schema.alterTable('stage_changes').addColumn('who', 'text').execute();
		await db.schema.alterTable('stage_changes').addColumn('noticed_at', 'integer').execute();
		await db.schema.alterTable('calls').addColumn('orders', 'text').execute();
		await db.schema
			.createTable('claims')
			.addColumn('account', 'text', (column) => column.notNull())
			.addColumn('key', 'text', (column) => column.notNull())
			.addColumn('owner', 'text')
			.addColumn('until', 'integer')
			.addColumn('sent_at', 'integer')
			.addColumn('abandoned_since', 'integer')
			.addPrimaryKeyConstraint('claims_key', ['key', 'account'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await db.schema
			.createTable('attention')
			.addColumn('id', 'integer', (column) => column.primaryKey())
			.addColumn('pair', 'text', (column) => column.notNull())
			.addColumn('order_key', 'text', (column) => column.notNull())
			.addColumn('reason', 'text', (column) => column.notNull())
			.addColumn('began_at', 'integer', (column) => column.notNull())
			.addColumn('ended_at', 'integer')
			.addColumn('ended_by', 'text')
			.execute();
		await db.schema.createIndex('attention_order').on('attention').columns(['order_key', 'pair']).execute();
		await db.schema.createIndex('attention_ended').on('attention').column('ended_at').execute();
	},
};
