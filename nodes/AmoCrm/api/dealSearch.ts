import type { AmoCrmClient } from './client';
import { inParallel } from '../../../transport/inParallel';
import type { CustomField, Lead } from './schema';

/** What amoCRM's search does not know yet: it finds a write after one or two minutes (amocrm.md §5). */
const notYetIndexedMs = 10 * 60_000;
const searchesAtATime = 4;

/**
 * Live deals that really have the value in the field, oldest first, for each of the values. Recent deals come from one list,
 * which has no lag; the others from one search per value, every hit checked, because a search looks at all fields.
 * @param now epoch ms
 */
export async function findDealsByField(
	client: AmoCrmClient,
	field: Pick<CustomField, 'id'>,
	values: readonly string[],
	now: number,
): Promise<Map<string, Lead[]>> {
	const wanted = [...new Set(values)];
	const recent = await dealsSince(client, field, now - notYetIndexedMs);
	const missing = wanted.filter((value) => !recent.has(value));
	const searched = await inParallel(missing, searchesAtATime, async (value): Promise<[string, Lead[]]> => {
		const hits: Lead[] = [];
		for await (const page of client.leads([['with', 'contacts'], ['query', value]])) {
			hits.push(...page.filter((lead) => !lead.is_deleted && valueOf(lead, field) === value));
		}
		return [value, hits];
	});
	// A value that a recent deal has may be on older ones too; the recent one is enough to know that it is taken.
	const found = new Map([...searched, ...wanted.flatMap((value): [string, Lead[]][] => (recent.has(value) ? [[value, recent.get(value) ?? []]] : []))]);
	for (const leads of found.values()) leads.sort((a, b) => a.created_at - b.created_at || a.id - b.id);
	return found;
}

/** Live deals that changed since the time (epoch ms), by their value of the field. */
export async function dealsSince(client: AmoCrmClient, field: Pick<CustomField, 'id'>, since: number): Promise<Map<string, Lead[]>> {
	const from = Math.floor(since / 1000);
	const found = new Map<string, Lead[]>();
	const pages = client.leads([['with', 'contacts'], ['filter[updated_at][from]', String(from)], ['order[id]', 'asc']]);
	for await (const page of pages) {
		for (const lead of page) {
			const value = valueOf(lead, field);
			if (value === undefined || lead.is_deleted || lead.updated_at < from) continue;
			found.set(value, [...(found.get(value) ?? []), lead]);
		}
	}
	return found;
}

function valueOf(lead: Lead, field: Pick<CustomField, 'id'>): string | undefined {
	const value = lead.custom_fields_values.find(({ field_id }) => field_id === field.id)?.values[0]?.value;
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
