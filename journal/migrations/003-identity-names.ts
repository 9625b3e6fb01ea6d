import { sql, type Kysely, type Migration } from 'kysely';

/**
 * A phone may belong to several people, each with a contact of his or her own: whose contact it is depends on the name.
 * Claims are about the key alone, so that husband and wife who order at the same second are still looked at one after the other.
 */
export const identityNames: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema.dropIndex('identities_contact').execute();
		await sql`alter table identities rename to identity_claims`.execute(db);
		await db.schema
			.createTable('identities')
			.addColumn('account', 'text', (column) => column.notNull())
			.addColumn('kind', 'text', (column) => column.notNull())
			.addColumn('value', 'text', (column) => column.notNull())
			.addColumn('name', 'text', (column) => column.notNull())
			.addColumn('contact_id', 'text', (column) => column.notNull())
			.addPrimaryKeyConstraint('identities_key', ['value', 'account', 'kind', 'name'])
			.modifyEnd(sql`without rowid`)
			.execute();
		await db.schema.createIndex('identities_contact').on('identities').columns(['account', 'contact_id']).execute();
		await sql`insert into identities (account, kind, value, name, contact_id)
			select account, kind, value, '', contact_id from identity_claims where contact_id is not null`.execute(db);
		await sql`delete from identity_claims where contact_id is not null`.execute(db);
		await db.schema.alterTable('identity_claims').dropColumn('contact_id').execute();
	},
};
