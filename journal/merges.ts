import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod/v4';
import { chunks } from './chunks';
import type { Identity, Merge, MergeBegin } from './journal';
import type { JournalTables, MergeRow } from './tables';

/** The lock of an account under which its contacts are merged (`Journal.cursors.lock`). */
export const mergeLock = 'merge contacts';

const state = z.enum(['begun', 'done', 'refused']);
const ids = z.array(z.string());

/** Merges of contacts, with what was there before: written down before the CRM is touched, so that a broken-off merge is finished. */
export class MergeStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async find(account: string, keepId: string, otherIds: readonly string[]): Promise<Merge | undefined> {
		const row = await this.db
			.selectFrom('merges')
			.selectAll()
			.where('account', '=', account)
			.where('code', '=', codeOf(keepId, otherIds))
			.executeTakeFirst();
		return row && mergeOf(row);
	}

	async begin({ account, keepId, otherIds, before, approvedBy, at }: MergeBegin): Promise<Merge> {
		const row: Omit<Selectable<MergeRow>, 'id'> = {
			account,
			code: codeOf(keepId, otherIds),
			keep_id: keepId,
			other_ids: JSON.stringify(otherIds),
			before: JSON.stringify(before),
			approved_by: approvedBy ?? null,
			state: 'begun',
			reason: null,
			begun_at: at,
			ended_at: null,
		};
		const begun = await this.db.transaction().execute(async (trx) => {
			const same = trx.selectFrom('merges').selectAll().where('account', '=', account).where('code', '=', row.code);
			const known = await same.executeTakeFirst();
			if (known === undefined) await trx.insertInto('merges').values(row).execute();
			else if (known.state === 'refused') await trx.updateTable('merges').set(row).where('id', '=', known.id).execute();
			return await same.executeTakeFirstOrThrow();
		});
		return mergeOf(begun);
	}

	async finish(account: string, keepId: string, otherIds: readonly string[], identities: readonly Identity[], at: number): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx
				.updateTable('merges')
				.set({ state: 'done', reason: null, ended_at: at })
				.where('account', '=', account)
				.where('code', '=', codeOf(keepId, otherIds))
				.execute();
			for (const contactId of otherIds) {
				await trx
					.insertInto('merged_contacts')
					.values({ account, contact_id: contactId, keep_id: keepId })
					.onConflict((conflict) => conflict.columns(['contact_id', 'account']).doUpdateSet({ keep_id: keepId }))
					.execute();
			}
			for (const some of chunks(otherIds)) {
				// Whom others were merged into before has now gone the same way.
				await trx.updateTable('merged_contacts').set({ keep_id: keepId }).where('account', '=', account).where('keep_id', 'in', some).execute();
				await trx.updateTable('identities').set({ contact_id: keepId }).where('account', '=', account).where('contact_id', 'in', some).execute();
			}
			for (const { kind, value, name = '' } of identities) {
				await trx
					.insertInto('identities')
					.values({ account, kind, value, name, contact_id: keepId })
					.onConflict((conflict) => conflict.columns(['value', 'account', 'kind', 'name']).doNothing())
					.execute();
			}
		});
	}

	async refuse(account: string, keepId: string, otherIds: readonly string[], reason: string, at: number): Promise<void> {
		await this.db
			.updateTable('merges')
			.set({ state: 'refused', reason, ended_at: at })
			.where('account', '=', account)
			.where('code', '=', codeOf(keepId, otherIds))
			.where('state', '=', 'begun')
			.execute();
	}

	async keptInstead(account: string, contactIds: readonly string[]): Promise<Map<string, string>> {
		const kept = new Map<string, string>();
		for (const some of chunks(contactIds)) {
			const rows = await this.db.selectFrom('merged_contacts').selectAll().where('contact_id', 'in', some).where('account', '=', account).execute();
			for (const { contact_id: contactId, keep_id: keepId } of rows) kept.set(contactId, keepId);
		}
		return kept;
	}

	async purge(before: number): Promise<number> {
		const gone = await this.db
			.deleteFrom('merges')
			.where('state', '<>', 'begun')
			.where(({ fn }) => fn.coalesce('ended_at', 'begun_at'), '<', before)
			.executeTakeFirstOrThrow();
		return Number(gone.numDeletedRows);
	}

	async recent(limit: number): Promise<Merge[]> {
		return (await this.db.selectFrom('merges').selectAll().orderBy('id', 'desc').limit(limit).execute()).map(mergeOf);
	}
}

/** The same group in whatever order its others are named. */
const codeOf = (keepId: string, otherIds: readonly string[]): string => [keepId, ...[...new Set(otherIds)].sort()].join('+');

function mergeOf(row: Selectable<MergeRow>): Merge {
	const before: unknown = JSON.parse(row.before);
	return {
		account: row.account,
		keepId: row.keep_id,
		otherIds: ids.parse(JSON.parse(row.other_ids)),
		before,
		state: state.parse(row.state),
		begunAt: row.begun_at,
		...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
		...(row.reason === null ? {} : { reason: row.reason }),
		...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
	};
}
