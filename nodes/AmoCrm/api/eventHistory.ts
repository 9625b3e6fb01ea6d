import { z } from 'zod/v4';
import type { AmoCrmClient } from './client';
import { eventKinds, type EventKind, type Hint } from '../model/events';
import type { CrmEvent } from './schema';

/** How far the safety net has looked through the account's history. Times are unix seconds of amoCRM's clock. */
export const sweepStateSchema = z.object({ latest: z.number().int(), seen: z.array(z.string()) });
export type SweepState = z.infer<typeof sweepStateSchema>;

/** Events may become visible a little after their time: read again from so far before the latest one. */
const overlapSeconds = 120;
/** A quiet account is still looked at from near the present; our clock may be ahead of amoCRM's by so much. */
const clockSkewSeconds = 60 * 60;
/** After a long pause the history is read in slices, oldest first, so that a sweep can end between two of them. */
const sliceSeconds = 6 * 60 * 60;

export interface Sweep {
	hints: Hint[];
	state: SweepState;
}

/**
 * What happened since the last sweep; one call when nothing did.
 * @param now epoch ms; @param until epoch ms when to stop between two slices and leave the rest to the next sweep
 */
export async function sweepEvents(
	client: Pick<AmoCrmClient, 'events'>,
	kinds: readonly EventKind[],
	types: readonly string[],
	state: SweepState,
	now: number,
	until: number,
	clock: () => number = Date.now,
): Promise<Sweep> {
	const nowSeconds = Math.floor(now / 1000);
	const seen = new Set(state.seen);
	const fresh: CrmEvent[] = [];
	let { latest } = state;
	let recent: CrmEvent[] = [];
	for (let from = state.latest - overlapSeconds; ; from += sliceSeconds) {
		const isLast = from + sliceSeconds >= nowSeconds;
		const events = await readSlice(client, types, from, isLast ? undefined : from + sliceSeconds);
		fresh.push(...events.filter(({ id }) => !seen.has(id)));
		for (const { id } of events) seen.add(id);
		// An empty slice has been looked at as well.
		latest = Math.max(latest, ...events.map(({ created_at }) => created_at), isLast ? nowSeconds - clockSkewSeconds : from + sliceSeconds);
		recent = [...recent, ...events].filter(({ created_at }) => created_at >= latest - overlapSeconds);
		if (isLast || clock() >= until) break;
	}
	return {
		hints: fresh.sort((a, b) => a.created_at - b.created_at).flatMap((event) => hintsOf(event, kinds)),
		state: { latest, seen: [...new Set(recent.map(({ id }) => id))] },
	};
}

/** A first sweep looks back a little, because a workflow that was just activated expects what is happening now. */
export const firstSweep = (now: number): SweepState => ({ latest: Math.floor(now / 1000), seen: [] });

async function readSlice(client: Pick<AmoCrmClient, 'events'>, types: readonly string[], from: number, to: number | undefined): Promise<CrmEvent[]> {
	const events: CrmEvent[] = [];
	const pages = client.events([
		['filter[type]', types.join(',')],
		['filter[created_at][from]', String(from)],
		...(to === undefined ? [] : [['filter[created_at][to]', String(to)] as const]),
	]);
	// Newest first: an event that comes in between pushes others onto the next page, where they are read twice, never missed.
	for await (const page of pages) events.push(...page.filter(({ created_at }) => created_at >= from));
	return events;
}

export function hintsOf(event: CrmEvent, kinds: readonly EventKind[]): Hint[] {
	const { entity_id: id, type, entity_type: entityType } = event;
	if (id === undefined) return [];
	const entity = entityType === 'lead' || entityType === 'leads' ? 'deal' : (entityType ?? '').replace(/s$/, '');
	return eventKinds
		.filter((kind) => kinds.includes(kind) && kind.entity === entity && kind.history.includes(type))
		.map((kind) => ({ entity: kind.entity, id, event: kind.value, at: event.created_at * 1000 }));
}
