import { z } from 'zod/v4';
import { ok, type Outcome } from '../../../core/ports';
import { entityTypes, type Entity } from './accountFields';
import { pageSize, type Bitrix24Client, type List } from './client';
import type { Command, Params } from './command';

/** Every item call names its kind and wants the fields' original names (bitrix24.md §4). */
export const itemParams = (entity: Entity): Params => ({ entityTypeId: entityTypes[entity], useOriginalUfNames: 'Y' });

export const addItem = (entity: Entity, fields: Params): Command => ({ method: 'crm.item.add', params: { ...itemParams(entity), fields } });

export const updateItem = (entity: Entity, id: number, fields: Params): Command => ({
	method: 'crm.item.update',
	params: { ...itemParams(entity), id, fields },
});

export const deleteItem = (entity: Entity, id: number): Command => ({ method: 'crm.item.delete', params: { entityTypeId: entityTypes[entity], id } });

/** Items by ascending id, whole lists at 2,500 a call. `*`: phones and e-mails come in no other way (bitrix24.md §5). */
export const itemList = <T extends { id: number }>(
	entity: Entity,
	filter: Params,
	element: z.ZodType<T>,
): List<T> => ({
	method: 'crm.item.list',
	params: { ...itemParams(entity), select: ['*'] },
	filter,
	idName: 'id',
	itemsAt: 'items',
	element,
	idOf: ({ id }) => id,
});

/** Items by their ids: fifty ids a command, fifty commands a call, so 2,500 a call. What is not there is `ok(undefined)`. */
export async function readItems<T extends { id: number }>(
	client: Bitrix24Client,
	entity: Entity,
	ids: readonly number[],
	element: z.ZodType<T>,
): Promise<Map<number, Outcome<T | undefined>>> {
	const unique = [...new Set(ids)];
	const chunks = chunksOf(unique, pageSize);
	const commands = chunks.map((chunk): Command => ({
		method: 'crm.item.list',
		params: { ...itemParams(entity), select: ['*'], filter: { '@id': chunk }, order: { id: 'ASC' }, start: -1 },
	}));
	const answers = await client.run(commands, 'read', z.object({ items: z.array(element) }));
	const found = new Map<number, Outcome<T | undefined>>();
	for (const [index, chunk] of chunks.entries()) {
		const answer = answers[index];
		if (answer === undefined) continue;
		const items = new Map(answer.outcome === 'ok' ? answer.value.items.map((item) => [item.id, item]) : []);
		for (const id of chunk) found.set(id, answer.outcome === 'ok' ? ok(items.get(id)) : answer);
	}
	return found;
}

export function chunksOf<T>(elements: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(elements.length / size) }, (_, index) => elements.slice(index * size, (index + 1) * size));
}
