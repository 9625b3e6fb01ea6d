import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod/v4';
import { chunks } from './chunks';
import { mergeLock } from './merges';
import { isGone } from './owner';
import type { JournalTables } from './tables';

export interface FoundMerge {
	id: number;
	account: string;
	state: string;
}

const idList = z.array(z.string());

/** Cards are kilobytes each: few rows at a time are held in memory. */
const rowsAtOnce = 50;

/** Merges with cards that somebody recognises, and the contacts whose cards they are. */
export async function mergesOf(
	db: Kysely<JournalTables>,
	account: string | undefined,
	recognised: (before: unknown) => string[],
): Promise<{ merges: FoundMerge[]; contacts: { account: string; id: string }[] }> {
	const merges: FoundMerge[] = [];
	const contacts: { account: string; id: string }[] = [];
	for (let after = 0; ; ) {
		const rows = await db
			.selectFrom('merges')
			.select(['id', 'account', 'state', 'before'])
			.where('id', '>', after)
			.$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
			.orderBy('id')
			.limit(rowsAtOnce)
			.execute();
		for (const { before, ...merge } of rows) {
			const ids = recognised(JSON.parse(before));
			if (ids.length > 0) merges.push(merge);
			contacts.push(...ids.map((id) => ({ account: merge.account, id })));
		}
		const last = rows.at(-1);
		if (last === undefined) return { merges, contacts };
		after = last.id;
	}
}

/** Deletes the merges that were found and all those that the contacts took part in, except unfinished ones that are to stay. */
export async function forgetMerges(
	trx: Transaction<JournalTables>,
	found: readonly FoundMerge[],
	contacts: ReadonlyMap<string, ReadonlySet<string>>,
	{ brokenOffMerges, now }: { brokenOffMerges: boolean; now: number },
): Promise<{ merges: number; mergesUnfinished: number }> {
	const concerned = new Map(found.map((merge) => [merge.id, merge]));
	for (const [account, ids] of contacts) {
		const rows = await trx.selectFrom('merges').select(['id', 'account', 'state', 'keep_id', 'other_ids']).where('account', '=', account).execute();
		for (const { keep_id, other_ids, ...merge } of rows) {
			if ([keep_id, ...idList.parse(JSON.parse(other_ids))].some((id) => ids.has(id))) concerned.set(merge.id, merge);
		}
	}
	const merging = new Set<string>();
	for (const lock of await trx.selectFrom('locks').selectAll().where('name', '=', mergeLock).execute()) {
		if (lock.until > now && !isGone(lock.owner)) merging.add(lock.pair);
	}
	const staying = [...concerned.values()].filter(({ account, state }) => state === 'begun' && (!brokenOffMerges || merging.has(account)));
	for (const { id } of staying) concerned.delete(id);
	for (const some of chunks([...concerned.keys()])) await trx.deleteFrom('merges').where('id', 'in', some).execute();
	return { merges: concerned.size, mergesUnfinished: staying.length };
}
