import type { Kysely } from 'kysely';
import { z } from 'zod/v4';
import { commandNames, orderKeyText, type OrderKey } from '../core/order/order';
import { chunks } from './chunks';
import type { Intent, PairId } from './journal';
import { columnsOf, orderOf } from './orderColumns';
import type { IntentRow, JournalTables } from './tables';

/** Writes that must not happen twice, one per order and action. */
export class IntentStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async begin(intents: readonly Omit<Intent, 'state' | 'reason'>[]): Promise<{ fresh: boolean; intent: Intent }[]> {
		return this.db.transaction().execute(async (trx) => {
			const begun: { fresh: boolean; intent: Intent }[] = [];
			for (const intent of intents) {
				const row: IntentRow = { ...columnsOf(intent.order), pair: intent.pair, action: intent.action, state: 'sent', at: intent.at, reason: null };
				const inserted = await trx
					.insertInto('intents')
					.values(row)
					.onConflict((conflict) => conflict.columns(['pair', 'order_key', 'action']).doNothing())
					.returning('at')
					.executeTakeFirst();
				if (inserted !== undefined) {
					begun.push({ fresh: true, intent: intentOf(row) });
					continue;
				}
				const known = await trx
					.selectFrom('intents')
					.selectAll()
					.where('pair', '=', row.pair)
					.where('order_key', '=', row.order_key)
					.where('action', '=', row.action)
					.executeTakeFirstOrThrow();
				begun.push({ fresh: false, intent: intentOf(known) });
			}
			return begun;
		});
	}

	async end(pair: PairId, order: OrderKey, action: Intent['action'], state: 'applied' | 'refused', reason?: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx
				.updateTable('intents')
				.set({ state, reason: reason ?? null })
				.where('pair', '=', pair)
				.where('order_key', '=', orderKeyText(order))
				.where('action', '=', action)
				.execute();
		});
	}

	async forget(pair: PairId, order: OrderKey, action: Intent['action']): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx
				.deleteFrom('intents')
				.where('pair', '=', pair)
				.where('order_key', '=', orderKeyText(order))
				.where('action', '=', action)
				.execute();
		});
	}

	async of(pair: PairId, orders: readonly OrderKey[]): Promise<Intent[]> {
		const found: Intent[] = [];
		for (const keys of chunks(orders.map(orderKeyText))) {
			const rows = await this.db.selectFrom('intents').selectAll().where('pair', '=', pair).where('order_key', 'in', keys).execute();
			found.push(...rows.map(intentOf));
		}
		return found;
	}
}

const actionName = z.enum([...commandNames, 'create_deal', 'dispute_task']);
const intentState = z.enum(['sent', 'applied', 'refused']);

const intentOf = (row: IntentRow): Intent => ({
	pair: row.pair,
	order: orderOf(row),
	action: actionName.parse(row.action),
	state: intentState.parse(row.state),
	at: row.at,
	reason: row.reason ?? undefined,
});
