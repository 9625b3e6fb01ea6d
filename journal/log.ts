import { sql, type Insertable, type Kysely } from 'kysely';
import { z } from 'zod/v4';
import { orderKeyText, type OrderKey } from '../core/order/order';
import { chunks } from './chunks';
import type { ApiCall, AttentionEpisode, PairId, StageChange } from './journal';
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
		this.callRows.push(...calls.map(({ orders, ...call }) => ({ ...call, orders: orders === undefined ? null : JSON.stringify(orders) })));
		return this.soon();
	}

	async stages(changes: readonly StageChange[]): Promise<void> {
		this.stageRows.push(
			...changes.map(({ pair, order, side, from, to, at, noticedAt, by, who }) => ({
				...columnsOf(order),
				pair,
				side,
				from_stage: from ?? null,
				to_stage: to,
				at,
				by,
				who: who ?? null,
				noticed_at: noticedAt ?? null,
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
			.orderBy(({ fn }) => fn.coalesce('noticed_at', 'at'))
			.orderBy('id')
			.execute();
		return rows.map((row) => ({
			pair: row.pair,
			order: orderOf(row),
			side: side.parse(row.side),
			from: row.from_stage ?? undefined,
			to: row.to_stage,
			at: row.at,
			noticedAt: row.noticed_at ?? undefined,
			by: row.by,
			who: row.who ?? undefined,
		}));
	}

	async attention(pair: PairId, order: OrderKey): Promise<AttentionEpisode[]> {
		const rows = await this.db
			.selectFrom('attention')
			.selectAll()
			.where('order_key', '=', orderKeyText(order))
			.where('pair', '=', pair)
			.orderBy('id')
			.execute();
		return rows.map(({ reason, began_at, ended_at, ended_by }) => ({ reason, beganAt: began_at, endedAt: ended_at ?? undefined, endedBy: ended_by ?? undefined }));
	}

	async recentCalls(limit: number, orderNumber?: string): Promise<ApiCall[]> {
		await this.flush();
		const rows = await this.db
			.selectFrom('calls')
			.selectAll()
			.$if(orderNumber !== undefined, (query) => query.where(sql<boolean>`exists (select 1 from json_each(calls.orders) where value = ${orderNumber ?? ''})`))
			.orderBy('id', 'desc')
			.limit(limit)
			.execute();
		return rows.map(({ at, api, method, route, status, ms, attempt, result, orders }) => ({
			at, api, method, route, status, ms, attempt, result,
			...(orders === null ? {} : { orders: orderNumbers.parse(JSON.parse(orders)) }),
		}));
	}

	async purge(before: number): Promise<number> {
		await this.flush();
		return this.db.transaction().execute(async (trx) => {
			const calls = await trx.deleteFrom('calls').where('at', '<', before).executeTakeFirstOrThrow();
			const stages = await trx.deleteFrom('stage_changes').where('at', '<', before).executeTakeFirstOrThrow();
			const attention = await trx.deleteFrom('attention').where('ended_at', '<', before).executeTakeFirstOrThrow();
			const claims = await trx.deleteFrom('claims').where(sql<number>`coalesce(until, abandoned_since)`, '<', before).executeTakeFirstOrThrow();
			return Number(calls.numDeletedRows + stages.numDeletedRows + attention.numDeletedRows + claims.numDeletedRows);
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

const orderNumbers = z.array(z.string());
const side = z.enum(['marketplace', 'crm']);
