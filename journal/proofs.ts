import type { Kysely } from 'kysely';
import { z } from 'zod/v4';
import { chunks } from './chunks';
import { proofKinds, type Proof } from './journal';
import type { JournalTables } from './tables';

const kind = z.enum(proofKinds);

/** Proofs of hand-over and serial numbers, kept with the order from the start. */
export class ProofStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	/** Attaching the same thing twice keeps the first. */
	async attach(proofs: readonly Proof[]): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const rows of chunks(proofs, 100)) {
				await trx
					.insertInto('proofs')
					.values(rows.map((proof) => ({ ...proof })))
					.onConflict((conflict) => conflict.columns(['number', 'kind', 'what']).doNothing())
					.execute();
			}
		});
	}

	/** Oldest first. */
	async of(numbers: readonly string[]): Promise<Proof[]> {
		const found: Proof[] = [];
		for (const some of chunks(numbers)) {
			const rows = await this.db.selectFrom('proofs').selectAll().where('number', 'in', some).orderBy('at').orderBy('id').execute();
			found.push(...rows.map((row) => ({ number: row.number, kind: kind.parse(row.kind), what: row.what, by: row.by, at: row.at })));
		}
		return found;
	}

	async purgeClosed(before: number): Promise<number> {
		return this.db.transaction().execute(async (trx) => {
			const old = await trx.selectFrom('proofs').select('number').distinct().where('at', '<', before).execute();
			let gone = 0;
			for (const numbers of chunks(old.map(({ number }) => number))) {
				const links = await trx.selectFrom('links').select(['number', 'closed']).where('number', 'in', numbers).execute();
				const open = new Set(links.flatMap(({ number, closed }) => (closed === 0 ? [number] : [])));
				const closed = [...new Set(links.map(({ number }) => number))].filter((number) => !open.has(number));
				if (closed.length === 0) continue;
				const deleted = await trx.deleteFrom('proofs').where('number', 'in', closed).where('at', '<', before).executeTakeFirstOrThrow();
				gone += Number(deleted.numDeletedRows);
			}
			return gone;
		});
	}
}
