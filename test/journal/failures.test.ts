import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, openSync, rmSync, statSync, writeSync, closeSync } from 'node:fs';
import { dirname } from 'node:path';
import { JournalUnavailable, openJournal } from '../../journal/open';
import { SqliteJournal } from '../../journal/sqlite';
import { freshFile, hint, link, order, pair, removeFolders } from './folder';

jest.setTimeout(60_000);
afterAll(removeFolders);

const holders: ChildProcess[] = [];
afterEach(() => holders.splice(0).forEach((holder) => holder.kill('SIGKILL')));

const sqlite = process.getBuiltinModule('node:sqlite');

async function failureOf(run: Promise<unknown>): Promise<{ message: string; advice: string }> {
	const error: unknown = await run.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof JournalUnavailable)) throw new Error(`Not a JournalUnavailable: ${String(error)}`);
	return error;
}

const manyLinks = Array.from({ length: 20_000 }, (_, index) => link(index));

/** Overwrites the middle of the file, as a dying disk does. */
function damage(file: string, share: number): void {
	const { size } = statSync(file);
	const handle = openSync(file, 'r+');
	writeSync(handle, Buffer.alloc(16_384, 0xa5), 0, 16_384, Math.floor((size * share) / 4096) * 4096);
	closeSync(handle);
}

describe('a journal that cannot be used says which file, what happened and what to do', () => {
	it('when the disk is full, and goes on when there is room again', async () => {
		const file = freshFile();
		mkdirSync(dirname(file));
		const database = new sqlite.DatabaseSync(file);
		database.exec('pragma journal_mode = wal');
		const journal = await SqliteJournal.on(database, { file });
		await journal.links.save([link(1)]);
		database.exec('pragma max_page_count = 60');
		for (const run of [() => journal.links.save(manyLinks), () => journal.work.hint(pair, manyLinks.map((_, index) => hint(index)))]) {
			const { message, advice } = await failureOf(run());
			expect(message).toContain(file);
			expect(message).toContain('disk is full');
			expect(message).not.toContain('rollback');
			expect(advice).toContain('Free some space');
		}
		expect(await journal.links.count(pair)).toBe(1);
		database.exec('pragma max_page_count = 1000000');
		await journal.links.save(manyLinks);
		expect(await journal.links.count(pair)).toBe(20_000);
		await journal.close();
	});

	it.each([0.3, 0.6, 0.9])('when pages are damaged (%d of the way): at opening, before anything is decided by it', async (share) => {
		const file = freshFile();
		const journal = await openJournal({ file });
		await journal.links.save(manyLinks);
		await journal.close();
		damage(file, share);
		const { message, advice } = await failureOf(openJournal({ file }));
		expect(message).toContain(file);
		expect(message).toContain('damaged');
		expect(advice).toContain('backup');
	});

	it('when pages are damaged while it is open', async () => {
		const file = freshFile();
		await (await openJournal({ file })).close();
		const database = new sqlite.DatabaseSync(file);
		const journal = await SqliteJournal.on(database, { file });
		await journal.links.save(manyLinks);
		database.exec('pragma wal_checkpoint(truncate)');
		damage(file, 0.5);
		database.exec('pragma cache_size = 0');
		const { message, advice } = await failureOf(journal.links.byOrders(pair, manyLinks.map(({ order: key }) => key)));
		expect(message).toContain('damaged');
		expect(advice).toContain('backup');
		await journal.close().catch(() => undefined);
	});

	it('when another program holds the lock for longer than anybody waits, and then goes on', async () => {
		const file = freshFile();
		const journal = await openJournal({ file });
		const holder = spawn(process.execPath, [
			'-e',
			`const d = new (require('node:sqlite').DatabaseSync)(process.argv[1]); d.exec('begin immediate'); console.log('held'); process.stdin.once('data', () => { d.exec('rollback'); process.exit(); });`,
			file,
		]);
		holders.push(holder);
		await new Promise((held) => holder.stdout.once('data', held));
		const began = Date.now();
		const { message, advice } = await failureOf(journal.links.save([link(1)]));
		expect(Date.now() - began).toBeLessThan(25_000);
		expect(message).toContain(file);
		expect(message).toContain('locked by another program');
		expect(advice).toContain('backup program');
		const ended = new Promise((end) => holder.once('exit', end));
		holder.stdin.write('x');
		await ended;
		await journal.links.save([link(1)]);
		await journal.close();
	});

	it('when it is locked while it is opened', async () => {
		const file = freshFile();
		await (await openJournal({ file })).close();
		const other = new sqlite.DatabaseSync(file);
		other.exec('begin immediate');
		const { message } = await failureOf(openJournal({ file }));
		expect(message).toContain(file);
		expect(message).toContain('locked by another program');
		other.exec('rollback');
		other.close();
		await (await openJournal({ file })).close();
	});

	it('when it is read-only', async () => {
		const file = freshFile();
		await (await openJournal({ file })).close();
		const database = new sqlite.DatabaseSync(file);
		const journal = await SqliteJournal.on(database, { file });
		database.exec('pragma query_only = on');
		const { message, advice } = await failureOf(journal.links.save([link(1)]));
		expect(message).toContain(file);
		expect(message).toContain('read-only');
		expect(advice).toContain('user that runs n8n');
		await journal.close();
	});

	it('is opened anew when somebody has deleted the file or put a backup in its place while n8n runs', async () => {
		const file = freshFile();
		const first = await openJournal({ file });
		await first.links.save([link(1)]);
		await first.close();
		copyFileSync(file, `${file}.backup`);
		const second = await openJournal({ file });
		await second.links.save([link(2)]);
		for (const tail of ['', '-wal', '-shm']) rmSync(`${file}${tail}`, { force: true });
		copyFileSync(`${file}.backup`, file);
		const third = await openJournal({ file });
		expect(third).not.toBe(second);
		await third.links.save([link(3)]);
		expect((await third.links.byOrders(pair, [order(1), order(2), order(3)])).map(({ order: { id } }) => id).sort()).toEqual(['id-1', 'id-3']);
		expect(await openJournal({ file })).toBe(third);
		await second.close();
		expect(await openJournal({ file })).toBe(third);
		await third.close();
	});
});
