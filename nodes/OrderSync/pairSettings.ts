import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { orderStages, type OrderStage } from '../../core/order/stage';
import type { Journal, PairSettings, PairSettingsDraft } from '../../journal/journal';
import { differingOptions, pairOptions } from './settings';
import { stageLabels, type StageRows } from './stageMap';

const text = z.union([z.string(), z.number()]).transform((value) => String(value).trim()).pipe(z.string().min(1));

/** The item that `settingsItem` makes, edited or not. Version, time and author are the journal's own. */
const itemSchema = z.object({
	pair: text.refine((value) => /^[^|]+:[^|]+\|[^|]+:[^|]+$/.test(value), 'must be like kaspi:30000001|amocrm:shop.amocrm.ru'),
	pipelineId: text,
	pipelineName: z.string().trim().default(''),
	stages: z.partialRecord(z.enum(orderStages), text),
	options: z.record(z.string(), z.unknown()).default({}).transform(pairOptions),
});

const optionValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

/** The settings of a pair as an item: what is put out can be kept elsewhere and read in again. */
export const settingsItem = ({ changedAt, options, stages, ...rest }: PairSettings): IDataObject => ({
	...rest,
	changedAt: new Date(changedAt).toISOString(),
	stages: { ...stages },
	options: optionValues.parse(options),
});

/** Such an item again, as an object or as JSON text. */
export const settingsSchema: z.ZodType<Omit<PairSettingsDraft, 'changedAt' | 'changedBy'>> = z.preprocess(
	(value) => (typeof value === 'string' ? jsonOf(value) : value),
	itemSchema,
);

function jsonOf(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		// The schema says that this is no object.
		return value;
	}
}

/** Who changes them, for people. */
export const changedBy = (node: Pick<IExecuteFunctions, 'getNode' | 'getWorkflow'>): string =>
	`${node.getWorkflow().name ?? 'a workflow'} / ${node.getNode().name}`;

/** A node's settings of its own. */
export interface OwnSettings {
	pipelineId: string;
	stages: StageRows;
	/** As the node has them. */
	options: unknown;
}

/** In what a node's own settings differ from those of the pair, as the editor calls it. */
export function differencesFrom(
	pair: PairSettings,
	own: OwnSettings,
	stages: readonly OrderStage[],
	optionLabel: (name: string) => string,
): string[] {
	if (own.pipelineId !== pair.pipelineId) return ['Pipeline'];
	const rows = stages.filter((stage) => own.stages[stage] !== pair.stages[stage]).map((stage) => stageLabels[stage]);
	return [...(rows.length > 0 ? [`Stage Map (${rows.join(', ')})`] : []), ...differingOptions(own.options, pair.options).map(optionLabel)];
}

/** What has been said of a difference: nothing, in the log only because there was no item to say it with, or everything. */
export type Told = 'nothing' | 'logged' | 'all';

/** Says what was said, once per version of the pair's settings and state of the node's own, however often it runs. */
export function toldOf(journal: Journal, node: IExecuteFunctions, { pair, version }: PairSettings, differences: readonly string[]) {
	const name = `told-difference:${node.getWorkflow().id ?? ''}:${node.getNode().id}`;
	const texts = { logged: JSON.stringify([version, differences, 'logged']), all: JSON.stringify([version, differences, 'all']) };
	return {
		async get(): Promise<Told> {
			const stored = await journal.cursors.get(pair, name);
			return stored === texts.all ? 'all' : stored === texts.logged ? 'logged' : 'nothing';
		},
		set: (told: Exclude<Told, 'nothing'>): Promise<void> => journal.cursors.set(pair, name, texts[told]),
	};
}
