import { z } from 'zod/v4';
import { orderKeyText } from '../core/order/order';
import type { Deal } from '../core/ports';
import type { Journal, PairId } from '../journal/journal';
import { bestFirst, readDealsAnew } from './adoptDeals';
import type { SyncContext } from './context';

const minuteMs = 60_000;
/** So long nothing is done after a deal that another journal has made. The older journal goes on first: the other one sees its deals then. */
const pauseMs = { older: 3 * minuteMs, younger: 30 * minuteMs };

/** Two n8n with a journal each are at work on one shop and one CRM account: whoever notices stops. */
export class RivalJournal extends Error {
	readonly advice: string;

	constructor({ number, dealId, until }: Rival) {
		super(
			`Another n8n with a journal of its own syncs this shop with this CRM: it made deal ${dealId} of order ${number}. Order Sync stops here, so that no order gets two deals.`,
		);
		this.name = 'RivalJournal';
		this.advice =
			'Let one n8n do it: unpublish the Order Sync workflows in the other one, or stop it. ' +
			`When the other one makes no deals any more, this one goes on by itself, at ${new Date(until).toISOString()} at the earliest. Nothing is lost meanwhile. ` +
			'How to move n8n to another machine: docs/operations.md, "Another machine".';
	}
}

const rivalSchema = z.object({ number: z.string(), dealId: z.string(), until: z.number() });
type Rival = z.infer<typeof rivalSchema>;
const cursor = 'rival';

/** Since when this process knows of every deal of a pair (epoch ms of the CRM); deals that were made before are a predecessor's. */
interface Watch {
	since: number;
	/** The changes of the CRM have been read once. */
	ready: boolean;
	/** The execution that has made a deal and seen nobody make another beside it. */
	alone?: string;
	/** Deals that were told of. */
	noticed: Set<string>;
}
const watches = new WeakMap<Journal, Map<PairId, Watch>>();

function watchOf({ journal, pair, now }: SyncContext): Watch {
	const ofJournal = watches.get(journal) ?? new Map<PairId, Watch>();
	watches.set(journal, ofJournal);
	// The CRM's times are whole seconds.
	const watch = ofJournal.get(pair) ?? { since: Math.floor(now() / 1000) * 1000, ready: false, noticed: new Set() };
	ofJournal.set(pair, watch);
	return watch;
}

/** Everything that the CRM had to tell until now has been read: from here on a deal that we did not make is another's. */
export function beginWatching(context: SyncContext): void {
	watchOf(context).ready = true;
}

export const isProvenAlone = (context: SyncContext): boolean => watchOf(context).alone === context.owner || !watchOf(context).ready || context.mark === undefined;

export function provenAlone(context: SyncContext): void {
	watchOf(context).alone = context.owner;
}

/** Deals as read just now, before any of them is linked. */
export async function noticeRival(context: SyncContext, deals: readonly Deal[]): Promise<void> {
	const { journal, pair, mark, now } = context;
	const watch = watchOf(context);
	const marked = bestFirst(context, deals).filter(({ deal }) => deal.journal !== undefined);
	if (!watch.ready) {
		// A CRM whose clock is ahead of ours: what is there already is no sign of life.
		watch.since = Math.max(watch.since, ...marked.map(({ deal }) => deal.createdAt + 1_000));
		return;
	}
	const fresh = marked.filter(({ deal }) => deal.createdAt >= watch.since && !watch.noticed.has(deal.id));
	if (mark === undefined || fresh.length === 0) return;
	const keys = fresh.map(({ order }) => order);
	const links = new Map((await journal.links.byOrders(pair, keys)).map((link) => [orderKeyText(link.order), link]));
	const begun = new Set((await journal.intents.of(pair, keys)).filter(({ action }) => action === 'create_deal').map(({ order }) => orderKeyText(order)));
	const strange = fresh.find(({ deal, order }) => {
		const link = links.get(orderKeyText(order));
		if (link?.dealId === deal.id) return false;
		// A copy of this very journal has the same mark, but makes deals that we know nothing of.
		return deal.journal !== mark || (link === undefined && !begun.has(orderKeyText(order)));
	});
	if (!strange) return;
	const { deal, order } = strange;
	const isOlder = deal.journal !== undefined && mark < deal.journal;
	const rival: Rival = { number: deal.orderNumber ?? order.id, dealId: deal.id, until: now() + (isOlder ? pauseMs.older : pauseMs.younger) };
	for (const each of fresh) watch.noticed.add(each.deal.id);
	watch.alone = undefined;
	readDealsAnew(context);
	await journal.cursors.set(pair, cursor, JSON.stringify(rival));
}

/** @throws RivalJournal while another journal is at work */
export async function stopBesideRival({ journal, pair, now }: SyncContext): Promise<void> {
	const text = await journal.cursors.get(pair, cursor);
	if (text === undefined) return;
	const rival = rivalSchema.safeParse(JSON.parse(text));
	if (rival.success && rival.data.until > now()) throw new RivalJournal(rival.data);
}
