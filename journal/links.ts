import type { Kysely } from 'kysely';
import { z } from 'zod/v4';
import { orderKeyText, type OrderKey } from '../core/order/order';
import type { ActiveOrder, KnownOrders } from '../core/ports';
import type { Agreed } from '../core/reconcile/reconcile';
import { orderStages } from '../core/order/stage';
import { chunks } from './chunks';
import type { Link, PairId } from './journal';
import { columnsOf, orderOf } from './orderColumns';
import type { JournalTables, LinkRow } from './tables';

const stage = z.enum(orderStages);
const stageOrUnknown = z.union([stage, z.literal('unknown')]);

/** Which deal and contact an order has, and where both sides last agreed. */
export class LinkStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async byOrders(pair: PairId, orders: readonly OrderKey[]): Promise<Link[]> {
		const found: Link[] = [];
		for (const keys of chunks(orders.map(orderKeyText))) {
			const rows = await this.db.selectFrom('links').selectAll().where('pair', '=', pair).where('order_key', 'in', keys).execute();
			found.push(...rows.map(linkOf));
		}
		return found;
	}

	async byNumber(pair: PairId, number: string): Promise<Link | undefined> {
		const row = await this.db
			.selectFrom('links')
			.selectAll()
			.where('pair', '=', pair)
			.where('number', '=', number)
			.orderBy('order_created_at', 'desc')
			.limit(1)
			.executeTakeFirst();
		return row === undefined ? undefined : linkOf(row);
	}

	async everywhere(number: string): Promise<Link[]> {
		const rows = await this.db.selectFrom('links').selectAll().where('number', '=', number).orderBy('pair').execute();
		return rows.map(linkOf);
	}

	async byDeals(pair: PairId, dealIds: readonly string[]): Promise<Link[]> {
		const found: Link[] = [];
		for (const ids of chunks(dealIds)) {
			const rows = await this.db.selectFrom('links').selectAll().where('pair', '=', pair).where('deal_id', 'in', ids).execute();
			found.push(...rows.map(linkOf));
		}
		return found;
	}

	async save(links: readonly Link[]): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const rows of chunks(links.map(rowOf), 50)) {
				await trx
					.insertInto('links')
					.values(rows)
					.onConflict((conflict) =>
						conflict.columns(['pair', 'order_key']).doUpdateSet(({ ref }) => ({
							number: ref('excluded.number'),
							order_created_at: ref('excluded.order_created_at'),
							deal_id: ref('excluded.deal_id'),
							contact_id: ref('excluded.contact_id'),
							agreed_order: ref('excluded.agreed_order'),
							agreed_pipeline: ref('excluded.agreed_pipeline'),
							agreed_status: ref('excluded.agreed_status'),
							shown_fingerprint: ref('excluded.shown_fingerprint'),
							shown_lines: ref('excluded.shown_lines'),
							unshown_fingerprint: ref('excluded.unshown_fingerprint'),
							seen_pipeline: ref('excluded.seen_pipeline'),
							seen_status: ref('excluded.seen_status'),
							stage: ref('excluded.stage'),
							raw_status: ref('excluded.raw_status'),
							closed: ref('excluded.closed'),
						})),
					)
					.execute();
			}
		});
	}

	async known(pair: PairId, closedSince: number): Promise<KnownOrders> {
		const active = await this.active(pair);
		const closed = await this.db
			.selectFrom('links')
			.select('order_created_at')
			.where('pair', '=', pair)
			.where('closed', '=', 1)
			.where('order_created_at', '>=', closedSince)
			.orderBy('order_created_at')
			.execute();
		return { active, closedCreatedAt: closed.map((row) => row.order_created_at) };
	}

	async active(pair: PairId): Promise<ActiveOrder[]> {
		const rows = await this.db
			.selectFrom('links')
			.selectAll()
			.where('pair', '=', pair)
			.where('closed', '=', 0)
			.orderBy('order_created_at')
			.execute();
		return rows.map((row) => ({
			key: orderOf(row),
			number: row.number,
			createdAt: row.order_created_at,
			rawStatus: row.raw_status,
		}));
	}

	async count(pair: PairId): Promise<number> {
		const { count } = await this.db
			.selectFrom('links')
			.select(({ fn }) => fn.countAll<number>().as('count'))
			.where('pair', '=', pair)
			.executeTakeFirstOrThrow();
		return count;
	}
}

const rowOf = (link: Link): LinkRow => ({
	...columnsOf(link.order),
	pair: link.pair,
	number: link.number,
	order_created_at: link.orderCreatedAt,
	deal_id: link.dealId ?? null,
	contact_id: link.contactId ?? null,
	agreed_order: link.agreed?.order ?? null,
	agreed_pipeline: link.agreed?.deal.pipelineId ?? null,
	agreed_status: link.agreed?.deal.statusId ?? null,
	shown_fingerprint: link.shownFingerprint ?? null,
	shown_lines: link.shownLines ?? null,
	unshown_fingerprint: link.unshownFingerprint ?? null,
	seen_pipeline: link.seenDeal?.pipelineId ?? null,
	seen_status: link.seenDeal?.statusId ?? null,
	stage: link.stage,
	raw_status: link.rawStatus,
	closed: link.closed ? 1 : 0,
});

function linkOf(row: LinkRow): Link {
	return {
		pair: row.pair,
		order: orderOf(row),
		number: row.number,
		orderCreatedAt: row.order_created_at,
		dealId: row.deal_id ?? undefined,
		contactId: row.contact_id ?? undefined,
		agreed: agreedOf(row),
		shownFingerprint: row.shown_fingerprint ?? undefined,
		shownLines: row.shown_lines ?? undefined,
		unshownFingerprint: row.unshown_fingerprint ?? undefined,
		seenDeal: seenDealOf(row),
		stage: stageOrUnknown.parse(row.stage),
		rawStatus: row.raw_status,
		closed: row.closed === 1,
	};
}

function seenDealOf({ seen_pipeline, seen_status }: LinkRow): Link['seenDeal'] {
	return seen_pipeline === null || seen_status === null ? undefined : { pipelineId: seen_pipeline, statusId: seen_status };
}

function agreedOf({ agreed_order, agreed_pipeline, agreed_status }: LinkRow): Agreed | undefined {
	if (agreed_order === null || agreed_pipeline === null || agreed_status === null) return undefined;
	return { order: stage.parse(agreed_order), deal: { pipelineId: agreed_pipeline, statusId: agreed_status } };
}
