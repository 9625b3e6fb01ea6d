import { z } from 'zod/v4';
import { dayMs } from './period';

/** What the adapter remembers from one look to the next. All times are epoch ms. */
const lookState = z.object({
	v: z.literal(1),
	/** Unknown active orders created before this are none of ours: the first look did not reach so far back. */
	activeSince: z.number(),
	/** Unknown closed orders created before this are none of ours: they were over before the first look. */
	closedSince: z.number(),
	lookedAt: z.number(),
	/** When orders that opened and closed between two looks were last looked for. */
	closedLookedAt: z.number(),
	/** The side task that had its turn last. */
	turn: z.string(),
	/** Which of the states without a known order had its turn last. */
	stateTurn: z.number().int().min(0),
	/** Whether Kaspi takes a status filter without a state: the documents differ (kaspi.md §1.1). */
	statusFilterWorks: z.boolean(),
	/** The unfiltered list turned out to be so long. */
	crowd: z.object({ orders: z.number(), at: z.number() }).optional(),
	/** The daily look far back; `position`: how far it has come, absent when it is done for today. */
	deep: z.object({ startedAt: z.number(), position: z.number().optional(), perDay: z.number().optional() }),
});
export type LookState = z.infer<typeof lookState>;

/** @param firstLookMs how far back the first look reaches */
export function firstState(now: number, firstLookMs: number): LookState {
	return {
		v: 1,
		activeSince: now - firstLookMs,
		closedSince: now,
		lookedAt: now,
		closedLookedAt: now,
		turn: '',
		stateTurn: 0,
		statusFilterWorks: true,
		deep: { startedAt: now },
	};
}

/**
 * Reads the cursor. One that cannot be read (damaged, or of a later version) counts as a first look that also wants the orders
 * which were closed in its period: nothing is lost, some orders are looked at twice.
 */
export function readCursor(text: string | undefined, now: number, firstLookMs: number): { state: LookState; isFirst: boolean } {
	const start = firstState(now, firstLookMs);
	if (text === undefined) return { state: start, isFirst: true };
	const parsed = lookState.safeParse(jsonOf(text));
	if (parsed.success) return { state: parsed.data, isFirst: false };
	const again = { ...start, closedSince: start.activeSince, deep: { startedAt: now - dayMs } };
	return { state: again, isFirst: true };
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
