import type { ActiveOrder, KnownOrders } from '../../../core/ports';
import { conditionallyDelivered, readRawStatus } from './postingStatus';
import type { LookState } from './pollCursor';
import type { CancellationRequest, OzonReturn, RfbsReturn } from '../api/returnSchema';
import { isOpenRfbs, rfbsState } from '../api/returns';
import { hourMs } from '../api/postingLists';

/*
 * What one look has to read besides the list of changes. Pure.
 * The list of changes (`last_changed_status_date`) shows whatever happened to FBS and rFBS postings; returns, return requests and
 * wishes to cancel change without the posting, so postings whose entry in those lists has come, changed or gone are read again.
 * On top of that some active postings are read again each time, in turns, those that the seller marked as delivered first:
 * they are watched until they are beyond dispute (domain.md §5), whatever the list of changes says.
 */

/** A change may show in the lists a little after its own time. */
export const overlapMs = 15 * 60_000;
/** A posting that is still being split off after this time is taken as it is: nothing may be waited for for ever. */
export const longestSplitMs = 30 * 60_000;
/** At most so many active postings are read again per look and kind: one call for each hundred. */
const rereadAtOnce = 100;

export interface Touched {
	numbers: string[];
	requests: LookState['requests'];
	rfbs: LookState['rfbs'];
}

/** From when on rFBS requests have to be listed so that every one that was open at the last look is among them. */
export function rfbsListStart({ rfbs, lookedAt }: LookState): number {
	const open = Object.values(rfbs).map(([, , created]) => created);
	return Math.min(...open, lookedAt) - overlapMs;
}

/** Postings whose entries in the three lists are not what they were at the last look. */
export function touchedBy(
	state: LookState,
	returns: readonly OzonReturn[],
	requests: readonly CancellationRequest[],
	rfbs: readonly RfbsReturn[],
): Touched {
	const asked = new Set(requests.map(({ postingNumber }) => postingNumber));
	const askedBefore = new Set(state.requests);
	const changedRequests = [...asked, ...askedBefore].filter((number) => !asked.has(number) || !askedBefore.has(number));

	const listed = new Map(rfbs.map((request) => [request.id, request]));
	// One that is over and is not remembered was over at the last look already, unless it is younger than that.
	const isOfInterest = (request: RfbsReturn): boolean => isOpenRfbs(request) || request.createdAt >= state.lookedAt - hourMs;
	const changedRfbs = [...listed.values()].filter((request) => {
		const before = state.rfbs[request.id]?.[1];
		return before === undefined ? isOfInterest(request) : before !== rfbsState(request);
	});
	const vanished = Object.entries(state.rfbs).filter(([id]) => !listed.has(id));

	const numbers = [
		...returns.map(({ postingNumber }) => postingNumber),
		...changedRequests,
		...changedRfbs.map(({ postingNumber }) => postingNumber),
		...vanished.map(([, [number]]) => number),
	];
	return {
		numbers: [...new Set(numbers.flatMap((number) => number || []))],
		requests: [...asked],
		rfbs: Object.fromEntries(
			[...listed.values()]
				.filter(isOfInterest)
				.map((request) => [request.id, [request.postingNumber ?? '', rfbsState(request), request.createdAt]]),
		),
	};
}

export const isFbo = ({ rawStatus }: Pick<ActiveOrder, 'rawStatus'>): boolean => readRawStatus(rawStatus).isFbo;

/** Active postings whose turn it is to be read again, and the keys after which the next look goes on. */
export function rereadInTurn(
	known: KnownOrders,
	seen: ReadonlySet<string>,
	turn: LookState['turn'],
): { ids: string[]; turn: LookState['turn'] } {
	const waiting = known.active.filter((order) => !isFbo(order) && !seen.has(order.key.id));
	const isWatched = ({ rawStatus }: ActiveOrder): boolean => readRawStatus(rawStatus).substatus === conditionallyDelivered;
	const watched = ring(waiting.filter(isWatched), turn.watched);
	const others = ring(waiting.filter((order) => !isWatched(order)), turn.others);
	return { ids: [...watched, ...others], turn: { watched: watched.at(-1) ?? '', others: others.at(-1) ?? '' } };
}

/** The next ones after `turn`, round and round. */
function ring(orders: readonly ActiveOrder[], turn: string): string[] {
	const ids = orders.map(({ key }) => key.id).sort();
	const next = ids.findIndex((id) => id > turn);
	const queue = next === -1 ? ids : [...ids.slice(next), ...ids.slice(0, next)];
	return queue.slice(0, rereadAtOnce);
}
