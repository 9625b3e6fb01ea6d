export const dayMs = 86_400_000;

/** Kaspi refuses a period of more than 14 days; a little less, because the two ends are measured by two clocks (kaspi.md §1.1). */
export const longestPeriodMs = 13.9 * dayMs;

/** A period of creation dates, epoch ms, both ends included; without `to` it ends at Kaspi's own "now". */
export interface Period {
	from: number;
	to?: number;
}

/** Cuts a period into slices that Kaspi accepts, oldest first; the last one is open when `to` is not given. Pure. */
export function slicesOf(from: number, to: number | undefined, now: number): Period[] {
	const end = to ?? now;
	const slices: Period[] = [];
	let start = from;
	for (; end - start > longestPeriodMs; start += longestPeriodMs) slices.push({ from: start, to: start + longestPeriodMs });
	slices.push(to === undefined ? { from: start } : { from: start, to });
	return slices;
}
