import { sql, type Kysely, type Migration } from 'kysely';

/** Which contacts were put together, who approved it, and what was in them before. */
export const merges: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('merges')
			.addColumn('id', 'integer', (column) => column.primaryKey())
			.addColumn('account', 'text', (column) => column.notNull())
			.addColumn('code', 'text', (column) => column.notNull())
			.addColumn('keep_id', 'text', (column) => column.notNull())
			.addColumn('other_ids', 'text', (column) => column.notNull())
			.addColumn('before', 'text', (column) => column.notNull())
			.addColumn('approved_by', 'text')
			.addColumn('state', 'text', (column) => column.notNull())
			.addColumn('reason', 'text')
			.addColumn('begun_at', 'integer', (column) => column.notNull())
			.addColumn('ended_at', 'integer')
			.addUniqueConstraint('merges_once', ['account', 'code'])
			.execute();
		await db.schema
			.createTable('merged_contacts')
			.addColumn('account', 'text', (column) => column.notNull())
			.addColumn('contact_id', 'text', (column) => column.notNull())
			.addColumn('keep_id', 'text', (column) => column.notNull())
			.addPrimaryKeyConstraint('merged_contacts_key', ['contact_id', 'account'])
			.modifyEnd(sql`without rowid`)
			.execute();
	},
};
