import { sql, type Kysely, type Migration } from 'kysely';

/** How each pair is kept the same, version by version. */
export const pairSettings: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('pair_settings')
			.addColumn('pair', 'text', (column) => column.notNull())
			.addColumn('version', 'integer', (column) => column.notNull())
			.addColumn('changed_at', 'integer', (column) => column.notNull())
			.addColumn('changed_by', 'text', (column) => column.notNull())
			.addColumn('pipeline_id', 'text', (column) => column.notNull())
			.addColumn('pipeline_name', 'text', (column) => column.notNull())
			.addColumn('stages', 'text', (column) => column.notNull())
			.addColumn('options', 'text', (column) => column.notNull())
			.addPrimaryKeyConstraint('pair_settings_key', ['pair', 'version'])
			.modifyEnd(sql`without rowid`)
			.execute();
	},
};
