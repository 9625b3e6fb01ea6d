import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod/v4';
import type { Journal } from './journal';
import { busyTimeoutMs } from './nodeSqliteDialect';
import { SqliteJournal } from './sqlite';
import { damagedFile, explainedOpening, isBusy, JournalUnavailable } from './unavailable';

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
	if (known !== undefined && known.isInPlace()) return known.journal;
	const entry: Opened = { journal: open(file, options.now ?? Date.now), isInPlace: () => true };
	opened.set(file, entry);
	const forget = (): void => {
		if (opened.get(file) === entry) opened.delete(file);
	};
	// A journal that could not be opened is tried again by the next execution.
	entry.journal.then(
		(journal) => {
			const identity = identityOf(file);
			entry.isInPlace = () => identityOf(file) === identity;
			closed.set(journal, forget);
		},
		forget,
	);
	return entry.journal;
}

interface Opened {
	journal: Promise<Journal>;
	/** False: somebody has deleted the file or put another one in its place. Executions that began with the old one end with it. */
	isInPlace(): boolean;
}

/** By path; global, because n8n may have loaded this module twice and two connections of one process get in each other's way. */
const opened: Map<string, Opened> = sharedMap();
/** What is to be done when a journal is closed. */
const closed = new WeakMap<Journal, () => void>();

function sharedMap(): Map<string, Opened> {
	const name = Symbol.for('n8n-nodes-marketplace-crm.journals.2');
	const found: unknown = Reflect.get(globalThis, name);
	if (found instanceof Map) return found;
	const fresh = new Map<string, Opened>();
	Reflect.set(globalThis, name, fresh);
	return fresh;
}

/** Which file this is, whatever its name. */
function identityOf(file: string): string | undefined {
	const found = statSync(file, { throwIfNoEntry: false });
	return found && `${found.dev}:${found.ino}`;
}

async function open(file: string, now: () => number): Promise<Journal> {
	const journal = await SqliteJournal.on(await connect(file), { file, now, onClose: () => closed.get(journal)?.() });
	return journal;
}

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
	let database: DatabaseSync | undefined;
	try {
		makePrivate(file);
		database = new sqlite.DatabaseSync(file, { enableForeignKeyConstraints: true });
		await setUp(database);
		check(database, file);
		return database;
	} catch (error) {
		database?.close();
		throw explainedOpening(error, file);
	}
}

/** About two milliseconds per MB, once a process; a larger file is checked as far as it is read. */
const checkedBytes = 2 ** 30;

const finding = z.object({ quick_check: z.string() });

/** Damage is to be told before anything is decided by what is left. */
function check(database: DatabaseSync, file: string): void {
	if (statSync(file).size > checkedBytes) return;
	const { quick_check: found } = finding.parse(database.prepare('pragma quick_check(1)').get());
	if (found !== 'ok') throw damagedFile(file, found);
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
