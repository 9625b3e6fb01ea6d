import type { Kysely, Migration } from 'kysely';

/** What the triggers remember: n8n's static data loses what a webhook writes, and is overwritten by a poll that began earlier. */
export const triggerMemory: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('trigger_memory')
			.addColumn('trigger', 'text', (column) => column.notNull())
			.addColumn('part', 'text', (column) => column.notNull())
			.addColumn('value', 'text', (column) => column.notNull())
			.addColumn('version', 'integer', (column) => column.notNull())
			.addColumn('used_at', 'integer', (column) => column.notNull())
			.addPrimaryKeyConstraint('trigger_memory_key', ['trigger', 'part'])
			.execute();
	},
};
