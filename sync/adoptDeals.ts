import type { OrderKey } from '../core/order/order';
import type { Deal } from '../core/ports';
import { isClosed } from '../core/order/stage';
import type { Link } from '../journal/journal';
import type { SyncContext } from './context';

const adopted = 'adopted';

/**
 * Before the first order is looked at: deals that carry an order's key already (from an earlier installation, or a lost journal)
 * are linked, so that no order gets a second deal. Once per pair and pipeline, 250 deals a call.
 */
export async function adoptDeals(context: SyncContext): Promise<void> {
	const { journal, pair, map, crm } = context;
	const done = await journal.cursors.get(pair, `${adopted}:${map.pipelineId}`);
	if (done !== undefined) return;
	for await (const page of crm.dealsWithOrders(map.pipelineId, 0)) await linkDeals(context, page);
	await journal.cursors.set(pair, `${adopted}:${map.pipelineId}`, String(context.now()));
}

/** Links deals to the orders named on their cards, unless the orders have a deal. The oldest deal of an order counts. */
export async function linkDeals(context: SyncContext, deals: readonly Deal[]): Promise<Link[]> {
	const named = deals.flatMap((deal) => {
		const order = readOrderKey(context, deal.orderKey);
		return order ? [{ deal, order }] : [];
	});
	const known = await context.journal.links.byOrders(context.pair, named.map(({ order }) => order));
	const taken = new Set(known.map(({ order }) => order.id));
	const links: Link[] = [];
	for (const { deal, order } of named.sort((a, b) => a.deal.createdAt - b.deal.createdAt)) {
		if (taken.has(order.id)) continue;
		taken.add(order.id);
		links.push({
			pair: context.pair,
			order,
			number: deal.orderNumber ?? order.id,
			orderCreatedAt: deal.createdAt,
			dealId: deal.id,
			contactId: deal.contactIds[0],
			// Nothing is known about what was agreed: the next look decides by what is safe without knowing.
			stage: 'unknown',
			rawStatus: '',
			closed: isClosedStage(context, deal),
		});
	}
	await context.journal.links.save(links);
	return links;
}

/** A deal that is won or lost: its order is not worth a call, unless the marketplace names it again. */
function isClosedStage(context: SyncContext, deal: Deal): boolean {
	const meanings = context.map.meanings(deal.stage);
	return meanings.length > 0 && meanings.some(isClosed);
}

/** The order of this shop that a deal's card names. */
export function readOrderKey(context: SyncContext, text: string | undefined): OrderKey | undefined {
	const { name: marketplace, shop } = context.marketplace;
	const prefix = `${marketplace}:${shop}:`;
	return text?.startsWith(prefix) && text.length > prefix.length ? { marketplace, shop, id: text.slice(prefix.length) } : undefined;
}
