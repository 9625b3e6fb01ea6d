import { isDeepStrictEqual } from 'node:util';
import type { Kysely, Selectable } from 'kysely';
import { orderStages, type OrderStage } from '../core/order/stage';
import type { PairId, PairSettings, PairSettingsDraft } from './journal';
import type { JournalTables, PairSettingsRow } from './tables';

/** The settings of each pair; the newest version counts, the earlier ones stay to be read. */
export class PairSettingsStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async get(pair: PairId): Promise<PairSettings | undefined> {
		return (await this.versions(pair))[0];
	}

	async versions(pair: PairId): Promise<PairSettings[]> {
		const rows = await this.db.selectFrom('pair_settings').selectAll().where('pair', '=', pair).orderBy('version', 'desc').execute();
		return rows.map(settingsOf);
	}

	async all(): Promise<PairSettings[]> {
		const rows = await this.db.selectFrom('pair_settings').selectAll().orderBy('pair').orderBy('version').execute();
		return [...new Map(rows.map((row) => [row.pair, settingsOf(row)])).values()];
	}

	async save(draft: PairSettingsDraft): Promise<{ settings: PairSettings; changed: boolean }> {
		return this.db.transaction().execute(async (trx) => {
			const row = await trx.selectFrom('pair_settings').selectAll().where('pair', '=', draft.pair).orderBy('version', 'desc').limit(1).executeTakeFirst();
			const before = row === undefined ? undefined : settingsOf(row);
			if (before !== undefined && isDeepStrictEqual(contentOf(before), contentOf(draft))) return { settings: before, changed: false };
			const settings: PairSettings = { ...draft, version: (before?.version ?? 0) + 1 };
			await trx.insertInto('pair_settings').values(rowOf(settings)).execute();
			return { settings, changed: true };
		});
	}
}

/** What makes one version differ from another. As JSON keeps it: what is undefined is not there. */
const contentOf = ({ pipelineId, pipelineName, stages, options }: PairSettingsDraft): unknown =>
	JSON.parse(JSON.stringify({ pipelineId, pipelineName, stages, options }));

const rowOf = ({ pair, version, changedAt, changedBy, pipelineId, pipelineName, stages, options }: PairSettings): PairSettingsRow => ({
	pair,
	version,
	changed_at: changedAt,
	changed_by: changedBy,
	pipeline_id: pipelineId,
	pipeline_name: pipelineName,
	stages: JSON.stringify(stages),
	options: JSON.stringify(options),
});

const settingsOf = (row: Selectable<PairSettingsRow>): PairSettings => ({
	pair: row.pair,
	version: row.version,
	changedAt: row.changed_at,
	changedBy: row.changed_by,
	pipelineId: row.pipeline_id,
	pipelineName: row.pipeline_name,
	stages: stagesOf(JSON.parse(row.stages)),
	options: objectOf(JSON.parse(row.options)),
});

const objectOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});

function stagesOf(value: unknown): Partial<Record<OrderStage, string>> {
	const stored = objectOf(value);
	return Object.fromEntries(orderStages.flatMap((stage) => (typeof stored[stage] === 'string' ? [[stage, stored[stage]]] : [])));
}
