import { DatabaseSync } from 'node:sqlite';
import { Kysely, Migrator } from 'kysely';
import type { Identity } from '../../journal/journal';
import { initial } from '../../journal/migrations/001-initial';
import { proofs } from '../../journal/migrations/002-proofs';
import { NodeSqliteDialect } from '../../journal/nodeSqliteDialect';
import { SqliteJournal } from '../../journal/sqlite';

const phone: Identity = { account: 'crm', kind: 'phone', value: '+77015550123' };
const email: Identity = { account: 'crm', kind: 'email', value: 'a@shop.kz' };

describe('a key that several people use', () => {
	it('leads each of them to an own contact, and whoever is new claims the key, not the name', async () => {
		const journal = await SqliteJournal.on(new DatabaseSync(':memory:'));
		const { identities } = journal;
		const claim = (owner: string, name?: string) => identities.claim([{ ...phone, name }], owner, 1_000, 0);
		await identities.assign([{ ...phone, name: 'Ерлан' }], '1');
		expect(await claim('a')).toEqual([{ state: 'known', contactId: '1' }]);
		expect(await claim('a', 'Асель')).toEqual([{ state: 'claimed', others: ['1'] }]);
		expect(await claim('b', 'Сауле')).toEqual([{ state: 'busy', until: 1_000 }]);
		expect(await claim('b', 'Ерлан')).toEqual([{ state: 'known', contactId: '1' }]);
		await identities.remember([{ ...email, name: 'Асель' }], '2');
		expect(await claim('b', 'Сауле')).toMatchObject([{ state: 'busy' }]);
		await identities.assign([{ ...phone, name: 'Асель' }], '2');
		expect(await identities.find([{ ...phone, name: 'Асель' }, { ...phone, name: 'Ерлан' }, { ...email, name: 'Асель' }])).toEqual(['2', '1', '2']);
		// Two people, and no name to choose by.
		expect(await claim('b')).toEqual([{ state: 'claimed', others: expect.arrayContaining(['1', '2']) }]);
		expect(await identities.names('crm', ['1', '2', '3'])).toEqual(new Map([['1', ['Ерлан']], ['2', ['Асель']]]));
		await identities.forgetContact('crm', '2');
		expect(await identities.find([{ ...phone, name: 'Асель' }, { ...phone, name: 'Ерлан' }])).toEqual([undefined, '1']);
		await journal.close();
	});
});

describe('a journal of an earlier version', () => {
	it('keeps its contacts and its open claims', async () => {
		const database = new DatabaseSync(':memory:');
		const old = new Kysely<Record<string, Record<string, string | number | null>>>({ dialect: new NodeSqliteDialect(database) });
		const migrator = new Migrator({ db: old, provider: { getMigrations: async () => ({ '001-initial': initial, '002-proofs': proofs }) } });
		expect((await migrator.migrateToLatest()).error).toBeUndefined();
		const nobody = { contact_id: null, claimed_by: null, claimed_at: null, claimed_until: null, abandoned_since: null };
		await old.insertInto('identities').values([{ ...nobody, ...phone, contact_id: '11' }, { ...nobody, ...email, claimed_by: 'a', claimed_at: 5, claimed_until: 10 }]).execute();

		const journal = await SqliteJournal.on(database);
		expect(await journal.identities.find([phone, email])).toEqual(['11', undefined]);
		expect(await journal.identities.claim([{ ...phone, name: 'Асель' }, email], 'b', 1_000, 7)).toEqual([{ state: 'claimed', others: ['11'] }, { state: 'busy', until: 10 }]);
		expect(await journal.identities.claim([email], 'b', 1_000, 20)).toEqual([{ state: 'claimed', abandonedSince: 5 }]);
		await journal.close();
	});
});
