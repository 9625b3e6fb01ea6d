import { NodeOperationError, type INode, type INodePropertyOptions, type ResourceMapperField } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { Crm, Pipeline } from '../../core/ports';
import { StageMap, orderStages, stagesByName, type OrderStage } from '../../core/order/stage';

/** How stages are called in the node, in the order of an order's life. */
const labels: Record<OrderStage, string> = {
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

/** One row per order stage, with the pipeline's stages to choose from, filled in where the names are those of Prepare CRM. */
export function stageRows({ stages }: Pipeline): ResourceMapperField[] {
	const byName = stagesByName(stages);
	const options: INodePropertyOptions[] = stages.filter(({ kind }) => kind !== 'intake').map(({ id, name }) => ({ name, value: id }));
	return orderStages.map((stage) => ({
		id: stage,
		displayName: labels[stage],
		required: false,
		defaultMatch: false,
		display: true,
		type: 'options',
		options,
		defaultValue: byName[stage] ?? null,
	}));
}

/** The parameter as n8n stores it: null or without values until somebody has opened and changed it. */
const mapperValue = z.object({ value: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullish() }).nullish();
const pipelineLocator = z.object({ mode: z.string(), value: z.union([z.string(), z.number()]).transform(String) });

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

/** Instead of the rows of the stage map: n8n's editor shows it where there is no field. */
export const noSuchPipeline =
	'The CRM has no such pipeline, so there are no stages to show. Run this node once with the operation Prepare CRM, which creates the pipeline, or choose another one; then open this node again.';

/** The pipeline that the node's parameter names. One that is not known may have been made since the last look. */
export async function findPipeline(crm: Crm, locator: unknown, now: number): Promise<Pipeline | undefined> {
	const wanted = pipelineLocator.parse(locator);
	const isWanted = ({ id, name }: Pipeline): boolean =>
		wanted.mode === 'name' ? name.trim().toLowerCase() === wanted.value.trim().toLowerCase() : id === wanted.value;
	const known = (await pipelinesOf(crm, now)).find(isWanted);
	if (known) return known;
	forgetPipelines(crm);
	return (await pipelinesOf(crm, now)).find(isWanted);
}

/**
 * The analyst's table of stages: the rows that are filled in, and for the others the stages with the names that Prepare CRM gives.
 * @throws NodeOperationError when the pipeline does not exist or an order's way through it has a hole
 */
export async function readStageMap(node: INode, crm: Crm, locator: unknown, mapper: unknown, now: number): Promise<StageMap> {
	const pipeline = await findPipeline(crm, locator, now);
	if (!pipeline) {
		throw new NodeOperationError(node, `${crm.account} has no pipeline «${pipelineLocator.parse(locator).value}»`, {
			description: 'Choose another pipeline, or run Order Sync once with the operation Prepare CRM, which creates it with its stages',
		});
	}
	const filledIn = mapperValue.parse(mapper)?.value ?? {};
	const rows: Partial<Record<OrderStage, string>> = stagesByName(pipeline.stages);
	for (const stage of orderStages) {
		const chosen = filledIn[stage];
		if (chosen !== undefined && chosen !== null && chosen !== '') rows[stage] = String(chosen);
	}
	const known = new Set(pipeline.stages.map(({ id }) => id));
	const map = new StageMap(pipeline.id, rows);
	const foreign = orderStages.filter((stage) => rows[stage] !== undefined && !known.has(rows[stage]));
	const holes = [...map.missing(), ...foreign];
	if (holes.length > 0) {
		throw new NodeOperationError(node, `The stage map leaves these order stages without a stage of «${pipeline.name}»: ${holes.map((stage) => labels[stage]).join(', ')}`, {
			description: 'Fill in these rows of the stage map, or run Order Sync once with the operation Prepare CRM',
		});
	}
	return map;
}
