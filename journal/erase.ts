import { sql, type Kysely } from 'kysely';
import { z } from 'zod/v4';
import { busyTimeoutMs } from './nodeSqliteDialect';
import { isBusy, JournalUnavailable } from './unavailable';

/** How long other processes are waited for, ms. */
const longestWaitMs = 5_000;

/**
 * Leaves no trace of deleted rows: `secure_delete` overwrites a row where it stood, but copies that SQLite made when it moved rows between
 * pages stay, so the file is written anew, and what was written before is cut off the WAL.
 * @returns false when another process reads or writes, so that traces may be left
 */
export async function erase<Tables>(db: Kysely<Tables>): Promise<boolean> {
	const deadline = Date.now() + longestWaitMs;
	return (await retried(deadline, () => rewritten(db))) && (await retried(deadline, () => truncated(db)));
}

async function retried(deadline: number, attempt: () => Promise<boolean>): Promise<boolean> {
	for (;;) {
		if (await attempt()) return true;
		if (Date.now() > deadline) return false;
		await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 30));
	}
}

/** Without SQLite's own waiting, which would hold up the whole process. */
const atOnce = <Tables, Result>(db: Kysely<Tables>, run: (db: Kysely<Tables>) => Promise<Result>): Promise<Result> =>
	db.connection().execute(async (connection) => {
		await sql`pragma busy_timeout = 0`.execute(connection);
		try {
			return await run(connection);
		} finally {
			await sql.raw(`pragma busy_timeout = ${busyTimeoutMs}`).execute(connection);
		}
	});

const rewritten = <Tables>(db: Kysely<Tables>): Promise<boolean> =>
	atOnce(db, async (connection) => {
		try {
			await sql`vacuum`.execute(connection);
			return true;
		} catch (error) {
			if (isBusy(error)) return false;
			throw new JournalUnavailable(
				`What was deleted may still be read in the journal's file, which could not be written anew (${error instanceof Error ? error.message : String(error)}).`,
				'The rows themselves are deleted. Make sure that the disk has as much free space as the journal is large, and run the operation once more.',
				error,
			);
		}
	});

const checkpoint = z.object({ rows: z.tuple([z.object({ busy: z.number() })]) });

const truncated = <Tables>(db: Kysely<Tables>): Promise<boolean> =>
	atOnce(db, async (connection) => {
		try {
			const { rows } = checkpoint.parse(await sql`pragma wal_checkpoint(truncate)`.execute(connection));
			return rows[0].busy === 0;
		} catch (error) {
			// Readers are told by `busy`; somebody else's checkpoint or write by an error.
			if (isBusy(error)) return false;
			throw error;
		}
	});
