import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
	CompiledQuery,
	SqliteAdapter,
	SqliteDialect,
	SqliteDriver,
	type DatabaseConnection,
	type DialectAdapter,
	type Driver,
	type SqliteDatabase,
	type SqliteStatement,
} from 'kysely';
import { explained, isBusy } from './unavailable';

/**
 * Kysely's SQLite dialect over Node's own `node:sqlite`.
 * Transactions take the write lock at once (`BEGIN IMMEDIATE`): one that read first and wanted to write later could be refused.
 */
export class NodeSqliteDialect extends SqliteDialect {
	/** @param file as errors name it */
	constructor(
		private readonly database: DatabaseSync,
		private readonly file = 'journal.sqlite',
	) {
		super({ database: asKyselyDatabase(database, file) });
	}

	override createDriver(): Driver {
		return new ImmediateDriver({ database: asKyselyDatabase(this.database, this.file) });
	}

	override createAdapter(): DialectAdapter {
		return new TransactionalAdapter();
	}
}

/** SQLite can undo DDL, so that all migrations are one transaction, and its write lock is the lock between processes. */
class TransactionalAdapter extends SqliteAdapter {
	override get supportsTransactionalDdl(): boolean {
		return true;
	}
}

/** How long a transaction waits for the write lock of others, ms: theirs take milliseconds. */
const longestWaitMs = 15_000;

class ImmediateDriver extends SqliteDriver {
	/**
	 * Waits for the lock without blocking the event loop, as SQLite's own busy timeout would: n8n serves webhooks meanwhile, and a
	 * second connection of this very process could never finish what we are waiting for.
	 */
	override async beginTransaction(connection: DatabaseConnection): Promise<void> {
		const deadline = Date.now() + longestWaitMs;
		await connection.executeQuery(CompiledQuery.raw('pragma busy_timeout = 0'));
		try {
			for (;;) {
				try {
					await connection.executeQuery(CompiledQuery.raw('begin immediate'));
					return;
				} catch (error) {
					if (!isBusy(error) || Date.now() > deadline) throw error;
					await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 10));
				}
			}
		} finally {
			await connection.executeQuery(CompiledQuery.raw(`pragma busy_timeout = ${busyTimeoutMs}`));
		}
	}

	/** A full disk or a damaged page makes SQLite roll back by itself: that there is nothing left to undo must not hide why. */
	override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
		try {
			await super.rollbackTransaction(connection);
		} catch (error) {
			if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
		}
	}
}

/** For everything but the start of a transaction, ms. */
export const busyTimeoutMs = 5_000;

/** Statements are kept prepared; texts with IN lists vary, so the oldest go. */
const keptStatements = 200;

function asKyselyDatabase(database: DatabaseSync, file: string): SqliteDatabase {
	const statements = new Map<string, SqliteStatement>();
	return {
		prepare(text) {
			const known = statements.get(text);
			if (known !== undefined) return known;
			const statement = asKyselyStatement(inWords(file, () => database.prepare(text)), file);
			const [oldest] = statements.keys();
			if (statements.size >= keptStatements && oldest !== undefined) statements.delete(oldest);
			statements.set(text, statement);
			return statement;
		},
		close: () => database.close(),
	};
}

function asKyselyStatement(statement: StatementSync, file: string): SqliteStatement {
	return {
		reader: statement.columns().length > 0,
		all: (parameters) => inWords(file, () => statement.all(...parameters.map(asInput))),
		run: (parameters) => inWords(file, () => statement.run(...parameters.map(asInput))),
		iterate: (parameters) => inWords(file, () => statement.iterate(...parameters.map(asInput))),
	};
}

function inWords<T>(file: string, run: () => T): T {
	try {
		return run();
	} catch (error) {
		throw explained(error, file);
	}
}

function asInput(value: unknown): SQLInputValue {
	if (value === undefined || value === null) return null;
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
	throw new TypeError(`SQLite cannot store a ${typeof value}`);
}
