import type { Kysely } from 'kysely';
import { chunks } from './chunks';
import type { JournalTables } from './tables';

/** Contacts by account, together with everybody who was merged into them: that is one person, as somebody approved. */
export class People {
	private constructor(
		/** Every id, of the merged ones too. */
		readonly byAccount: ReadonlyMap<string, ReadonlySet<string>>,
		private readonly kept: ReadonlyMap<string, ReadonlySet<string>>,
	) {}

	static async of(db: Kysely<JournalTables>, named: readonly { account: string; id: string }[]): Promise<People> {
		const byAccount = new Map<string, Set<string>>();
		const kept = new Map<string, Set<string>>();
		for (const account of new Set(named.map((each) => each.account))) {
			const ids = new Set(named.flatMap((each) => (each.account === account ? [each.id] : [])));
			const keptInstead = new Map<string, string>();
			for (const some of chunks([...ids])) {
				const rows = await db.selectFrom('merged_contacts').selectAll().where('contact_id', 'in', some).where('account', '=', account).execute();
				for (const row of rows) keptInstead.set(row.contact_id, row.keep_id);
			}
			const roots = new Set([...ids].map((id) => keptInstead.get(id) ?? id));
			const all = new Set([...ids, ...roots]);
			for (const some of chunks([...roots])) {
				const rows = await db.selectFrom('merged_contacts').select('contact_id').where('keep_id', 'in', some).where('account', '=', account).execute();
				for (const { contact_id } of rows) all.add(contact_id);
			}
			byAccount.set(account, all);
			kept.set(account, roots);
		}
		return new People(byAccount, kept);
	}

	get size(): number {
		return [...this.byAccount.values()].reduce((sum, ids) => sum + ids.size, 0);
	}

	/** The first account with more than one contact that were never merged: perhaps not one person. */
	several(): { account: string; contactIds: string[] } | undefined {
		for (const [account, roots] of this.kept) if (roots.size > 1) return { account, contactIds: [...roots].sort() };
		return undefined;
	}

	async each<Row>(read: (account: string, ids: readonly string[]) => Promise<Row[]>): Promise<Row[]> {
		const rows: Row[] = [];
		for (const [account, ids] of this.byAccount) rows.push(...(await read(account, [...ids])));
		return rows;
	}
}
