import type { Pipeline } from '../../../core/ports';
import type { OrderStage } from '../../../core/order/stage';
import type { LeadPipeline, Status } from '../api/schema';

/** amoCRM's own last stages: the same ids in every pipeline (amocrm.md §3). */
export const wonStatusId = 142;
export const lostStatusId = 143;
const intakeType = 1;

export interface StagePlan {
	stage: OrderStage;
	/** As people read it (domain.md §2). */
	name: string;
	/** One of the colours that amoCRM takes. */
	color: string;
}

/** The stages of a pipeline for orders, in their order; won and lost are amoCRM's own. */
export const stagePlans: readonly StagePlan[] = [
	{ stage: 'awaiting_payment', name: 'Ожидает оплаты', color: '#f2f3f4' },
	{ stage: 'awaiting_signature', name: 'Ожидает подписи', color: '#e6e8ea' },
	{ stage: 'new', name: 'Новая заявка', color: '#fffd7f' },
	{ stage: 'accepted', name: 'В работе / Сборка', color: '#ffdc7f' },
	{ stage: 'ready', name: 'Готов к отгрузке', color: '#c1e0ff' },
	{ stage: 'in_delivery', name: 'В доставке', color: '#98cbff' },
	{ stage: 'delivered', name: 'Доставлен', color: '#deff81' },
	{ stage: 'dispute', name: 'Спор', color: '#ff8f92' },
	{ stage: 'return_requested', name: 'Возврат запрошен', color: '#f3beff' },
];

export const closingStages: readonly { id: number; name: string; stages: readonly OrderStage[] }[] = [
	{ id: wonStatusId, name: 'Успешно реализовано', stages: ['completed'] },
	{ id: lostStatusId, name: 'Закрыто и не реализовано', stages: ['cancelled', 'returned'] },
];

export const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

export const pipelineOf = (pipeline: LeadPipeline): Pipeline => ({
	id: String(pipeline.id),
	name: pipeline.name,
	stages: pipeline._embedded.statuses.map((status) => ({ id: String(status.id), name: status.name, kind: kindOf(status) })),
});

function kindOf({ id, type }: Status): Pipeline['stages'][number]['kind'] {
	if (id === wonStatusId) return 'won';
	if (id === lostStatusId) return 'lost';
	return type === intakeType ? 'intake' : 'open';
}
