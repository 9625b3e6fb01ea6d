import type { IDataObject } from 'n8n-workflow';
import type { z } from 'zod/v4';
import { ok, rejected, type Outcome } from '../../../core/ports';
import type { Entity } from '../api/accountFields';
import type { Bitrix24Client } from '../api/client';
import { readItems } from '../api/items';

export { take, wantedCount } from '../../shared/paging';

/** Cards by id, 2,500 in one call; an id that is not in Bitrix24 is refused for its own item only. */
export async function readCards<Card extends { id: number }>(
	client: Bitrix24Client,
	entity: Entity,
	ids: readonly number[],
	element: z.ZodType<Card>,
	json: (card: Card, index: number) => IDataObject,
): Promise<Outcome<IDataObject>[]> {
	const cards = await readItems(client, entity, ids, element);
	return ids.map((id, index): Outcome<IDataObject> => {
		const card = cards.get(id);
		if (card === undefined) return rejected('was not asked for', false);
		if (card.outcome !== 'ok') return card;
		return card.value === undefined
			? rejected(`Bitrix24 has no ${entity} ${id}: it was deleted, or the owner of the webhook may not see it`, true)
			: ok(json(card.value, index));
	});
}
