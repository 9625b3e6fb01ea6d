import { z } from 'zod/v4';
import type { Pipeline } from '../../../core/ports';
import { stageNames, type CrmStageRef, type OrderStage } from '../../../core/order/stage';
import { parseAs, type Bitrix24Client } from '../api/client';
import type { Params } from '../api/command';
import { categoriesSchema, statusSchema, type Category, type StatusItem } from '../api/schema';

export interface StagePlan {
	/** The first one names the stage. */
	stages: readonly OrderStage[];
	/** Unique within a pipeline; Bitrix24 puts `C{n}:` before it (bitrix24.md §4). */
	code: string;
	/** The stage that a new pipeline comes with and that becomes this one. */
	becomes?: string;
	semantics: '' | 'S' | 'F';
	color: string;
}

/** The stages of a pipeline for orders, in their order: first those in progress, then success, then failure. */
export const stagePlans: readonly StagePlan[] = [
	{ stages: ['awaiting_payment'], code: 'MP_PAYMENT', semantics: '', color: '#d5dadf' },
	{ stages: ['awaiting_signature'], code: 'MP_SIGN', semantics: '', color: '#bcc4cc' },
	{ stages: ['new'], code: 'NEW', becomes: 'NEW', semantics: '', color: '#ffe55c' },
	{ stages: ['accepted'], code: 'MP_PACK', becomes: 'PREPARATION', semantics: '', color: '#ffb14a' },
	{ stages: ['ready'], code: 'MP_READY', becomes: 'PREPAYMENT_INVOICE', semantics: '', color: '#7fc4f5' },
	{ stages: ['in_delivery'], code: 'MP_DELIVERY', becomes: 'EXECUTING', semantics: '', color: '#3fa0e8' },
	{ stages: ['delivered'], code: 'MP_DELIVERED', becomes: 'FINAL_INVOICE', semantics: '', color: '#a6dc4b' },
	{ stages: ['dispute'], code: 'MP_DISPUTE', semantics: '', color: '#ff7a6b' },
	{ stages: ['return_requested'], code: 'MP_RETURN', semantics: '', color: '#c98bdb' },
	{ stages: ['completed'], code: 'WON', becomes: 'WON', semantics: 'S', color: '#5bb974' },
	{ stages: ['cancelled', 'returned'], code: 'LOSE', becomes: 'LOSE', semantics: 'F', color: '#e2574c' },
];

export const planName = ({ stages: [first = 'new'] }: StagePlan): string => stageNames[first];

/** Bitrix24 sorts stages by this number; its own reasons for a loss come after ours. */
export const sortOf = (plan: StagePlan): number => (stagePlans.indexOf(plan) + 1) * 10;

export const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Where a pipeline's stages are listed (bitrix24.md §4). */
export const statusEntity = (categoryId: number): string => (categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`);

/** By what a stage means, never by its name: one success, several failures (bitrix24.md §4). */
export function kindOf({ SEMANTICS, EXTRA }: StatusItem): Pipeline['stages'][number]['kind'] {
	const extra = EXTRA && !Array.isArray(EXTRA) ? EXTRA.SEMANTICS : undefined;
	if (SEMANTICS === 'S' || extra === 'success') return 'won';
	return SEMANTICS === 'F' || extra === 'failure' || extra === 'apology' ? 'lost' : 'open';
}

const bySort = (a: StatusItem, b: StatusItem): number => (a.SORT ?? 0) - (b.SORT ?? 0) || a.ID - b.ID;

export const statusesOf = (statuses: readonly StatusItem[], categoryId: number): StatusItem[] =>
	statuses.filter(({ ENTITY_ID }) => ENTITY_ID === statusEntity(categoryId)).sort(bySort);

export const pipelineOf = ({ id, name }: Category, statuses: readonly StatusItem[]): Pipeline => ({
	id: String(id),
	name,
	stages: statusesOf(statuses, id).map((status) => ({ id: status.STATUS_ID, name: status.NAME, kind: kindOf(status) })),
});

/** All deal pipelines and the stages of all of them, in one call: the list of statuses has no pages (bitrix24.md §4). */
export async function readPipelines(client: Bitrix24Client): Promise<{ categories: Category[]; statuses: StatusItem[] }> {
	const [categories, statuses] = await client.read([
		{ method: 'crm.category.list', params: { entityTypeId: 2 } },
		{ method: 'crm.status.list', params: { order: { SORT: 'ASC' } } },
	]);
	return {
		categories: parseAs(categoriesSchema, categories, 'crm.category.list'),
		statuses: parseAs(z.array(statusSchema), statuses, 'crm.status.list'),
	};
}

/** Pipeline and stage together: a stage of another pipeline would silently be ignored (bitrix24.md §4). */
export const stageParams = (stage: CrmStageRef | undefined): Params =>
	stage === undefined ? {} : { categoryId: Number(stage.pipelineId), stageId: stage.statusId };
