import type { IDataObject } from 'n8n-workflow';
import { idsPerRead, type AmoCrmClient } from '../api/client';
import { dealJson } from '../actions/output';

/** Adds to each deal's item the deal as it is now; `null` when it is not in amoCRM any more. */
export async function withDeals(client: AmoCrmClient, items: readonly IDataObject[]): Promise<IDataObject[]> {
	const ids = items.flatMap(({ entity, id }) => (entity === 'deal' && typeof id === 'number' ? [id] : []));
	const deals = new Map<number, IDataObject>();
	for (let from = 0; from < ids.length; from += idsPerRead) {
		for (const [id, lead] of await client.leadsById(ids.slice(from, from + idsPerRead))) {
			if (!lead.is_deleted) deals.set(id, dealJson(lead, true));
		}
	}
	return items.map((item) => (item.entity === 'deal' ? { ...item, deal: deals.get(Number(item.id)) ?? null } : item));
}
