import { NodeOperationError, type INode, type INodePropertyOptions, type ResourceMapperField } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { Crm, Pipeline } from '../../core/ports';
import { StageMap, orderStages, stagesByName, type OrderStage } from '../../core/order/stage';

/** The CRM's stage by order stage. */
export type StageRows = Partial<Record<OrderStage, string>>;

/** How stages are called in the node, in the order of an order's life. */
export const stageLabels: Record<OrderStage, string> = {
	awaiting_payment: 'Awaiting payment',
	awaiting_signature: 'Awaiting signature',
	new: 'New',
	accepted: 'Accepted',
	ready: 'Ready',
	in_delivery: 'In delivery',
	delivered: 'Delivered, can be disputed',
	completed: 'Completed',
	dispute: 'Dispute',
	return_requested: 'Return requested',
	returned: 'Returned',
	cancelled: 'Cancelled',
};

/** Those rows that the marketplace has, in the order of an order's life. */
export const onlyRows = (rows: StageRows, stages: readonly OrderStage[]): StageRows =>
	Object.fromEntries(orderStages.flatMap((stage) => (stages.includes(stage) && rows[stage] !== undefined ? [[stage, rows[stage]]] : [])));

/**
 * One row per order stage that the marketplace has, with the pipeline's stages to choose from, filled in where the names are those of
 * Prepare CRM.
 * @param chosen what was chosen before, for this pipeline
 */
export function stageRows({ stages: ofPipeline }: Pipeline, stages: readonly OrderStage[], chosen: StageRows = {}): ResourceMapperField[] {
	const filledIn = { ...stagesByName(ofPipeline), ...chosen };
	const options: INodePropertyOptions[] = ofPipeline.filter(({ kind }) => kind !== 'intake').map(({ id, name }) => ({ name, value: id }));
	return orderStages
		.filter((stage) => stages.includes(stage))
		.map((stage) => ({
			id: stage,
			displayName: stageLabels[stage],
			required: false,
			defaultMatch: false,
			display: true,
			type: 'options',
			options,
			defaultValue: filledIn[stage] ?? null,
		}));
}

/** The parameter as n8n stores it: null or without values until somebody has opened and changed it. */
const mapperValue = z.object({ value: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullish() }).nullish();
export const pipelineLocator = z.object({ mode: z.string(), value: z.union([z.string(), z.number()]).transform((value) => String(value).trim()) });
export type PipelineLocator = z.infer<typeof pipelineLocator>;

/** The rows of the stage map that somebody has filled in. */
export function readRows(mapper: unknown): StageRows {
	const filledIn = mapperValue.parse(mapper)?.value ?? {};
	const rows: StageRows = {};
	for (const stage of orderStages) {
		const chosen = filledIn[stage];
		if (chosen !== undefined && chosen !== null && chosen !== '') rows[stage] = String(chosen);
	}
	return rows;
}

const cacheMs = 10 * 60_000;
const cache = new Map<string, { until: number; pipelines: Pipeline[] }>();

/** The account's pipelines: they change seldom, and every sweep needs them. */
export async function pipelinesOf(crm: Crm, now: number): Promise<Pipeline[]> {
	const key = `${crm.name}:${crm.account}`;
	const known = cache.get(key);
	if (known && known.until > now) return known.pipelines;
	const pipelines = await crm.pipelines();
	cache.set(key, { until: now + cacheMs, pipelines });
	return pipelines;
}

/** After Prepare CRM, and when a name is not found: somebody has changed the pipelines. */
export const forgetPipelines = (crm: Crm): boolean => cache.delete(`${crm.name}:${crm.account}`);

export const isChosen = ({ mode, value }: PipelineLocator, { id, name }: Pipeline): boolean =>
	mode === 'name' ? name.trim().toLowerCase() === value.toLowerCase() : id === value;

/** Instead of the rows of the stage map: n8n's editor shows it where there is no field. */
export const noSuchPipeline =
	'The CRM has no such pipeline, so there are no stages to show. Run this node once with the operation Prepare CRM, which creates the pipeline, or choose another one; then open this node again.';

/** The pipeline that the node's parameter names. One that is not known may have been made since the last look. */
export async function findPipeline(crm: Crm, wanted: PipelineLocator, now: number): Promise<Pipeline | undefined> {
	const find = async (): Promise<Pipeline | undefined> => (await pipelinesOf(crm, now)).find((pipeline) => isChosen(wanted, pipeline));
	const known = await find();
	if (known) return known;
	forgetPipelines(crm);
	return await find();
}

/** @throws NodeOperationError when the pipeline does not exist */
export async function requirePipeline(node: INode, crm: Crm, wanted: PipelineLocator, now: number, name = wanted.value): Promise<Pipeline> {
	const pipeline = await findPipeline(crm, wanted, now);
	if (pipeline) return pipeline;
	throw new NodeOperationError(node, `${crm.account} has no pipeline «${name}»`, {
		description: 'Choose another pipeline, or run Order Sync once with the operation Prepare CRM, which creates it with its stages',
	});
}

/**
 * The map as the engine uses it.
 * @throws NodeOperationError when a row names a stage that is not in the pipeline, or an order's way through it has a hole
 */
export function checkedMap(node: INode, pipeline: Pipeline, rows: StageRows): StageMap {
	const known = new Set(pipeline.stages.map(({ id }) => id));
	const map = new StageMap(pipeline.id, rows);
	const foreign = orderStages.filter((stage) => rows[stage] !== undefined && !known.has(rows[stage]));
	const holes = [...map.missing(), ...foreign];
	if (holes.length === 0) return map;
	throw new NodeOperationError(node, `The stage map leaves these order stages without a stage of «${pipeline.name}»: ${holes.map((stage) => stageLabels[stage]).join(', ')}`, {
		description: 'Fill in these rows of the stage map, or run Order Sync once with the operation Prepare CRM',
	});
}

/** A node's own table of stages: the rows that are filled in, and for the others the stages with the names that Prepare CRM gives. */
export async function readStageMap(
	node: INode,
	crm: Crm,
	locator: unknown,
	mapper: unknown,
	stages: readonly OrderStage[],
	now: number,
): Promise<StageMap> {
	const pipeline = await requirePipeline(node, crm, pipelineLocator.parse(locator), now);
	return checkedMap(node, pipeline, onlyRows({ ...stagesByName(pipeline.stages), ...readRows(mapper) }, stages));
}
