import type { Insertable, Kysely } from 'kysely';
import { z } from 'zod/v4';
import { orderKeyText, type OrderKey } from '../core/order/order';
import { chunks } from './chunks';
import type { ApiCall, PairId, StageChange } from './journal';
import { columnsOf, orderOf } from './orderColumns';
import type { CallRow, JournalTables, StageChangeRow } from './tables';

const flushAfterMs = 250;
const flushAtRows = 200;

/** API calls and stage history. Rows are written in bundles, so logging a call costs nothing; a crash loses the last quarter of a second. */
export class LogStore {
	private callRows: Insertable<CallRow>[] = [];
	private stageRows: Insertable<StageChangeRow>[] = [];
	private timer: NodeJS.Timeout | undefined;
	private flushing: Promise<void> = Promise.resolve();
	/** A bundle that could not be written in the background; told to the next one who logs. */
	private missed: { error: unknown } | undefined;

	constructor(private readonly db: Kysely<JournalTables>) {}

	async calls(calls: readonly ApiCall[]): Promise<void> {
		this.callRows.push(...calls.map((call) => ({ ...call })));
		return this.soon();
	}

	async stages(changes: readonly StageChange[]): Promise<void> {
		this.stageRows.push(
			...changes.map(({ pair, order, side, from, to, at, by }) => ({
				...columnsOf(order),
				pair,
				side,
				from_stage: from ?? null,
				to_stage: to,
				at,
				by,
			})),
		);
		return this.soon();
	}

	async history(pair: PairId, order: OrderKey): Promise<StageChange[]> {
		await this.flush();
		const rows = await this.db
			.selectFrom('stage_changes')
			.selectAll()
			.where('pair', '=', pair)
			.where('order_key', '=', orderKeyText(order))
			.orderBy('at')
			.orderBy('id')
			.execute();
		return rows.map((row) => ({
			pair: row.pair,
			order: orderOf(row),
			side: side.parse(row.side),
			from: row.from_stage ?? undefined,
			to: row.to_stage,
			at: row.at,
			by: row.by,
		}));
	}

	async recentCalls(limit: number): Promise<ApiCall[]> {
		await this.flush();
		const rows = await this.db.selectFrom('calls').selectAll().orderBy('id', 'desc').limit(limit).execute();
		return rows.map(({ at, api, method, route, status, ms, attempt, result }) => ({ at, api, method, route, status, ms, attempt, result }));
	}

	async purge(before: number): Promise<number> {
		await this.flush();
		return this.db.transaction().execute(async (trx) => {
			const calls = await trx.deleteFrom('calls').where('at', '<', before).executeTakeFirstOrThrow();
			const stages = await trx.deleteFrom('stage_changes').where('at', '<', before).executeTakeFirstOrThrow();
			return Number(calls.numDeletedRows + stages.numDeletedRows);
		});
	}

	/** Writes what is waiting, after the bundle that is being written now. */
	async flush(): Promise<void> {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.flushing = this.flushing.then(() => this.write());
		return this.flushing;
	}

	private async soon(): Promise<void> {
		const { missed } = this;
		this.missed = undefined;
		if (missed !== undefined) throw missed.error;
		if (this.callRows.length + this.stageRows.length >= flushAtRows) return this.flush();
		// Unref'd: a log is no reason to keep a process alive; `close()` writes the rest.
		this.timer ??= setTimeout(() => void this.flush().catch((error: unknown) => this.miss(error)), flushAfterMs).unref();
	}

	private miss(error: unknown): void {
		this.missed = { error };
		this.flushing = Promise.resolve();
	}

	private async write(): Promise<void> {
		const { callRows, stageRows } = this;
		if (callRows.length + stageRows.length === 0) return;
		this.callRows = [];
		this.stageRows = [];
		await this.db.transaction().execute(async (trx) => {
			for (const rows of chunks(callRows, 100)) await trx.insertInto('calls').values(rows).execute();
			for (const rows of chunks(stageRows, 100)) await trx.insertInto('stage_changes').values(rows).execute();
		});
	}
}

const side = z.enum(['marketplace', 'crm']);
