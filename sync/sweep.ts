import { asDispute } from '../core/order/dispute';
import { orderKeyText, type Order, type OrderKey } from '../core/order/order';
import type { Deal } from '../core/ports';
import { sameCrmStage, type CrmStageRef } from '../core/order/stage';
import type { Hint, Link, Work } from '../journal/journal';
import { adoptDeals, linkDeals } from './adoptDeals';
import { leaseMs, setupOf, type SyncContext } from './context';
import { fillContactIndex } from './fillContactIndex';
import { isOver, lookAt, type LookResult } from './reconcileOrders';
import { beginWatching, noticeRival, stopBesideRival } from './rivalJournal';

const cursors = { marketplace: 'marketplace', crm: 'crm', started: 'started' } as const;
const sweepLock = 'sweep';
/** Orders looked at together: one read of deals, four writes of fifty, and no more held in memory. */
const batch = 200;
/** Closed orders of this time help the marketplace's adapter to choose the cheapest listing. */
const closedWindowMs = 15 * 24 * 3_600_000;

/** What a sweep tells while it goes on. Stops cleanly between two batches when asked to. */
export interface SweepOptions {
	onResults(results: LookResult[]): void;
	shouldStop(): boolean;
	/** The contact index could not be filled further; orders are not concerned. The next sweep tries again. */
	onFillFailure?(error: unknown): void;
}

export type SweepEnd =
	| { kind: 'finished' }
	/** Another execution sweeps this pair at this moment. */
	| { kind: 'busy' }
	/** Stopped by the caller, or a service is out of reach; what was found is in the queue, the next sweep goes on. */
	| { kind: 'stopped' };

/**
 * Looks at whatever may have changed on either side and at whatever is due. One sweep per pair at a time.
 * Throws when a service cannot even be asked what has changed; everything found until then is in the queue.
 */
export async function sweep(context: SyncContext, options: SweepOptions): Promise<SweepEnd> {
	const { journal, pair, owner } = context;
	if (!(await journal.cursors.lock(pair, sweepLock, owner, leaseMs, context.now()))) return { kind: 'busy' };
	try {
		await adoptDeals(context);
		const started = await startedAt(context);
		await hintChangedDeals(context);
		beginWatching(context);
		await stopBesideRival(context);
		const stopped = (await sweepMarketplace(context, started, options)) || (await lookAtDue(context, options));
		if (!stopped) await fillContactIndex(context, options);
		return { kind: stopped ? 'stopped' : 'finished' };
	} finally {
		await journal.cursors.unlock(pair, sweepLock, owner);
	}
}

/** When this pair was first swept: orders that were closed before are history, not work. */
async function startedAt(context: SyncContext): Promise<number> {
	const { journal, pair } = context;
	const known = await journal.cursors.get(pair, cursors.started);
	if (known !== undefined) return Number(known);
	await journal.cursors.set(pair, cursors.started, String(context.now()));
	return context.now();
}

/** Deals that people have moved, or that are not where the last look left them, become work. Our own echoes do not. */
async function hintChangedDeals(context: SyncContext): Promise<void> {
	const { crm, journal, pair, map } = context;
	const pages = crm.changedDeals(map.pipelineId, await journal.cursors.get(pair, cursors.crm));
	for (;;) {
		const { value, done } = await pages.next();
		if (done) return journal.cursors.set(pair, cursors.crm, value);
		await journal.work.hint(pair, await dealHints(context, value, 'crm sweep'));
	}
}

/** Work for the deals whose stage is not the agreed one. Deals that carry an order's key and no link are linked first. */
export async function dealHints(context: SyncContext, deals: readonly Deal[], why: string): Promise<Hint[]> {
	await noticeRival(context, deals);
	const links = await context.journal.links.byDeals(context.pair, deals.map(({ id }) => id));
	const byDeal = new Map(links.flatMap((link): [string, Link][] => (link.dealId ? [[link.dealId, link]] : [])));
	const unlinked = deals.filter(({ id, orderKey }) => !byDeal.has(id) && orderKey !== undefined);
	for (const link of await linkDeals(context, unlinked)) if (link.dealId) byDeal.set(link.dealId, link);
	// A deal may have been put right for an order that waits for somebody: restored, or moved back to where it was.
	const open = new Set((await context.journal.work.openOf(context.pair, [...byDeal.values()].map(({ order }) => order))).map(orderKeyText));
	return deals.flatMap((deal) => {
		const link = byDeal.get(deal.id);
		if (!link) return [];
		if (isEcho(link, deal.stage) && !open.has(orderKeyText(link.order))) return [];
		return [{ order: link.order, number: link.number, why }];
	});
}

/** A deal that stands where the last look left it, with a card that shows its order: nobody has done anything. */
export const isEcho = ({ agreed, unshownFingerprint }: Link, stage: CrmStageRef): boolean =>
	agreed !== undefined && sameCrmStage(agreed.deal, stage) && unshownFingerprint === undefined;

async function sweepMarketplace(context: SyncContext, started: number, options: SweepOptions): Promise<boolean> {
	const { journal, pair, marketplace } = context;
	const known = await journal.links.known(pair, context.now() - closedWindowMs);
	const pages = marketplace.changed(await journal.cursors.get(pair, cursors.marketplace), known);
	let waiting: Order[] = [];
	for (;;) {
		const { value, done } = await pages.next();
		if (done) {
			// The cursor moves only when everything that was found is in the queue.
			const outOfReach = await lookAtOrders(context, waiting, options);
			await journal.cursors.set(pair, cursors.marketplace, value);
			return outOfReach;
		}
		waiting.push(...(await changedOrders(context, value, started)));
		let outOfReach = false;
		if (waiting.length >= batch) {
			const full = waiting;
			waiting = [];
			outOfReach = await lookAtOrders(context, full, options);
		}
		if (outOfReach || options.shouldStop()) {
			await hintOrders(context, waiting);
			await pages.return('');
			return true;
		}
	}
}

/** Orders whose deal does not show them as they are now, less those that were over before we began. */
async function changedOrders(context: SyncContext, orders: readonly Order[], started: number): Promise<Order[]> {
	const links = new Map(
		(await context.journal.links.byOrders(context.pair, orders.map(({ key }) => key))).map((link) => [orderKeyText(link.order), link]),
	);
	return orders.filter((order) => {
		const link = links.get(orderKeyText(order.key));
		if (link) {
			const { stage, fingerprint } = asDispute(order, link.agreed);
			return link.stage !== stage || (link.unshownFingerprint ?? link.shownFingerprint) !== fingerprint;
		}
		return !isOver(order) || order.createdAt >= started;
	});
}

const hintOrders = (context: SyncContext, orders: readonly Order[]): Promise<void> =>
	context.journal.work.hint(
		context.pair,
		orders.map(({ key, number }) => ({ order: key, number, why: 'marketplace sweep' })),
	);

/** True when a service is out of reach. */
async function lookAtOrders(context: SyncContext, orders: readonly Order[], options: SweepOptions): Promise<boolean> {
	if (!orders.length) return false;
	await hintOrders(context, orders);
	const due = await lease(context, { orders: orders.map(({ key }) => key) });
	const works = [...due, ...(await lease(context, { orders: kinOf(due, orders), evenIfNotDue: true }))];
	if (!works.length) return false;
	const results = await lookAt(context, works, new Map(orders.map((order) => [orderKeyText(order.key), order])));
	options.onResults(results);
	return results.some(isOutOfReach);
}

/**
 * Other orders of the same buyers that wait for their backoff: looked at together, what one order says of the buyer (a real phone)
 * helps another that hides it, and nobody gets a second contact.
 */
function kinOf(due: readonly Work[], orders: readonly Order[]): OrderKey[] {
	const leased = new Set(due.map(({ order }) => orderKeyText(order)));
	const isLeased = ({ key }: Order): boolean => leased.has(orderKeyText(key));
	const buyers = new Set(orders.filter(isLeased).flatMap(({ buyer: { customerId } }) => customerId ?? []));
	return orders.filter((order) => !isLeased(order) && buyers.has(order.buyer.customerId ?? '')).map(({ key }) => key);
}

/** A service as a whole does not answer: going on would only repeat it for every order. */
const isOutOfReach = ({ cause }: LookResult): boolean => cause !== undefined;

/** Everything whose time has come: hints of the CRM side, retries, and steps that had to wait. */
export async function lookAtDue(context: SyncContext, options: SweepOptions): Promise<boolean> {
	await context.journal.work.reconsider(context.pair, setupOf(context), context.now());
	for (;;) {
		const results = await lookAtLeased(context, {});
		if (!results.length) return false;
		options.onResults(results);
		if (results.some(isOutOfReach) || options.shouldStop()) return true;
	}
}

/** Leases work, of these orders or whatever is due, and looks at it. Empty: nothing was to be had. */
export async function lookAtLeased(context: SyncContext, wanted: Wanted): Promise<LookResult[]> {
	const works = await lease(context, wanted);
	return works.length ? lookAt(context, works, new Map()) : [];
}

interface Wanted {
	/** Default: whatever is due. */
	orders?: readonly OrderKey[];
	evenIfNotDue?: boolean;
}

async function lease({ journal, pair, owner, now }: SyncContext, { orders, evenIfNotDue }: Wanted): Promise<Work[]> {
	if (orders?.length === 0) return [];
	return journal.work.lease({ pair, owner, leaseMs, limit: orders?.length ?? batch, orders, evenIfNotDue, now: now() });
}
