import { z } from 'zod/v4';
import type { Outcome, PreparedCrm } from '../../../core/ports';
import { orderStages, type OrderStage } from '../../../core/order/stage';
import { ServiceFailure } from '../../../transport/errors';
import { nameIn, type AccountFields, type Entity } from './accountFields';
import type { Bitrix24Client } from './client';
import type { Command, Param } from './command';
import { contactFields, dealFields, type CardField } from '../model/cardFields';
import { anySchema, categorySchema, type Category, type StatusItem } from './schema';
import { kindOf, planName, readPipelines, sameName, sortOf, stagePlans, statusEntity, statusesOf, type StagePlan } from '../model/pipelineStages';

interface Log {
	created: string[];
	found: string[];
}

/**
 * Makes the pipeline for orders, its stages and the card's fields unless they are there; everything is looked up first,
 * so a second run makes nothing, and a run that broke off is simply run again. Needs the rights of a CRM administrator.
 */
export async function prepareAccount(
	client: Bitrix24Client,
	fields: AccountFields,
	pipelineName: string,
	wanted: readonly OrderStage[] = orderStages,
): Promise<PreparedCrm> {
	const log: Log = { created: [], found: [] };
	const pipeline = await preparePipeline(client, pipelineName, log);
	const plans = stagePlans.filter((plan) => plan.stages.some((stage) => wanted.includes(stage)));
	const stages = await prepareStages(client, pipeline, plans, log);
	await prepareFields(client, fields, 'deal', Object.values(dealFields), log);
	await prepareFields(client, fields, 'contact', Object.values(contactFields), log);
	return { pipelineId: String(pipeline.id), pipelineName: pipeline.name, stages, ...log };
}

async function preparePipeline(client: Bitrix24Client, name: string, log: Log): Promise<Category & { isNew: boolean }> {
	const { categories } = await readPipelines(client);
	const known = categories.find((category) => sameName(category.name, name));
	if (known !== undefined) {
		log.found.push(`pipeline «${known.name}»`);
		return { ...known, isNew: false };
	}
	const { category } = await client.call(
		'crm.category.add',
		{ entityTypeId: 2, fields: { name: name.trim(), sort: 100 } },
		'once',
		z.object({ category: categorySchema }),
	);
	log.created.push(`pipeline «${name.trim()}»`);
	return { ...category, isNew: true };
}

async function prepareStages(
	client: Bitrix24Client,
	{ id, isNew }: Category & { isNew: boolean },
	plans: readonly StagePlan[],
	log: Log,
): Promise<Partial<Record<OrderStage, string>>> {
	const before = statusesOf((await readPipelines(client)).statuses, id);
	const commands = isNew ? furnish(id, before, plans) : complete(id, before, plans);
	requireAll(await client.run(commands, 'once', anySchema), commands, 'stages');
	const after = commands.length === 0 ? before : statusesOf((await readPipelines(client)).statuses, id);
	for (const plan of plans) (findStage(before, plan) ? log.found : log.created).push(`stage «${planName(plan)}»`);
	return stagesOf(after);
}

/** A stage in progress by its name; success and failure by what they mean, whatever they are called. */
const findStage = (statuses: readonly StatusItem[], plan: StagePlan): StatusItem | undefined =>
	statuses.find((status) =>
		plan.semantics === '' ? kindOf(status) === 'open' && sameName(status.NAME, planName(plan)) : kindOf(status) === (plan.semantics === 'S' ? 'won' : 'lost'),
	);

/** A new pipeline comes with stages of Bitrix24's own: they become ours, so that nothing is left over. */
function furnish(id: number, statuses: readonly StatusItem[], plans: readonly StagePlan[]): Command[] {
	const byCode = (code: string | undefined): StatusItem | undefined => statuses.find(({ STATUS_ID }) => code !== undefined && STATUS_ID.replace(/^C\d+:/, '') === code);
	const meant = plans.flatMap((plan) => byCode(plan.becomes) ?? []);
	// Where a stage that one of them was meant for is not wanted, it becomes one that has none.
	const free = statuses.filter((status) => kindOf(status) === 'open' && !meant.includes(status));
	const taken = new Map(plans.map((plan) => [plan, byCode(plan.becomes) ?? (plan.semantics === '' ? free.pop() : undefined)]));
	const own = (plan: StagePlan): StatusItem | undefined => taken.get(plan);
	const kept = new Set(taken.values());
	const updates = plans.flatMap((plan): Command[] => {
		const status = own(plan);
		return status === undefined ? [] : [updateStage(status, { NAME: planName(plan), SORT: sortOf(plan), COLOR: plan.color })];
	});
	// Its further reasons for a loss stay, behind ours.
	const losses = statuses
		.filter((status) => !kept.has(status) && kindOf(status) === 'lost')
		.map((status, index) => updateStage(status, { SORT: (stagePlans.length + 1 + index) * 10 }));
	const adds = plans.filter((plan) => own(plan) === undefined).map((plan) => addStage(id, plan, sortOf(plan)));
	// From the end: stages in progress must never stand behind success, nor success behind failure (crm.status.add "SORT").
	return [...[...updates, ...losses].reverse(), ...adds];
}

const updateStage = ({ ID }: StatusItem, fields: Record<string, Param>): Command => ({ method: 'crm.status.update', params: { id: ID, fields } });

/** An analyst's own pipeline keeps its stages and gets those that it lacks, behind the others and before success. */
function complete(id: number, statuses: readonly StatusItem[], plans: readonly StagePlan[]): Command[] {
	const sorts = (kind: ReturnType<typeof kindOf>): number[] => statuses.filter((status) => kindOf(status) === kind).map(({ SORT }) => SORT ?? 0);
	const last = Math.max(0, ...sorts('open'));
	const beforeWon = Math.min(...sorts('won'), Number.MAX_SAFE_INTEGER) - 1;
	const missing = plans.filter((plan) => findStage(statuses, plan) === undefined);
	return missing.map((plan, index) => addStage(id, plan, plan.semantics === '' ? Math.max(last, Math.min(last + 1 + index, beforeWon)) : sortOf(plan)));
}

const addStage = (id: number, plan: StagePlan, sort: number): Command => ({
	method: 'crm.status.add',
	params: {
		fields: {
			ENTITY_ID: statusEntity(id),
			STATUS_ID: plan.becomes === plan.code ? `MP_${plan.code}` : plan.code,
			NAME: planName(plan),
			SORT: sort,
			COLOR: plan.color,
			...(plan.semantics === '' ? {} : { SEMANTICS: plan.semantics }),
		},
	},
});

function stagesOf(statuses: readonly StatusItem[]): Partial<Record<OrderStage, string>> {
	return Object.fromEntries(
		stagePlans.flatMap((plan) => {
			const status = findStage(statuses, plan);
			return status === undefined ? [] : plan.stages.map((stage) => [stage, status.STATUS_ID]);
		}),
	);
}

async function prepareFields(client: Bitrix24Client, fields: AccountFields, entity: Entity, wanted: readonly CardField[], log: Log): Promise<void> {
	fields.forget(entity);
	const known = await fields.all(entity);
	const missing = wanted.filter((field) => nameIn(known, field) === undefined);
	log.found.push(...wanted.filter((field) => !missing.includes(field)).map(({ label }) => `field «${label}»`));
	if (missing.length === 0) return;
	const commands = missing.map((field): Command => ({ method: `crm.${entity}.userfield.add`, params: { fields: fieldParams(field) } }));
	try {
		requireAll(await client.run(commands, 'once', anySchema), commands, 'fields');
	} finally {
		fields.forget(entity);
	}
	log.created.push(...missing.map(({ label }) => `field «${label}»`));
}

const fieldParams = ({ code, label, type, rows }: CardField): Record<string, Param> => ({
	FIELD_NAME: code,
	XML_ID: code,
	USER_TYPE_ID: type,
	LABEL: label,
	EDIT_FORM_LABEL: label,
	LIST_COLUMN_LABEL: label,
	LIST_FILTER_LABEL: label,
	SHOW_FILTER: 'Y',
	SHOW_IN_LIST: 'Y',
	...(rows === undefined ? {} : { SETTINGS: { ROWS: rows } }),
});

function requireAll(outcomes: readonly Outcome<unknown>[], commands: readonly Command[], what: string): void {
	const bad = outcomes.findIndex(({ outcome }) => outcome !== 'ok');
	const outcome = outcomes[bad];
	if (outcome === undefined || outcome.outcome === 'ok') return;
	const isLasting = outcome.outcome === 'rejected' && outcome.permanent;
	throw new ServiceFailure({
		api: 'Bitrix24',
		kind: isLasting ? 'rejected' : outcome.outcome === 'unknown' ? 'unknown_outcome' : 'unavailable',
		status: outcome.outcome === 'unknown' && outcome.ended === true ? 500 : undefined,
		message: `Prepare CRM could not make all ${what} (${commands[bad]?.method ?? ''}): ${outcome.reason}`,
		advice: 'The owner of the webhook needs the rights of a CRM administrator. Then run Prepare CRM again: it makes only what is missing.',
		mayBeApplied: outcome.outcome === 'unknown',
	});
}
