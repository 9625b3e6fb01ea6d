import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Journal } from '../../journal/journal';
import { openJournal } from '../../journal/open';
import { freshFile, removeFolders } from './folder';

const account = 'shop.example';
let file: string;
let journal: Journal;

beforeEach(async () => {
	file = freshFile();
	journal = await openJournal({ file });
});
afterEach(() => journal.close());
afterAll(removeFolders);

/** Everything that lies on the disk. */
const bytes = (): string => ['', '-wal', '-shm'].map((end) => (existsSync(file + end) ? readFileSync(file + end).toString('utf8') : '')).join('\n');

/** The same numbers in every run. */
function scattered(count: number): number[] {
	let seed = 1;
	return Array.from({ length: count }, () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648));
}

it('leaves nothing of forgotten people in the file and its WAL, however their rows have been moved about, and everything of the others', async () => {
	// Of one length each, so that none is the beginning of another.
	const digits = [...new Set(scattered(6_000).map((number) => String(100_000_000 + (number % 900_000_000))))];
	const people = digits.map((number, position) => ({ id: String(position), phone: `+77${number}`, email: `p${number}@example.test`, name: `Фамилия${number}` }));
	await journal.contactIndex.begin(account, 'KZ/1', 'a', 60_000, 0);
	for (let from = 0; from < people.length; from += 50) {
		const some = people.slice(from, from + 50);
		for (const { id, phone, email, name } of some) {
			await journal.identities.remember([{ account, kind: 'phone', value: phone, name }, { account, kind: 'email', value: email, name }], id);
		}
		await journal.contactIndex.savePage(account, 'a', some.map(({ id, phone }) => ({ id, keys: [{ kind: 'phone', value: phone }] })), String(from), 60_000, 0);
	}
	const gone = people.filter((_, position) => position % 4 === 0);
	const kept = people.filter((_, position) => position % 4 !== 0);
	const [first] = gone;
	expect(bytes()).toContain(first?.phone);
	expect(bytes()).toContain(first?.name);
	for (const { id, phone, email, name } of gone.slice(0, 200)) {
		await journal.merges.begin({ account, keepId: id, otherIds: [`${id}0000`], before: [{ id, name, phones: [phone], emails: [email], much: 'x'.repeat(Number(id) * 3) }], at: 0 });
		await journal.merges.refuse(account, id, [`${id}0000`], 'no', 1);
	}
	for (const { id } of gone) await journal.people.forget({ contactIds: [id], account, everything: true, brokenOffMerges: false, now: 0 });
	expect(await journal.erase()).toBe(true);

	const found = bytes();
	expect(gone.flatMap(({ phone, email, name }) => [phone, email, name].filter((text) => found.includes(text)))).toEqual([]);
	expect(kept.filter(({ phone }) => !found.includes(phone))).toEqual([]);
	expect(existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`).length : 0).toBe(0);
}, 120_000);

it('overwrites a row where it stood even before the file is rewritten', async () => {
	await journal.identities.assign([{ account, kind: 'phone', value: '+77015550001', name: 'Асель' }], '1');
	await journal.identities.forgetContact(account, '1');
	const other = new DatabaseSync(file);
	other.exec('pragma wal_checkpoint(truncate)');
	other.close();
	expect(bytes()).not.toContain('+77015550001');
});

it('says no while another process reads, does not hold this one up, and says yes afterwards', async () => {
	await journal.identities.assign([{ account, kind: 'phone', value: '+77015550001' }], '1');
	const reader = new DatabaseSync(file);
	reader.exec('begin');
	reader.prepare('select count(*) from identities').get();
	await journal.identities.forgetContact(account, '1');
	let ticks = 0;
	const timer = setInterval(() => ticks++, 50);
	expect(await journal.erase()).toBe(false);
	clearInterval(timer);
	expect(ticks).toBeGreaterThan(20);
	expect(bytes()).toContain('+77015550001');
	reader.exec('commit');
	expect(await journal.erase()).toBe(true);
	expect(bytes()).not.toContain('+77015550001');
	reader.close();
}, 60_000);

it('goes together with executions that write at the same moment', async () => {
	const writing = Array.from({ length: 100 }, (_, number) => journal.identities.assign([{ account, kind: 'phone', value: `+7701555${1000 + number}` }], String(number)));
	const erased = await Promise.all([journal.erase(), journal.erase(), ...writing]);
	expect(erased.slice(0, 2)).toEqual([true, true]);
	expect(await journal.identities.find([{ account, kind: 'phone', value: '+77015551099' }])).toEqual(['99']);
});
