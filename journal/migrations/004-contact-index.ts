import { sql, type Kysely, type Migration } from 'kysely';

/** Which contacts of a CRM account have a phone or an e-mail: read from the CRM once and kept fresh, so that nobody has to be searched for. */
export const contactIndex: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('contact_index')
			.addColumn('value', 'text', (column) => column.notNull())
			.addColumn('account', 'text', (column) => column.notNull())
			.addColumn('kind', 'text', (column) => column.notNull())
			.addColumn('contact_id', 'text', (column) => column.notNull())
			// A phone may belong to several contacts. The value is what selects (001-initial).
			.addPrimaryKeyConstraint('contact_index_key', ['value', 'account', 'kind', 'contact_id'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await db.schema.createIndex('contact_index_contact').on('contact_index').columns(['contact_id', 'account']).execute();
		await db.schema
			.createTable('contact_index_state')
			.addColumn('account', 'text', (column) => column.primaryKey())
			.addColumn('phase', 'text', (column) => column.notNull())
			.addColumn('rules', 'text', (column) => column.notNull())
			.addColumn('contacts_read', 'integer', (column) => column.notNull())
			.addColumn('page_cursor', 'text')
			.addColumn('changed_cursor', 'text')
			.addColumn('started_at', 'integer', (column) => column.notNull())
			.addColumn('finished_at', 'integer')
			.addColumn('looked_at', 'integer')
			.addColumn('failure', 'text')
			.addColumn('lease_owner', 'text')
			.addColumn('lease_until', 'integer')
			.execute();
	},
};
