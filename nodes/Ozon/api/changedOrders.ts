import type { Order } from '../../../core/order/order';
import type { KnownOrders } from '../../../core/ports';
import { collect, returnPages, type ClaimBook } from './returns';
import type { OzonClient } from './client';
import { cursorText, readCursor, type LookState } from '../model/pollCursor';
import { isFbo, longestSplitMs, overlapMs, rereadInTurn, rfbsListStart, touchedBy } from '../model/pollPlan';
import type { OrderReader } from './orderReader';
import { chunksOf, dayMs, fboPages, fbsPages, manyPostings } from './postingLists';
import type { Listed } from './schema';
import { openStatuses } from '../model/postingStatus';

export interface LookShop {
	client: OzonClient;
	reader: OrderReader;
	book: ClaimBook;
	now: () => number;
	firstLookMs: number;
	withFbo: boolean;
}

/** Which date of a posting a list's period goes by is not documented (ozon.md §3). */
const periodOverlapMs = 2 * dayMs;

/** One look: pages of orders as they are now; returns the next cursor. An idle one costs five to eight calls. */
export async function* lookAround(shop: LookShop, cursor: string | undefined, known: KnownOrders): AsyncGenerator<Order[], string> {
	const { client, reader, book } = shop;
	const now = shop.now();
	const { state, isFirst } = readCursor(cursor, now, shop.firstLookMs);
	const since = isFirst ? state.lookedAt : state.lookedAt - overlapMs;
	const seen = new Set<string>();

	// First what changes without the posting, so that every posting of this look is judged by it.
	const requests = await book.requests();
	const rfbs = await book.rfbsCreatedSince(rfbsListStart(state));
	const returns = await collect(returnPages(client, { changedSince: since }, now));
	const touched = touchedBy(state, returns, requests, rfbs);

	const settled = new Set(Object.entries(state.held).flatMap(([number, at]) => (now - at > longestSplitMs ? [number] : [])));
	const held: LookState['held'] = {};
	const pageOf = async (listed: readonly Listed[]): Promise<Order[]> => {
		const { orders, held: unsettled } = await reader.ordersOf(listed, settled);
		for (const number of unsettled) held[number] = state.held[number] ?? now;
		orders.forEach(({ key, number }) => seen.add(key.id).add(number));
		return orders;
	};
	for await (const page of fbsPages(client, { changedSince: since }, now)) yield await pageOf(page);
	if (isFirst) {
		// Whatever was made since then has changed since then; what is older and still open is in no list of changes.
		const older = { statuses: openStatuses, to: Math.min(now, since + periodOverlapMs) };
		for await (const page of fbsPages(client, older, now)) yield await pageOf(page);
	}
	if (shop.withFbo) for await (const page of fboToLookAt(client, known, since, now)) yield await pageOf(page);

	const turned = rereadInTurn(known, seen, state.turn);
	const called = [...touched.numbers, ...Object.keys(state.held)].filter((number) => !seen.has(number));
	const ids = [...new Set([...called, ...turned.ids])];
	for (const chunk of chunksOf(ids)) {
		const found = await manyPostings(client, chunk, now);
		const wanted = chunk.flatMap((id) => found.get(id) ?? []);
		yield await pageOf(wanted);
	}
	return cursorText({ v: 1, lookedAt: now, turn: turned.turn, requests: touched.requests, held, rfbs: touched.rfbs });
}

/** The FBO list knows no time of change: the new ones, and each one that is known to be under way. */
async function* fboToLookAt(client: OzonClient, known: KnownOrders, since: number, now: number): AsyncGenerator<Listed[], void> {
	yield* fboPages(client, { since }, now);
	for (const postingNumbers of chunksOf(known.active.filter(isFbo).map(({ number }) => number))) {
		yield* fboPages(client, { postingNumbers }, now);
	}
}
