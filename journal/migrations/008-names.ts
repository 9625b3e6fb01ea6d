import { sql, type Kysely, type Migration } from 'kysely';

/** By which names a shop was known, and by which this journal is. */
export const names: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('shop_names')
			.addColumn('marketplace', 'text', (column) => column.notNull())
			.addColumn('name', 'text', (column) => column.notNull())
			.addColumn('shop', 'text', (column) => column.notNull())
			.addPrimaryKeyConstraint('shop_names_key', ['marketplace', 'name'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await db.schema
			.createTable('journal_mark')
			.addColumn('mark', 'text', (column) => column.primaryKey())
			.addColumn('born_at', 'integer', (column) => column.notNull())
			.execute();
		// Random, so that two journals never have the same; a copy of the file keeps it.
		await sql`insert into journal_mark (mark, born_at) values (lower(hex(randomblob(6))), cast(unixepoch('subsec') * 1000 as integer))`.execute(db);
	},
};
