import type { LookState } from './pollCursor';
import { dayMs, longestPeriodMs, type Period } from './period';

/*
 * Once a day everything of the last weeks is looked at once more, closed orders above all: late cancellations and returns show
 * nowhere else (kaspi.md §9.2c). It goes forward window by window, a few of them per look, each about a page long. Pure.
 */

type Deep = LookState['deep'];

/** At most so many windows per look. */
export const deepWindowsPerLook = 2;
/** A window with more pages than this is tried again smaller. */
export const deepPagesPerWindow = 2;
/** Orders that a window should hold: a page with some room. */
const ordersPerWindow = 80;
const shortestWindowMs = 10 * 60_000;

/** @param lookBackMs how far back it reaches; 0: never */
export function startDeep(deep: Deep, now: number, lookBackMs: number): Deep {
	if (deep.position !== undefined || lookBackMs <= 0 || now - deep.startedAt < dayMs) return deep;
	return { startedAt: now, position: now - lookBackMs, perDay: deep.perDay };
}

/**
 * The next window, or nothing when it has reached `end`. Before the first look only orders that the journal knows are of
 * interest, so stretches without one are skipped.
 */
export function deepWindow(
	{ position, perDay }: Deep,
	facts: { closedSince: number; closedCreatedAt: readonly number[]; end: number },
): Required<Period> | undefined {
	if (position === undefined) return undefined;
	const nextKnown = facts.closedCreatedAt.find((at) => at >= position) ?? Number.POSITIVE_INFINITY;
	const from = Math.max(position, Math.min(nextKnown, facts.closedSince));
	if (from >= facts.end) return undefined;
	const wanted = perDay === undefined ? dayMs : (ordersPerWindow / Math.max(perDay, 0.01)) * dayMs;
	const span = Math.min(longestPeriodMs, Math.max(shortestWindowMs, wanted));
	return { from, to: Math.min(from + span, facts.end) };
}

/** Too many orders for one window, and it can be made smaller. */
export const isCrowded = ({ from, to }: Required<Period>, pageCount: number): boolean =>
	pageCount > deepPagesPerWindow && to - from > shortestWindowMs;

/** @param orders in the window, as Kaspi counted them */
export function afterWindow(deep: Deep, window: Required<Period>, orders: number, wasRead: boolean): Deep {
	const perDay = orders / ((window.to - window.from) / dayMs);
	// After a quiet stretch (a night) windows grow no more than twofold, so that the next busy one is not read in vain.
	return { ...deep, perDay: Math.max(perDay, (deep.perDay ?? 0) / 2), position: wasRead ? window.to : deep.position };
}
