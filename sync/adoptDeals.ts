import type { Order, OrderKey } from '../core/order/order';
import type { Deal } from '../core/ports';
import { isClosed } from '../core/order/stage';
import type { Journal, Link, PairId } from '../journal/journal';
import type { SyncContext } from './context';
import { recogniseBuyers } from './recogniseBuyers';

const adopted = 'adopted';

/** The marketplace's clock and the CRM's need not agree. */
const clockSkewMs = 60 * 60_000;

/**
 * Before the first sweep: deals of the pipeline that carry an order's key already (from an earlier installation, or a lost journal)
 * are linked, so that their moves are followed. Once per pair and pipeline, 250 deals a call.
 */
export async function adoptDeals(context: SyncContext): Promise<void> {
	const { journal, pair, map, crm } = context;
	const done = await journal.cursors.get(pair, `${adopted}:${map.pipelineId}`);
	if (done !== undefined) return;
	for await (const page of crm.dealsWithOrders(map.pipelineId, 0)) await linkDeals(context, page);
	await journal.cursors.set(pair, `${adopted}:${map.pipelineId}`, String(context.now()));
}

/**
 * Before a deal is made: whatever deals were made since these orders came, in any pipeline, are linked, so that no order gets a second
 * one. What the journal says is not enough: it may be new, or a backup that is older than the CRM. A journal falls behind only while
 * nobody has it open, so that every process asks once, and once more when an order is older than what it has read: twice as far
 * back as needed, because older orders may follow.
 */
export async function adoptMadeDeals(context: SyncContext, orders: readonly Order[]): Promise<void> {
	const needed = Math.min(...orders.map(({ createdAt }) => createdAt)) - clockSkewMs;
	const read = readSince(context.journal);
	if ((read.get(context.pair) ?? Infinity) <= needed) return;
	const since = Math.max(0, needed - Math.max(0, context.now() - needed));
	const deals: Deal[] = [];
	for await (const page of context.crm.dealsWithOrders(undefined, since)) deals.push(...page);
	await linkDeals(context, deals);
	await linkReplacements(context, deals);
	read.set(context.pair, Math.min(since, read.get(context.pair) ?? Infinity));
}

/** From which time on (epoch ms) the deals of each pair have been read since the journal was opened. */
const reads = new WeakMap<Journal, Map<PairId, number>>();

/** Deals were made that we do not know of: they are read anew. */
export const readDealsAnew = ({ journal, pair }: SyncContext): void => void reads.get(journal)?.delete(pair);

function readSince(journal: Journal): Map<PairId, number> {
	const known = reads.get(journal) ?? new Map<PairId, number>();
	reads.set(journal, known);
	return known;
}

/**
 * Links deals to the orders named on their cards, unless the orders have a deal. Of several deals of an order the oldest in the
 * pipeline counts, else the oldest.
 */
export async function linkDeals(context: SyncContext, deals: readonly Deal[]): Promise<Link[]> {
	const named = bestFirst(context, deals);
	const known = new Map((await context.journal.links.byOrders(context.pair, named.map(({ order }) => order))).map((link) => [link.order.id, link]));
	const links: Link[] = [];
	for (const { deal, order } of named) {
		const link = known.get(order.id) ?? newLink(context, deal, order);
		known.set(order.id, link);
		if (link.dealId !== undefined) continue;
		link.dealId = deal.id;
		link.contactId = deal.contactIds[0];
		links.push(link);
	}
	await recogniseBuyers(context, links);
	await context.journal.links.save(links);
	return links;
}

/** Orders whose deal was replaced by another one behind the journal's back: the one in the pipeline counts, if the one that is known is not there. */
async function linkReplacements(context: SyncContext, deals: readonly Deal[]): Promise<void> {
	const named = bestFirst(context, deals).filter(({ deal }) => isHere(context, deal));
	const links = new Map((await context.journal.links.byOrders(context.pair, named.map(({ order }) => order))).map((link) => [link.order.id, link]));
	const doubtful = new Map<string, { link: Link; deal: Deal }>();
	for (const { deal, order } of named) {
		const link = links.get(order.id);
		const isLinked = named.some((other) => other.deal.id === link?.dealId);
		if (link?.dealId !== undefined && !isLinked && !doubtful.has(order.id)) doubtful.set(order.id, { link, deal });
	}
	const before = [...doubtful.values()];
	if (before.length === 0) return;
	const read = await context.crm.readDeals(before.map(({ link }) => link.dealId ?? ''));
	const replaced = before.flatMap(({ link, deal }, index): Link[] => {
		const old = read[index];
		if (old?.outcome !== 'ok' || (old.value !== undefined && isHere(context, old.value))) return [];
		return [{ ...link, dealId: deal.id, contactId: deal.contactIds[0], agreed: undefined, shownFingerprint: undefined, closed: false }];
	});
	await context.journal.links.save(replaced);
}

const isHere = ({ map }: SyncContext, { stage }: Deal): boolean => stage.pipelineId === map.pipelineId;

/** Deals of this shop's orders: those in the pipeline first, the older first. */
export function bestFirst(context: SyncContext, deals: readonly Deal[]): { deal: Deal; order: OrderKey }[] {
	return deals
		.flatMap((deal) => {
			const order = readOrderKey(context, deal.orderKey);
			return order ? [{ deal, order }] : [];
		})
		.sort((a, b) => Number(isHere(context, b.deal)) - Number(isHere(context, a.deal)) || a.deal.createdAt - b.deal.createdAt);
}

const newLink = (context: SyncContext, deal: Deal, order: OrderKey): Link => ({
	pair: context.pair,
	order,
	number: deal.orderNumber ?? order.id,
	orderCreatedAt: deal.createdAt,
	// Nothing is known about what was agreed: the next look decides by what is safe without knowing.
	stage: 'unknown',
	rawStatus: '',
	closed: isClosedStage(context, deal),
});

/** A deal that is won or lost: its order is not worth a call, unless the marketplace names it again. */
function isClosedStage(context: SyncContext, deal: Deal): boolean {
	const meanings = context.map.meanings(deal.stage);
	return meanings.length > 0 && meanings.some(isClosed);
}

/** The order of this shop that a deal's card names, by whichever name of the shop. */
export function readOrderKey({ marketplace: { name: marketplace, shop, formerShops = [] } }: SyncContext, text = ''): OrderKey | undefined {
	const prefix = [shop, ...formerShops].map((name) => `${marketplace}:${name}:`).find((start) => text.startsWith(start) && text.length > start.length);
	return prefix === undefined ? undefined : { marketplace, shop, id: text.slice(prefix.length) };
}
