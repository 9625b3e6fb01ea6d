import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultJournalFile, JournalUnavailable, openJournal } from '../../journal/open';
import { freshFile, link, order, pair, removeFolders } from './folder';

afterAll(removeFolders);

const environment = { ...process.env };
afterEach(() => {
	process.env = { ...environment };
});

const failureOf = async (run: Promise<unknown>): Promise<JournalUnavailable> => {
	const error: unknown = await run.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof JournalUnavailable)) throw new Error(`Not a JournalUnavailable: ${String(error)}`);
	return error;
};

describe('openJournal', () => {
	it('makes a private folder and a private file', async () => {
		const file = freshFile();
		const journal = await openJournal({ file });
		expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
		for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600);
		await journal.close();
	});

	it('lives in the user folder of n8n', () => {
		process.env.N8N_USER_FOLDER = '/data';
		expect(defaultJournalFile()).toBe(join('/data', '.n8n', 'marketplace-crm', 'journal.sqlite'));
	});

	it('gives one instance per file, also to those who ask at the same time, and a new one after it was closed', async () => {
		const file = freshFile();
		const [one, two] = await Promise.all([openJournal({ file }), openJournal({ file: join(dirname(file), '.', 'journal.sqlite') })]);
		expect(one).toBe(two);
		await one.links.save([link(1)]);
		await one.close();
		const three = await openJournal({ file });
		expect(three).not.toBe(one);
		expect(await three.links.byOrders(pair, [order(1)])).toHaveLength(1);
		await three.close();
	});

	it('refuses queue mode and says what to configure', async () => {
		process.env.EXECUTIONS_MODE = 'queue';
		const { message, advice } = await failureOf(openJournal({ file: freshFile() }));
		expect(message).toContain('queue mode');
		expect(advice).toContain('EXECUTIONS_MODE=regular');
	});

	it('says which Node it needs where SQLite is missing', async () => {
		const real = process.getBuiltinModule;
		jest.spyOn(process, 'getBuiltinModule').mockImplementation((name: string) => (name === 'node:sqlite' ? undefined : real(name)));
		const { message, advice } = await failureOf(openJournal({ file: freshFile() }));
		jest.restoreAllMocks();
		expect(message).toContain('22.13');
		expect(advice).toContain('Node.js 24');
	});

	it('names the file that cannot be opened, and tries again the next time', async () => {
		const file = freshFile();
		writeFileSync(dirname(file), 'a file where a folder should be');
		const failure = await failureOf(openJournal({ file }));
		expect(failure.message).toContain(file);
		expect(failure.advice).toContain('writable');
	});

	it('does not touch a file that is no journal', async () => {
		const file = freshFile();
		await (await openJournal({ file })).close();
		writeFileSync(file, 'this is no database at all, and it is long enough to look at');
		expect((await failureOf(openJournal({ file }))).message).toContain('not a database');
	});

	it('refuses a journal of a newer version', async () => {
		const file = freshFile();
		await (await openJournal({ file })).close();
		const sqlite = process.getBuiltinModule('node:sqlite');
		const newer = new sqlite.DatabaseSync(file);
		newer.exec("insert into kysely_migration (name, timestamp) values ('999-later', '2099-01-01')");
		newer.close();
		const { message, advice } = await failureOf(openJournal({ file }));
		expect(message).toContain('newer version');
		expect(advice).toContain('Update');
	});
});
