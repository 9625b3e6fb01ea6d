import type { Kysely, Migration } from 'kysely';

/** What a seller can show when a hand-over is doubted: by the order's number, whichever pair it is synced by. */
export const proofs: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('proofs')
			.addColumn('id', 'integer', (column) => column.primaryKey())
			.addColumn('number', 'text', (column) => column.notNull())
			.addColumn('kind', 'text', (column) => column.notNull())
			.addColumn('what', 'text', (column) => column.notNull())
			.addColumn('by', 'text', (column) => column.notNull())
			.addColumn('at', 'integer', (column) => column.notNull())
			.addUniqueConstraint('proofs_once', ['number', 'kind', 'what'])
			.execute();
	},
};
