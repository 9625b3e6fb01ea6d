import { z } from 'zod/v4';
import { ok, type Outcome } from '../../../core/ports';
import { pageSize, type Bitrix24Client } from './client';
import type { Command } from './command';
import { keyText, type ExternalKey } from '../model/deal';
import { chunksOf, itemList, selectParams } from './items';
import { dealSchema, whole } from './schema';

/** Half a page, so that a key with several deals does not push another one off it. */
const keysPerCommand = pageSize / 2;

const text = z.union([z.string(), z.number().transform(String)]).nullish().transform((value) => value ?? '');
const foundSchema = z.object({ id: whole, categoryId: whole, stageId: z.string(), originatorId: text, originId: text }).passthrough();
const foundPage = z.object({ items: z.array(foundSchema) });
export type FoundDeal = z.infer<typeof foundSchema>;

/**
 * Deals by their external keys, oldest first: Bitrix24 knows no unique fields and no idempotency (bitrix24.md §4, §6), so this is
 * asked before every create. A list has no lag. Twenty-five keys a command, 1,250 a call.
 */
export async function findDealsByKey(client: Bitrix24Client, keys: readonly ExternalKey[]): Promise<Map<string, Outcome<FoundDeal[]>>> {
	const chunks = [...bySystem(keys)].flatMap(([originatorId, ids]) => chunksOf([...ids], keysPerCommand).map((originIds) => ({ originatorId, originIds })));
	const commands = chunks.map(({ originatorId, originIds }): Command => ({
		method: 'crm.item.list',
		params: {
			...selectParams('deal', ['id', 'categoryId', 'stageId', 'originatorId', 'originId']),
			filter: { '=originatorId': originatorId, '@originId': originIds },
			order: { id: 'ASC' },
			start: -1,
		},
	}));
	const answers = await client.run(commands, 'read', foundPage);
	const found = new Map<string, Outcome<FoundDeal[]>>();
	for (const [index, { originatorId, originIds }] of chunks.entries()) {
		const answer = answers[index];
		if (answer === undefined) continue;
		const deals = answer.outcome === 'ok' && answer.value.items.length >= pageSize ? await allDeals(client, originatorId, originIds) : undefined;
		for (const originId of originIds) {
			const own = (deal: FoundDeal): boolean => deal.originatorId === originatorId && deal.originId === originId;
			found.set(keyText({ originatorId, originId }), answer.outcome === 'ok' ? ok((deals ?? answer.value.items).filter(own)) : answer);
		}
	}
	return found;
}

async function allDeals(client: Bitrix24Client, originatorId: string, originIds: readonly string[]): Promise<FoundDeal[]> {
	const deals: FoundDeal[] = [];
	for await (const page of client.list(itemList('deal', { '=originatorId': originatorId, '@originId': originIds }, dealSchema))) deals.push(...page);
	return deals;
}

function bySystem(keys: readonly ExternalKey[]): Map<string, Set<string>> {
	const systems = new Map<string, Set<string>>();
	for (const { originatorId, originId } of keys) systems.set(originatorId, (systems.get(originatorId) ?? new Set()).add(originId));
	return systems;
}
