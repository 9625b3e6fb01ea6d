import { sql, type CreateTableBuilder, type Kysely, type Migration } from 'kysely';

/**
 * Written against no row types: a migration stays as it was when the tables have moved on.
 * Primary keys begin with the selective column: SQLite knows no statistics here and would walk through a whole pair instead of an index.
 */
export const initial: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await ordered(db.schema.createTable('links'))
			.addColumn('number', 'text', (column) => column.notNull())
			.addColumn('order_created_at', 'integer', (column) => column.notNull())
			.addColumn('deal_id', 'text')
			.addColumn('contact_id', 'text')
			.addColumn('agreed_order', 'text')
			.addColumn('agreed_pipeline', 'text')
			.addColumn('agreed_status', 'text')
			.addColumn('shown_fingerprint', 'text')
			.addColumn('stage', 'text', (column) => column.notNull())
			.addColumn('raw_status', 'text', (column) => column.notNull())
			.addColumn('closed', 'integer', (column) => column.notNull())
			.addPrimaryKeyConstraint('links_key', ['order_key', 'pair'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await db.schema.createIndex('links_number').on('links').columns(['pair', 'number']).execute();
		await db.schema.createIndex('links_deal').on('links').columns(['pair', 'deal_id']).execute();
		await db.schema.createIndex('links_closed').on('links').columns(['pair', 'closed', 'order_created_at']).execute();

		await ordered(db.schema.createTable('work'))
			.addColumn('number', 'text', (column) => column.notNull())
			.addColumn('why', 'text', (column) => column.notNull())
			.addColumn('state', 'text', (column) => column.notNull())
			.addColumn('due_at', 'integer', (column) => column.notNull())
			.addColumn('attempts', 'integer', (column) => column.notNull())
			.addColumn('generation', 'integer', (column) => column.notNull())
			.addColumn('last_reason', 'text')
			.addColumn('failing_since', 'integer')
			.addColumn('decision', 'text')
			.addColumn('decision_generation', 'integer')
			.addColumn('lease_owner', 'text')
			.addColumn('lease_until', 'integer')
			.addPrimaryKeyConstraint('work_key', ['order_key', 'pair'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await db.schema.createIndex('work_due').on('work').columns(['pair', 'state', 'due_at']).execute();
		await db.schema.createIndex('work_failing').on('work').columns(['pair', 'failing_since']).execute();
		await db.schema.createIndex('work_lease').on('work').columns(['pair', 'lease_owner']).execute();

		await ordered(db.schema.createTable('intents'))
			.addColumn('action', 'text', (column) => column.notNull())
			.addColumn('state', 'text', (column) => column.notNull())
			.addColumn('at', 'integer', (column) => column.notNull())
			.addColumn('reason', 'text')
			.addPrimaryKeyConstraint('intents_key', ['order_key', 'pair', 'action'])
			.modifyEnd(sql`without rowid`)
			.execute();

		await db.schema
			.createTable('identities')
			.addColumn('account', 'text', (column) => column.notNull())
			.addColumn('kind', 'text', (column) => column.notNull())
			.addColumn('value', 'text', (column) => column.notNull())
			.addColumn('contact_id', 'text')
			.addColumn('claimed_by', 'text')
			.addColumn('claimed_at', 'integer')
			.addColumn('claimed_until', 'integer')
			.addColumn('abandoned_since', 'integer')
			.addPrimaryKeyConstraint('identities_key', ['value', 'account', 'kind'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await db.schema.createIndex('identities_contact').on('identities').columns(['account', 'contact_id']).execute();

		await db.schema
			.createTable('cursors')
			.addColumn('pair', 'text', (column) => column.notNull())
			.addColumn('name', 'text', (column) => column.notNull())
			.addColumn('value', 'text', (column) => column.notNull())
			.addPrimaryKeyConstraint('cursors_key', ['pair', 'name'])
			.execute();
		await db.schema
			.createTable('locks')
			.addColumn('pair', 'text', (column) => column.notNull())
			.addColumn('name', 'text', (column) => column.notNull())
			.addColumn('owner', 'text', (column) => column.notNull())
			.addColumn('until', 'integer', (column) => column.notNull())
			.addPrimaryKeyConstraint('locks_key', ['pair', 'name'])
			.execute();

		await db.schema
			.createTable('calls')
			.addColumn('id', 'integer', (column) => column.primaryKey())
			.addColumn('at', 'integer', (column) => column.notNull())
			.addColumn('api', 'text', (column) => column.notNull())
			.addColumn('method', 'text', (column) => column.notNull())
			.addColumn('route', 'text', (column) => column.notNull())
			.addColumn('status', 'integer', (column) => column.notNull())
			.addColumn('ms', 'integer', (column) => column.notNull())
			.addColumn('attempt', 'integer', (column) => column.notNull())
			.addColumn('result', 'text', (column) => column.notNull())
			.execute();
		await db.schema.createIndex('calls_at').on('calls').column('at').execute();

		await ordered(db.schema.createTable('stage_changes').addColumn('id', 'integer', (column) => column.primaryKey()))
			.addColumn('side', 'text', (column) => column.notNull())
			.addColumn('from_stage', 'text')
			.addColumn('to_stage', 'text', (column) => column.notNull())
			.addColumn('at', 'integer', (column) => column.notNull())
			.addColumn('by', 'text', (column) => column.notNull())
			.execute();
		await db.schema.createIndex('stage_changes_order').on('stage_changes').columns(['pair', 'order_key', 'at']).execute();
		await db.schema.createIndex('stage_changes_at').on('stage_changes').column('at').execute();
	},
};

/** The columns of everything that belongs to an order of a pair. */
const ordered = <Table extends string, Columns extends string>(table: CreateTableBuilder<Table, Columns>) =>
	table
		.addColumn('pair', 'text', (column) => column.notNull())
		.addColumn('order_key', 'text', (column) => column.notNull())
		.addColumn('marketplace', 'text', (column) => column.notNull())
		.addColumn('shop', 'text', (column) => column.notNull())
		.addColumn('order_id', 'text', (column) => column.notNull());
