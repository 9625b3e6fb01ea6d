import { z } from 'zod/v4';
import { parseAs, type Bitrix24Client } from './client';
import { dateText, type Params } from './command';
import { historySchema, type HistoryRecord } from './schema';

/**
 * Where a look through the stage history has got to. Its ids only grow, so `>ID` finds every change once, and changes of the
 * pipeline too, which no update event tells of (bitrix24.md §4, §7). Writes that happen at the same moment may become visible
 * out of order: the last few ids are read again, less those that were seen.
 */
export const historyCursorSchema = z.object({ after: z.number().int(), seen: z.array(z.number().int()) });
export type HistoryCursor = z.infer<typeof historyCursorSchema>;

const overlap = 20;
const method = 'crm.stagehistory.list';
const dealParams: Params = { entityTypeId: 2 };

/** Everything after the cursor, oldest first, in pages; one call when nothing happened. */
export async function* readHistory(client: Bitrix24Client, cursor: HistoryCursor): AsyncGenerator<HistoryRecord[], HistoryCursor> {
	const seen = new Set(cursor.seen);
	const from = seen.size === 0 ? cursor.after : Math.max(cursor.after - overlap, Math.min(...seen) - 1);
	const last = yield* pages(client, {}, from, seen);
	return cursorAt(Math.max(cursor.after, last), seen);
}

/** Everything since the time (epoch ms). */
export async function* readHistorySince(client: Bitrix24Client, since: number): AsyncGenerator<HistoryRecord[], HistoryCursor> {
	// The end of the history is looked up first: what comes in meanwhile is beyond it, and read the next time at the latest.
	const end = await historyEnd(client);
	const seen = new Set(end.seen);
	const last = yield* pages(client, { '>=CREATED_TIME': dateText(since) }, 0, new Set());
	return cursorAt(Math.max(end.after, last), seen);
}

/** The end of the history as it is now. */
export async function historyEnd(client: Bitrix24Client): Promise<HistoryCursor> {
	const records = await latestHistory(client);
	const after = records.reduce((highest, { ID }) => Math.max(highest, ID), 0);
	return cursorAt(after, new Set(records.map(({ ID }) => ID)));
}

/** The last page of the history, newest first. */
export async function latestHistory(client: Bitrix24Client): Promise<HistoryRecord[]> {
	const [page] = await client.read([{ method, params: { ...dealParams, order: { ID: 'DESC' }, start: -1 } }]);
	return parseAs(z.object({ items: z.array(historySchema) }), page, method).items;
}

async function* pages(client: Bitrix24Client, filter: Params, from: number, seen: Set<number>): AsyncGenerator<HistoryRecord[], number> {
	let last = 0;
	const list = { method, params: dealParams, filter, idName: 'ID', itemsAt: 'items', element: historySchema, idOf: ({ ID }: HistoryRecord) => ID } as const;
	for await (const page of client.list(list, from)) {
		const fresh = page.filter(({ ID }) => !seen.has(ID));
		for (const { ID } of page) {
			seen.add(ID);
			last = Math.max(last, ID);
		}
		if (fresh.length > 0) yield fresh;
	}
	return last;
}

/** @param after the highest id that was read, @param seen ids that were read */
export const cursorAt = (after: number, seen: ReadonlySet<number>): HistoryCursor => ({
	after,
	seen: [...seen].filter((id) => id > after - overlap && id <= after).sort((a, b) => a - b),
});
