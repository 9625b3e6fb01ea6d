import { z } from 'zod/v4';
import type { Deal, DealMove } from '../../../core/ports';
import { outcomeOf } from '../../../transport/outcome';
import type { AmoCrmClient } from './client';
import { whole, type CrmEvent } from './schema';

/** A hundred events each. A busier account leaves a move without a name rather than costing more. */
const pagesAtMost = 5;
/** A deal may have been changed again since it was moved. */
const lookBackSeconds = 24 * 60 * 60;

/**
 * Who moved each deal to where it stands, from the account's history (amocrm.md §6): one list for all of them, newest first, which ends
 * as soon as every move was found.
 */
export async function lastMovesOf(client: Pick<AmoCrmClient, 'events'>, deals: readonly Deal[], now: () => number): Promise<(DealMove | undefined)[]> {
	if (deals.length === 0) return [];
	const wanted = new Map(deals.map(({ id, stage }) => [id, stage]));
	const found = new Map<string, DealMove>();
	const from = Math.floor(Math.min(...deals.map(({ updatedAt }) => updatedAt)) / 1000) - lookBackSeconds;
	// The moves themselves are known without it: a history that cannot be read leaves them without a name.
	await outcomeOf(async () => {
		let pages = 0;
		for await (const page of client.events([['filter[type]', 'lead_status_changed'], ['filter[created_at][from]', String(from)]])) {
			for (const event of page) {
				const id = String(event.entity_id);
				const stage = wanted.get(id);
				const to = stageAfter(event);
				if (stage === undefined || found.has(id) || to === undefined || to.pipelineId !== stage.pipelineId || to.statusId !== stage.statusId) continue;
				found.set(id, { at: event.created_at * 1000, userId: event.created_by === undefined || event.created_by === 0 ? undefined : String(event.created_by) });
			}
			pages += 1;
			if (pages >= pagesAtMost || found.size === wanted.size) break;
		}
	}, now);
	return deals.map(({ id }) => found.get(id));
}

const statusAfter = z.array(z.object({ lead_status: z.object({ id: whole, pipeline_id: whole }) })).min(1);

function stageAfter({ value_after: after }: CrmEvent): Deal['stage'] | undefined {
	const [value] = statusAfter.safeParse(after).data ?? [];
	return value && { pipelineId: String(value.lead_status.pipeline_id), statusId: String(value.lead_status.id) };
}
