import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { lookup } from '../../journal/contactIndex';
import type { ContactKey, Journal } from '../../journal/journal';
import { NodeSqliteDialect } from '../../journal/nodeSqliteDialect';
import { openJournal } from '../../journal/open';
import type { JournalTables } from '../../journal/tables';
import { freshFile, removeFolders } from '../journal/folder';

afterAll(removeFolders);

let journal: Journal;
let file: string;
beforeEach(async () => {
	file = freshFile();
	journal = await openJournal({ file });
});
afterEach(() => journal.close());

const account = 'crm.example';
const minute = 60_000;
const phone = (value: string): ContactKey => ({ kind: 'phone', value });
const email = (value: string): ContactKey => ({ kind: 'email', value });
const contact = (id: string, ...keys: ContactKey[]) => ({ id, keys });

async function fill(...contacts: ReturnType<typeof contact>[]): Promise<void> {
	await journal.contactIndex.begin(account, 'KZ/1', 'a/1', minute, 0);
	await journal.contactIndex.anchor(account, 'a/1', 'c0');
	await journal.contactIndex.savePage(account, 'a/1', contacts, 'p1', minute, 0);
	await journal.contactIndex.finish(account, 'a/1', 1);
}

/** The process id of somebody who is gone, as `processOwner` writes it. */
function goneOwner(): string {
	const { pid } = spawnSync('true');
	const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
	return `${pid}.1@${boot}+${readlinkSync('/proc/self/ns/pid')}/x`;
}

it('names every contact of a key, of this account and this kind only, and replaces what a contact has', async () => {
	await fill(contact('1', phone('+77015550001')), contact('2', phone('+77015550001'), email('a@example.test')), contact('3'));
	const keys = [phone('+77015550001'), email('a@example.test'), email('+77015550001'), phone('+77015550009')];
	expect((await journal.contactIndex.find(account, keys)).map((ids) => [...ids].sort())).toEqual([['1', '2'], ['2'], [], []]);
	expect(await journal.contactIndex.find('other.example', keys)).toEqual([[], [], [], []]);
	await journal.contactIndex.replace(account, [contact('2', phone('+77015550009')), contact('1')]);
	expect(await journal.contactIndex.find(account, keys)).toEqual([[], [], [], ['2']]);
});

it('is looked up by its primary key', () => {
	const database = new DatabaseSync(file);
	const db = new Kysely<JournalTables>({ dialect: new NodeSqliteDialect(database) });
	const { sql, parameters } = lookup(db, account, 'phone', ['+77015550001', '+77015550002']).compile();
	const texts = parameters.map(String);
	const plan = database.prepare(`explain query plan ${sql}`).all(...texts).map(({ detail }) => String(detail));
	expect(plan).toEqual([expect.stringMatching(/^SEARCH contact_index USING PRIMARY KEY \(value=\? AND account=\? AND kind=\?\)$/)]);
	const replacing = database.prepare('explain query plan delete from contact_index where contact_id in (?, ?) and account = ?').all('1', '2', account);
	expect(replacing.map(({ detail }) => String(detail))).toEqual([expect.stringContaining('contact_index_contact (contact_id=? AND account=?)')]);
	database.close();
});

it('is taken over from a process that is gone, at once, and from a silent one when its time is over', async () => {
	const gone = goneOwner();
	expect(await journal.contactIndex.begin(account, 'KZ/1', gone, 60 * minute, 0)).toMatchObject({ kind: 'ours' });
	await journal.contactIndex.savePage(account, gone, [contact('1', phone('+77015550001'))], 'p1', 60 * minute, 0);
	expect(await journal.contactIndex.begin(account, 'KZ/1', 'b/1', minute, 1)).toMatchObject({ kind: 'ours', state: { pageCursor: 'p1', read: 1 } });
	expect(await journal.contactIndex.begin(account, 'KZ/1', 'c/1', minute, 2)).toMatchObject({ kind: 'busy' });
	expect(await journal.contactIndex.begin(account, 'KZ/1', 'c/1', minute, 2 * minute)).toMatchObject({ kind: 'ours' });
	// The silent one is back, and has lost it.
	expect(await journal.contactIndex.savePage(account, 'b/1', [contact('9', phone('+77015550009'))], 'p9', minute, 2 * minute)).toBe(false);
	expect(await journal.contactIndex.finish(account, 'b/1', 2 * minute)).toBe(false);
	expect(await journal.contactIndex.find(account, [phone('+77015550009')])).toEqual([[]]);
});

it('is emptied when it is begun by other rules, and kept when it is begun again by the same', async () => {
	await fill(contact('1', phone('+77015550001')));
	expect(await journal.contactIndex.begin(account, 'KZ/1', 'b/1', minute, 5)).toMatchObject({ kind: 'warm', state: { read: 1, finishedAt: 1 } });
	expect(await journal.contactIndex.begin(account, 'KZ/2', 'b/1', minute, 5)).toMatchObject({ kind: 'ours', state: { phase: 'filling', read: 0 } });
	expect(await journal.contactIndex.find(account, [phone('+77015550001')])).toEqual([[]]);
});

it('takes the changes of one of two readers who began at the same place', async () => {
	await fill();
	expect(await journal.contactIndex.refresh(account, [contact('1', phone('+77015550001'))], 'c0', 'c1', 9)).toBe(true);
	expect(await journal.contactIndex.refresh(account, [contact('1')], 'c0', 'c1b', 9)).toBe(false);
	expect(await journal.contactIndex.find(account, [phone('+77015550001')])).toEqual([['1']]);
	expect(await journal.contactIndex.state(account)).toMatchObject({ changedCursor: 'c1', lookedAt: 9 });
});
