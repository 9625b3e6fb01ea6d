import type { Kysely } from 'kysely';
import type { TriggerNote } from './journal';
import type { JournalTables } from './tables';

const dayMs = 86_400_000;
/** What belongs to a trigger that is gone (its workflow was deleted, its node replaced) is forgotten after so long. */
const keptMs = 180 * dayMs;

/** What triggers remember from one call to the next, each in parts that are written independently of one another. */
export class TriggerMemoryStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async read(trigger: string, part: string, now: number): Promise<TriggerNote | undefined> {
		const row = await this.db
			.selectFrom('trigger_memory')
			.select(['value', 'version', 'used_at'])
			.where('trigger', '=', trigger)
			.where('part', '=', part)
			.executeTakeFirst();
		if (row === undefined) return undefined;
		// A webhook's secret is written once and read for years: being read keeps it, at one write a day.
		if (Math.abs(now - row.used_at) > dayMs) await this.touch(trigger, part, now);
		return { value: row.value, version: row.version };
	}

	async write(trigger: string, part: string, value: string, version: number, now: number): Promise<boolean> {
		return this.db.transaction().execute(async (trx) => {
			const row = await trx
				.selectFrom('trigger_memory')
				.select('version')
				.where('trigger', '=', trigger)
				.where('part', '=', part)
				.executeTakeFirst();
			if ((row?.version ?? 0) !== version) return false;
			if (row === undefined) {
				await trx.deleteFrom('trigger_memory').where('used_at', '<', now - keptMs).execute();
				await trx.insertInto('trigger_memory').values({ trigger, part, value, version: 1, used_at: now }).execute();
				return true;
			}
			await trx
				.updateTable('trigger_memory')
				.set({ value, version: version + 1, used_at: now })
				.where('trigger', '=', trigger)
				.where('part', '=', part)
				.execute();
			return true;
		});
	}

	private async touch(trigger: string, part: string, now: number): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx.updateTable('trigger_memory').set({ used_at: now }).where('trigger', '=', trigger).where('part', '=', part).execute();
		});
	}
}
