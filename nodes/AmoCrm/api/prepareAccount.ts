import type { PreparedCrm } from '../../../core/ports';
import { orderStages, type OrderStage } from '../../../core/order/stage';
import { ServiceFailure } from '../../../transport/errors';
import type { AccountFields } from './accountFields';
import type { AmoCrmClient, Entity } from './client';
import { contactFields, dealFields, findField, type CardField } from '../model/cardFields';
import type { LeadPipeline } from './schema';
import { closingStages, sameName, stagePlans, type StagePlan } from '../model/pipelineStages';

/**
 * Makes the pipeline for orders, its stages and the card's fields unless they are there; everything is looked up by name first,
 * so a second run makes nothing, and a run that broke off is simply run again.
 */
export async function prepareAccount(
	client: AmoCrmClient,
	fields: AccountFields,
	pipelineName: string,
	stages: readonly OrderStage[] = orderStages,
): Promise<PreparedCrm> {
	const log: Log = { created: [], found: [] };
	const plans = stagePlans.map((plan, index) => ({ ...plan, sort: sortOf(index) })).filter(({ stage }) => stages.includes(stage));
	const pipeline = await preparePipeline(client, pipelineName, plans, log);
	await prepareFields(client, fields, 'leads', Object.values(dealFields), log);
	await prepareFields(client, fields, 'contacts', Object.values(contactFields), log);
	return { pipelineId: String(pipeline.id), pipelineName: pipeline.name, stages: stagesOf(pipeline), ...log };
}

interface Log {
	created: string[];
	found: string[];
}

async function preparePipeline(client: AmoCrmClient, name: string, plans: readonly (StagePlan & { sort: number })[], log: Log): Promise<LeadPipeline> {
	const known = findPipeline(await client.pipelines(), name);
	if (known === undefined) {
		await client.createPipeline({
			name,
			sort: 100,
			is_main: false,
			is_unsorted_on: false,
			_embedded: {
				statuses: [
					...plans.map((plan) => ({ name: plan.name, color: plan.color, sort: plan.sort })),
					...closingStages.map(({ id, name: closing }) => ({ id, name: closing })),
				],
			},
		});
		log.created.push(`pipeline «${name}»`, ...plans.map((plan) => `stage «${plan.name}»`));
		return requirePipeline(await client.pipelines(), name);
	}

	log.found.push(`pipeline «${known.name}»`);
	const statuses = known._embedded.statuses;
	const isThere = (stage: string): boolean => statuses.some((status) => sameName(status.name, stage));
	const missing = plans.filter((plan) => !isThere(plan.name));
	log.found.push(...plans.filter((plan) => isThere(plan.name)).map((plan) => `stage «${plan.name}»`));
	if (missing.length === 0) return known;

	await client.addStatuses(known.id, missing.map(({ name: stage, color, sort }) => ({ name: stage, color, sort })));
	log.created.push(...missing.map((plan) => `stage «${plan.name}»`));
	return requirePipeline(await client.pipelines(), name);
}

/** amoCRM numbers its stages in tens; a stage that is added later finds its place by this number. */
const sortOf = (index: number): number => (index + 2) * 10;

const findPipeline = (pipelines: readonly LeadPipeline[], name: string): LeadPipeline | undefined =>
	pipelines.find((pipeline) => !pipeline.is_archive && sameName(pipeline.name, name));

function requirePipeline(pipelines: readonly LeadPipeline[], name: string): LeadPipeline {
	const pipeline = findPipeline(pipelines, name);
	if (pipeline !== undefined) return pipeline;
	throw new ServiceFailure({
		api: 'amoCRM',
		kind: 'bad_answer',
		message: `amoCRM took the pipeline «${name}» but does not list it`,
		advice: 'Look in amoCRM whether the pipeline is there, then run Prepare CRM again: it makes only what is missing.',
	});
}

async function prepareFields(
	client: AmoCrmClient,
	fields: AccountFields,
	entity: Entity,
	wanted: readonly CardField[],
	log: Log,
): Promise<void> {
	fields.forget(entity);
	const known = await fields.all(entity);
	const missing = wanted.filter((field) => findField(known, field) === undefined);
	log.found.push(...wanted.filter((field) => !missing.includes(field)).map(({ name }) => `field «${name}»`));
	if (missing.length === 0) return;
	try {
		await client.addCustomFields(entity, missing.map(({ name, code, type }) => ({ name, code, type })));
	} finally {
		fields.forget(entity);
	}
	log.created.push(...missing.map(({ name }) => `field «${name}»`));
}

function stagesOf(pipeline: LeadPipeline): Partial<Record<OrderStage, string>> {
	const stages: Partial<Record<OrderStage, string>> = {};
	for (const plan of stagePlans) {
		const status = pipeline._embedded.statuses.find(({ name }) => sameName(name, plan.name));
		if (status !== undefined) stages[plan.stage] = String(status.id);
	}
	for (const closing of closingStages) for (const stage of closing.stages) stages[stage] = String(closing.id);
	return stages;
}
