/** The journal cannot be used, and nothing may be synchronised without it. */
export class JournalUnavailable extends Error {
	constructor(
		/** What happened. */
		message: string,
		/** What to do now. */
		readonly advice: string,
		cause?: unknown,
	) {
		super(message, { cause });
		this.name = 'JournalUnavailable';
	}
}

interface Explanation {
	what: string;
	advice: string;
}

const full: Explanation = {
	what: 'could not be written: the disk is full',
	advice: 'Free some space on the disk that holds this file (at least as much as the file is large). Nothing is lost: what was not done is done by the next run.',
};
const readOnly: Explanation = {
	what: 'cannot be written: the file, its folder or the disk is read-only for n8n',
	advice: 'Make the folder and the files in it writable for the user that runs n8n (chown, chmod), and mount the volume read-write. Nothing is lost: what was not done is done by the next run.',
};
const damaged: Explanation = {
	what: 'is damaged',
	advice:
		'Stop n8n, move this file and those with -wal and -shm at the end of their names away, put a backup in their place or none, and start n8n: deals and buyers are found again by the keys on their cards. Check the disk. More: docs/operations.md, "If it is lost".',
};
const locked: Explanation = {
	what: 'was locked by another program for longer than n8n waits (15 seconds)',
	advice: 'Find out who has the file open (a backup program, a database browser, a second n8n) and let it finish. Nothing is lost: what was not done is done by the next run.',
};
const diskError: Explanation = {
	what: 'could not be read or written: the disk reports an error',
	advice: 'Check the disk: it must be a local one (no network drive) with free space, and its health. Nothing is lost: what was not done is done by the next run.',
};
const notOpened: Explanation = {
	what: 'cannot be opened',
	advice: 'Make sure that the folder exists, is writable for the user that runs n8n, is on a local disk with free space, and that the file is a journal.',
};

/** By SQLite's primary result code (sqlite.org/rescode.html). */
const bySqliteCode: ReadonlyMap<number, Explanation> = new Map([
	[5, locked],
	[6, locked],
	[8, readOnly],
	[10, diskError],
	[11, damaged],
	[13, full],
	[14, notOpened],
	[26, damaged],
]);

/** By the operating system's word. */
const byErrno: ReadonlyMap<string, Explanation> = new Map([
	['EACCES', readOnly],
	['EPERM', readOnly],
	['EROFS', readOnly],
	['ENOSPC', full],
	['EDQUOT', full],
	['EIO', diskError],
]);

const unavailable = (file: string, { what, advice }: Explanation, cause: unknown): JournalUnavailable =>
	new JournalUnavailable(`The journal file ${file} ${what} (${cause instanceof Error ? cause.message : String(cause)}).`, advice, cause);

/** In words that a person can act on, when the file is to blame; whatever else went wrong stays as it is. */
export function explained(error: unknown, file: string): unknown {
	const code = sqliteCode(error);
	const explanation = code === undefined ? undefined : bySqliteCode.get(code);
	return explanation === undefined ? error : unavailable(file, explanation, error);
}

/** The same for an opening, where everything is the file's fault. */
export function explainedOpening(error: unknown, file: string): JournalUnavailable {
	const known = explained(error, file);
	if (known instanceof JournalUnavailable) return known;
	return unavailable(file, byErrno.get(errnoOf(error)) ?? notOpened, error);
}

/** Found by `pragma quick_check`. */
export const damagedFile = (file: string, finding: string): JournalUnavailable => unavailable(file, damaged, finding);

/** SQLITE_BUSY and its variants, explained or not. */
export const isBusy = (error: unknown): boolean => sqliteCode(error instanceof JournalUnavailable ? error.cause : error) === 5;

/** The low byte is the class of the result code. */
const sqliteCode = (error: unknown): number | undefined =>
	typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

const errnoOf = (error: unknown): string =>
	typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
