import { z } from 'zod/v4';
import { ok, type Outcome } from '../../../core/ports';
import { cutText } from '../../../core/text/cut';
import { entityTypes, type Entity } from './accountFields';
import { pageSize, type Bitrix24Client, type List } from './client';
import type { Command, Params } from './command';

/** Every item call that writes, or lists without a select, names its kind and uses the fields' original names (bitrix24.md §4). */
export const itemParams = (entity: Entity): Params => ({ entityTypeId: entityTypes[entity], useOriginalUfNames: 'Y' });

/** Characters that Bitrix24 takes (vendor's page of 2026-08-26, bitrix24.md §11): longer ones are refused, or cut in the middle of a letter. */
const longest: Readonly<Record<Entity, Readonly<Record<string, number>>>> = {
	deal: { title: 255 },
	contact: { name: 50, lastName: 50, secondName: 50 },
};

/** What people read is cut with an ellipsis. Keys and multifields are left alone: a cut phone or e-mail would be somebody else's. */
const withinLimits = (entity: Entity, fields: Params): Params =>
	Object.fromEntries(
		Object.entries(fields).map(([name, value]) => {
			const most = longest[entity][name];
			return [name, most !== undefined && typeof value === 'string' ? cutText(value, most) : value];
		}),
	);

export const addItem = (entity: Entity, fields: Params): Command => ({
	method: 'crm.item.add',
	params: { ...itemParams(entity), fields: withinLimits(entity, fields) },
});

export const updateItem = (entity: Entity, id: number, fields: Params): Command => ({
	method: 'crm.item.update',
	params: { ...itemParams(entity), id, fields: withinLimits(entity, fields) },
});

export const deleteItem = (entity: Entity, id: number): Command => ({ method: 'crm.item.delete', params: { entityTypeId: entityTypes[entity], id } });

/**
 * How whole items are listed. Original names together with a `select` make portals answer items without fields (b24-rest-docs #263, #368):
 * never both. Contacts need the select, because phones and e-mails come with `*` only (bitrix24.md §5): their original names are
 * added when they are read (`contactSchema`).
 */
export const listParams = (entity: Entity): Params =>
	entity === 'contact' ? { entityTypeId: entityTypes.contact, select: ['*'] } : itemParams(entity);

/** Items with a few of their standard fields. */
export const selectParams = (entity: Entity, select: readonly string[]): Params => ({ entityTypeId: entityTypes[entity], select: [...select] });

/** Items by ascending id, whole lists at 2,500 a call. */
export const itemList = <T extends { id: number }>(
	entity: Entity,
	filter: Params,
	element: z.ZodType<T>,
): List<T> => ({
	method: 'crm.item.list',
	params: listParams(entity),
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
		params: { ...listParams(entity), filter: { '@id': chunk }, order: { id: 'ASC' }, start: -1 },
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
