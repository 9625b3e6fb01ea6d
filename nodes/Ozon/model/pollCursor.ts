import { z } from 'zod/v4';

/** What a look leaves for the next one: opaque text outside this adapter. */
const lookState = z.object({
	v: z.literal(1),
	/** When the last look began, epoch ms. */
	lookedAt: z.number(),
	/** The keys after which the next re-reading of active postings goes on, for each of its two rings. */
	turn: z.object({ watched: z.string(), others: z.string() }),
	/** Postings whose buyers wait for an answer to their wish to cancel. */
	requests: z.array(z.string()),
	/** Postings that were being split off, and since when, epoch ms: their orders could not be told yet. */
	held: z.record(z.string(), z.number()),
	/** rFBS return requests that are not over, or came lately: `[posting, state, created]` by id. */
	rfbs: z.record(z.string(), z.tuple([z.string(), z.string(), z.number()])),
});
export type LookState = z.infer<typeof lookState>;

/** A cursor that cannot be read (written by a later version, or by hand) means a first look: nothing is lost by it. */
export function readCursor(cursor: string | undefined, now: number, firstLookMs: number): { state: LookState; isFirst: boolean } {
	const parsed = lookState.safeParse(cursor === undefined ? undefined : parsedJson(cursor));
	if (parsed.success) return { state: parsed.data, isFirst: false };
	return { state: { v: 1, lookedAt: now - firstLookMs, turn: { watched: '', others: '' }, requests: [], held: {}, rfbs: {} }, isFirst: true };
}

export const cursorText = (state: LookState): string => JSON.stringify(state);

function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
