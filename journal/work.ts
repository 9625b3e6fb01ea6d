import { sql, type Kysely, type Transaction } from 'kysely';
import { z } from 'zod/v4';
import { orderKeyText, type OrderKey } from '../core/order/order';
import { decisions } from '../core/reconcile/reconcile';
import { chunks } from './chunks';
import type { Decided, Hint, LeaseRequest, PairId, Settlement, Work } from './journal';
import { columnsOf, orderOf } from './orderColumns';
import { isGone } from './owner';
import type { JournalTables, WorkRow } from './tables';

type Writing = Transaction<JournalTables>;

/** The queue: which orders need a look, when, and who is at it. A row lives from the first hint to a look that ends in `done`. */
export class WorkStore {
	constructor(
		private readonly db: Kysely<JournalTables>,
		private readonly now: () => number,
	) {}

	async hint(pair: PairId, hints: readonly Hint[]): Promise<void> {
		const now = this.now();
		await this.db.transaction().execute(async (trx) => {
			for (const some of chunks(hints, 50)) {
				await trx
					.insertInto('work')
					.values(some.map((hint) => freshRow(pair, hint, now)))
					.onConflict((conflict) =>
						conflict.columns(['pair', 'order_key']).doUpdateSet(({ ref }) => ({
							number: ref('excluded.number'),
							why: ref('excluded.why'),
							due_at: dueAtAfterHint,
							generation: sql<number>`work.generation + 1`,
							state: 'due',
						})),
					)
					.execute();
			}
		});
	}

	async reconsider(pair: PairId, setup: string, now: number): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx
				.updateTable('work')
				.set({ state: 'due', due_at: now, why: 'attention' })
				.where('pair', '=', pair)
				.where('state', '=', 'attention')
				.where(({ or, eb }) => or([eb('attention_setup', 'is not', setup), eb('due_at', '<=', now)]))
				.execute();
		});
	}

	async lease(request: LeaseRequest): Promise<Work[]> {
		const { now } = request;
		return this.db.transaction().execute(async (trx) => {
			await freeGone(trx, request.pair, now);
			const rows = await candidates(trx, request);
			for (const keys of chunks(rows.map((row) => row.order_key))) {
				await trx
					.updateTable('work')
					.set({ lease_owner: request.owner, lease_until: now + request.leaseMs })
					.where('pair', '=', request.pair)
					.where('order_key', 'in', keys)
					.execute();
			}
			return rows.map(workOf);
		});
	}

	async settle(pair: PairId, owner: string, settlements: readonly Settlement[], now: number): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			const held = new Map<string, WorkRow>();
			for (const keys of chunks(settlements.map(({ order }) => orderKeyText(order)))) {
				const rows = await trx
					.selectFrom('work')
					.selectAll()
					.where('pair', '=', pair)
					.where('lease_owner', '=', owner)
					.where('order_key', 'in', keys)
					.execute();
				rows.forEach((row) => held.set(row.order_key, row));
			}
			for (const settlement of settlements) {
				const row = held.get(orderKeyText(settlement.order));
				// Taken over by somebody else after the lease ran out: theirs is the later look.
				if (row !== undefined) await settleOne(trx, row, settlement, now);
			}
		});
	}

	async release(pair: PairId, owner: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx
				.updateTable('work')
				.set({ lease_owner: null, lease_until: null })
				.where('pair', '=', pair)
				.where('lease_owner', '=', owner)
				.execute();
		});
	}

	async decide(pair: PairId, decided: readonly Decided[]): Promise<void> {
		const now = this.now();
		await this.db.transaction().execute(async (trx) => {
			for (const { order, number, decision } of decided) {
				await trx
					.insertInto('work')
					.values({ ...freshRow(pair, { order, number, why: 'resolve' }, now), decision, decision_generation: 1 })
					.onConflict((conflict) =>
						conflict.columns(['pair', 'order_key']).doUpdateSet({
							number,
							decision,
							generation: sql<number>`work.generation + 1`,
							decision_generation: sql<number>`work.generation + 1`,
							state: 'due',
							due_at: now,
							why: 'resolve',
						}),
					)
					.execute();
			}
		});
	}

	async problems(pair: PairId | undefined, limit: number): Promise<Work[]> {
		const rows = await this.db
			.selectFrom('work')
			.selectAll()
			.$if(pair !== undefined, (query) => query.where('pair', '=', pair ?? ''))
			// Work in attention has failed too.
			.where('failing_since', 'is not', null)
			.orderBy('failing_since')
			.orderBy('order_key')
			.limit(limit)
			.execute();
		return rows.map(workOf);
	}

	async openOf(pair: PairId, orders: readonly OrderKey[]): Promise<OrderKey[]> {
		const found: OrderKey[] = [];
		for (const keys of chunks(orders.map(orderKeyText))) {
			const rows = await this.db.selectFrom('work').selectAll().where('pair', '=', pair).where('order_key', 'in', keys).execute();
			found.push(...rows.map(orderOf));
		}
		return found;
	}

	async countDue(pair: PairId, now: number): Promise<number> {
		const { count } = await this.db
			.selectFrom('work')
			.select(({ fn }) => fn.countAll<number>().as('count'))
			.where('pair', '=', pair)
			.where('state', '=', 'due')
			.where('due_at', '<=', now)
			.executeTakeFirstOrThrow();
		return count;
	}
}

/** Attention ends with a hint; failing work keeps its backoff, unless a person asks; otherwise the earlier time wins. */
const dueAtAfterHint = sql<number>`case
	when work.state = 'attention' then excluded.due_at
	when work.attempts > 0 and excluded.why <> 'resolve' then work.due_at
	else min(work.due_at, excluded.due_at)
end`;

/** Work that nobody holds: what is due, or the named orders (due as well, unless they are asked for even if not). */
async function candidates(trx: Writing, { pair, orders, evenIfNotDue, limit, now }: LeaseRequest): Promise<WorkRow[]> {
	const free = trx
		.selectFrom('work')
		.selectAll()
		.where('pair', '=', pair)
		.where('state', '=', 'due')
		.where(({ or, eb }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
		.$if(orders === undefined || evenIfNotDue !== true, (query) => query.where('due_at', '<=', now))
		.orderBy('due_at')
		.orderBy('order_key');
	if (orders === undefined) return free.limit(limit).execute();

	const found: WorkRow[] = [];
	for (const keys of chunks(orders.map(orderKeyText))) {
		if (found.length >= limit) break;
		found.push(...(await free.where('order_key', 'in', keys).limit(limit - found.length).execute()));
	}
	return found;
}

/** What a killed process held is free at once. */
async function freeGone(trx: Writing, pair: PairId, now: number): Promise<void> {
	const holders = await trx
		.selectFrom('work')
		.select('lease_owner')
		.distinct()
		.where('pair', '=', pair)
		.where('lease_owner', 'is not', null)
		.where('lease_until', '>', now)
		.execute();
	const gone = holders.map((row) => row.lease_owner).filter((owner) => owner !== null && isGone(owner));
	if (gone.length === 0) return;
	await trx.updateTable('work').set({ lease_owner: null, lease_until: null }).where('pair', '=', pair).where('lease_owner', 'in', gone).execute();
}

async function settleOne(trx: Writing, row: WorkRow, settlement: Settlement, now: number): Promise<void> {
	const wasHintedAgain = row.generation !== settlement.generation;
	await noteAttention(trx, row, settlement, now);
	if (settlement.result === 'done' && !wasHintedAgain) {
		await trx.deleteFrom('work').where('pair', '=', row.pair).where('order_key', '=', row.order_key).execute();
		return;
	}
	const end = endOf(row, settlement, now);
	// A decision that came after the lease has not been carried out; one that must be tried again has neither.
	const keepsDecision = settlement.result === 'again' || (row.decision_generation ?? 0) > settlement.generation;
	await trx
		.updateTable('work')
		.set({
			...end,
			...(wasHintedAgain ? { state: 'due', due_at: now } : {}),
			...(keepsDecision ? {} : { decision: null, decision_generation: null }),
			lease_owner: null,
			lease_until: null,
		})
		.where('pair', '=', row.pair)
		.where('order_key', '=', row.order_key)
		.execute();
}

/** Writes down since when a person is asked and why, and how that ended; in the transaction that settles the work. */
async function noteAttention(trx: Writing, { pair, order_key, attention_reason, decision, why }: WorkRow, settlement: Settlement, now: number): Promise<void> {
	const isSame = settlement.result === 'attention' && settlement.reason === attention_reason;
	if (settlement.result === 'again' || isSame) return;
	if (attention_reason !== null) {
		const endedBy = decision !== null ? `decision: ${decision}` : settlement.result === 'attention' ? 'another reason' : why;
		await trx
			.updateTable('attention')
			.set({ ended_at: now, ended_by: endedBy })
			.where('order_key', '=', order_key)
			.where('pair', '=', pair)
			.where('ended_at', 'is', null)
			.execute();
	}
	if (settlement.result === 'attention') await trx.insertInto('attention').values({ pair, order_key, reason: settlement.reason, began_at: now, ended_at: null, ended_by: null }).execute();
}

type End = Pick<WorkRow, 'state' | 'due_at' | 'attempts' | 'last_reason' | 'failing_since'> & Partial<Pick<WorkRow, 'attention_reason' | 'attention_setup'>>;

function endOf(row: WorkRow, settlement: Settlement, now: number): End {
	switch (settlement.result) {
		case 'done':
			return { state: 'due', due_at: now, attempts: 0, last_reason: null, failing_since: null, attention_reason: null, attention_setup: null };
		case 'again': {
			const waits = settlement.keepAttempts === true;
			return {
				state: 'due',
				due_at: settlement.dueAt,
				attempts: waits ? row.attempts : row.attempts + 1,
				last_reason: settlement.reason,
				failing_since: waits ? row.failing_since : (row.failing_since ?? now),
			};
		}
		case 'attention':
			return {
				state: 'attention',
				due_at: settlement.dueAt,
				attempts: row.attempts + 1,
				last_reason: settlement.reason,
				failing_since: row.failing_since ?? now,
				attention_reason: settlement.reason,
				attention_setup: settlement.setup,
			};
	}
}

const freshRow = (pair: PairId, hint: Hint, now: number): WorkRow => ({
	...columnsOf(hint.order),
	pair,
	number: hint.number,
	why: hint.why,
	state: 'due',
	due_at: hint.dueAt ?? now,
	attempts: 0,
	generation: 1,
	last_reason: null,
	failing_since: null,
	attention_reason: null,
	attention_setup: null,
	decision: null,
	decision_generation: null,
	lease_owner: null,
	lease_until: null,
});

const workState = z.enum(['due', 'attention']);
const decisionName = z.enum(decisions);

const workOf = (row: WorkRow): Work => ({
	pair: row.pair,
	order: orderOf(row),
	number: row.number,
	why: row.why,
	state: workState.parse(row.state),
	dueAt: row.due_at,
	attempts: row.attempts,
	generation: row.generation,
	lastReason: row.last_reason ?? undefined,
	failingSince: row.failing_since ?? undefined,
	attentionReason: row.attention_reason ?? undefined,
	decision: row.decision === null ? undefined : decisionName.parse(row.decision),
});
