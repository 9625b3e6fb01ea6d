import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Journal } from './journal';
import { busyTimeoutMs, isBusy } from './nodeSqliteDialect';
import { SqliteJournal } from './sqlite';
import { JournalUnavailable } from './unavailable';

export { JournalUnavailable } from './unavailable';
export { processOwner } from './owner';

export interface OpenOptions {
	/** Default: `marketplace-crm/journal.sqlite` in n8n's user folder. */
	file?: string;
	/** Epoch ms; for tests. The first to open a file decides. */
	now?: () => number;
}

/** In n8n's user folder, which every deployment of n8n keeps between restarts. */
export const defaultJournalFile = (): string =>
	join(process.env.N8N_USER_FOLDER ?? homedir(), '.n8n', 'marketplace-crm', 'journal.sqlite');

/**
 * The journal of this process: one instance per file, shared by every node and execution. Phones, e-mails and order numbers are in
 * it, so the folder and the file are readable by n8n's user only.
 * @throws JournalUnavailable with advice for the person who runs n8n
 */
export async function openJournal(options: OpenOptions = {}): Promise<Journal> {
	refuseQueueMode();
	const file = resolve(options.file ?? defaultJournalFile());
	const known = opened.get(file);
	if (known !== undefined) return known;
	const opening = open(file, options.now ?? Date.now);
	opened.set(file, opening);
	// A journal that could not be opened is tried again by the next execution.
	opening.catch(() => opened.delete(file));
	return opening;
}

/** By path; global, because n8n may have loaded this module twice and two connections of one process get in each other's way. */
const opened: Map<string, Promise<Journal>> = sharedMap();

function sharedMap(): Map<string, Promise<Journal>> {
	const name = Symbol.for('n8n-nodes-marketplace-crm.journals');
	const found: unknown = Reflect.get(globalThis, name);
	if (found instanceof Map) return found;
	const fresh = new Map<string, Promise<Journal>>();
	Reflect.set(globalThis, name, fresh);
	return fresh;
}

const open = async (file: string, now: () => number): Promise<Journal> =>
	SqliteJournal.on(await connect(file), { now, onClose: () => void opened.delete(file) });

function refuseQueueMode(): void {
	if (process.env.EXECUTIONS_MODE !== 'queue') return;
	throw new JournalUnavailable(
		'The journal of marketplace orders does not work with n8n in queue mode: workers do not share the embedded journal file.',
		'Run n8n in regular mode (EXECUTIONS_MODE=regular). This version has no journal that several n8n machines could share.',
	);
}

async function connect(file: string): Promise<DatabaseSync> {
	const sqlite = process.getBuiltinModule?.('node:sqlite');
	if (sqlite === undefined) {
		throw new JournalUnavailable(
			`The journal needs Node.js 22.13 or newer, which has SQLite built in; this n8n runs on ${process.version}.`,
			'Run n8n on Node.js 24 (its official Docker image has it).',
		);
	}
	try {
		makePrivate(file);
		const database = new sqlite.DatabaseSync(file, { enableForeignKeyConstraints: true });
		await setUp(database);
		return database;
	} catch (error) {
		throw new JournalUnavailable(
			`The journal file ${file} cannot be opened (${error instanceof Error ? error.message : String(error)}).`,
			'Make sure that the folder exists, is writable for the user that runs n8n, is on a local disk with free space, and that the file is a journal.',
			error,
		);
	}
}

function makePrivate(file: string): void {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	// SQLite gives its -wal and -shm files the mode of the database.
	closeSync(openSync(file, 'a', 0o600));
	chmodSync(file, 0o600);
}

async function setUp(database: DatabaseSync): Promise<void> {
	database.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
	for (let attempt = 1; ; attempt++) {
		try {
			// The first process to open a new file needs it for itself for a moment.
			database.exec('pragma journal_mode = wal');
			break;
		} catch (error) {
			if (!isBusy(error) || attempt >= 50) throw error;
			await new Promise((done) => setTimeout(done, 10 + Math.random() * 50));
		}
	}
	// Phones that nobody needs any more are overwritten where they stood; `Journal.erase()` takes what SQLite has moved about.
	database.exec('pragma secure_delete = on');
	// With WAL this survives a crash of n8n; a power cut may cost the last transactions, never the file.
	database.exec('pragma synchronous = normal');
}
