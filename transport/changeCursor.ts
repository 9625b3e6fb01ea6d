import { z } from 'zod/v4';

/** A deal or a contact, as far as it matters here. */
interface Changing {
	id: string;
	/** Epoch ms. */
	updatedAt: number;
}

/**
 * Where a look at changed deals or contacts has got to. Times are unix seconds of the CRM's clock, which has no finer ones:
 * a deal may change again within the second in which it was seen.
 */
const cursorSchema = z.object({
	/** The latest change seen, or later when a look after it saw nothing new. */
	latest: z.number().int(),
	/** Epoch ms of our own clock: only differences of it are used, since it need not agree with the CRM's. */
	lookedAt: z.number().optional(),
	/** Epoch ms of our own clock when that look had read everything. */
	readAt: z.number().optional(),
	/** Deals of the overlap that need no second look unless they change, with the time of their change. */
	settled: z.record(z.string(), z.number().int()),
	/** Seen in the very second that was still running: looked at once more. */
	fresh: z.record(z.string(), z.number().int()),
});
export type ChangeCursor = z.infer<typeof cursorSchema>;

/** Rows become visible a little after their time; read again from so far before the latest change. */
export const overlapSeconds = 30;
/** A first look goes back so far: our clock need not agree with the CRM's. */
const firstLookSeconds = 24 * 60 * 60;

/** @param now epoch ms */
export function readCursor(text: string | undefined, now: number): ChangeCursor {
	if (text !== undefined) {
		const cursor = cursorSchema.safeParse(parseJson(text));
		if (cursor.success) return cursor.data;
	}
	// A cursor of another version is a first look: nothing is lost by looking at too much.
	return { latest: Math.floor(now / 1000) - firstLookSeconds + overlapSeconds, settled: {}, fresh: {} };
}

export const writeCursor = (cursor: ChangeCursor): string => JSON.stringify(cursor);

/** Unix seconds from which to read. */
export const readFrom = (cursor: ChangeCursor): number => cursor.latest - overlapSeconds;

/** True when this reading of the deal says nothing new. */
export const isSettled = (cursor: ChangeCursor, deal: Changing): boolean => cursor.settled[deal.id] === secondsOf(deal);

/**
 * The cursor after everything that was read, settled deals included. While nothing changes it goes on with the time that has passed,
 * so that the deals of a busy minute are not read again by every quiet look after it.
 * @param look epoch ms: when it began, and when everything was read
 */
export function advance(cursor: ChangeCursor, seen: readonly Changing[], { beganAt, readAt }: { beganAt: number; readAt: number }): ChangeCursor {
	const passed = cursor.lookedAt === undefined ? 0 : Math.max(0, Math.floor((beganAt - cursor.lookedAt) / 1000));
	const latest = seen.reduce((last, deal) => Math.max(last, secondsOf(deal)), cursor.latest + passed);
	const next: ChangeCursor = { latest, lookedAt: beganAt, readAt, settled: {}, fresh: {} };
	// Two looks within one second prove nothing about the rest of that second.
	const secondIsOver = cursor.readAt !== undefined && beganAt - cursor.readAt >= 1000;
	for (const deal of seen) {
		const at = secondsOf(deal);
		if (at < latest - overlapSeconds) continue;
		const seenBefore = (cursor.fresh[deal.id] === at && secondIsOver) || cursor.settled[deal.id] === at;
		const list = at < latest || seenBefore ? next.settled : next.fresh;
		list[deal.id] = at;
	}
	return next;
}

const secondsOf = ({ updatedAt }: Changing): number => Math.floor(updatedAt / 1000);

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
