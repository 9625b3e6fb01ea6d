/** Where an order stands, in words that every marketplace and every CRM can be translated to (DESIGN section 3). */
export const orderStages = [
	'awaiting_payment',
	'awaiting_signature',
	'new',
	'accepted',
	'ready',
	'in_delivery',
	'delivered',
	'completed',
	'dispute',
	'return_requested',
	'returned',
	'cancelled',
] as const;

export type OrderStage = (typeof orderStages)[number];

/** What follows from a stage, and how it is called in a CRM for people in Kazakhstan and Russia (domain.md section 2). */
interface StageFacts {
	/** How far along the way to the buyer, to compare two stages. */
	rank: number;
	/** The marketplace has decided: nobody can talk it out of it. */
	isFact: boolean;
	/** Nothing more is expected to happen, although a completed order can still be returned. */
	isClosed: boolean;
	/** Where the order is shown when the analyst has given this stage no place of its own. */
	shownAs?: OrderStage;
}

const facts: Record<OrderStage, StageFacts> = {
	awaiting_payment: { rank: 0, isFact: false, isClosed: false, shownAs: 'new' },
	new: { rank: 1, isFact: false, isClosed: false },
	awaiting_signature: { rank: 2, isFact: false, isClosed: false, shownAs: 'accepted' },
	accepted: { rank: 3, isFact: false, isClosed: false },
	ready: { rank: 4, isFact: false, isClosed: false },
	in_delivery: { rank: 5, isFact: false, isClosed: false },
	delivered: { rank: 6, isFact: false, isClosed: false, shownAs: 'in_delivery' },
	completed: { rank: 7, isFact: true, isClosed: true },
	dispute: { rank: 8, isFact: true, isClosed: false, shownAs: 'in_delivery' },
	return_requested: { rank: 9, isFact: true, isClosed: false, shownAs: 'completed' },
	returned: { rank: 10, isFact: true, isClosed: true, shownAs: 'cancelled' },
	cancelled: { rank: 11, isFact: true, isClosed: true },
};

export const isFact = (stage: OrderStage): boolean => facts[stage].isFact;
export const isClosed = (stage: OrderStage): boolean => facts[stage].isClosed;
export const isFurther = (stage: OrderStage, than: OrderStage): boolean => facts[stage].rank > facts[than].rank;

/** How the stages are called in a CRM unless the analyst calls them otherwise (domain.md §2). */
export const stageNames: Record<OrderStage, string> = {
	awaiting_payment: 'Ожидает оплаты',
	awaiting_signature: 'Ожидает подписи',
	new: 'Новая заявка',
	accepted: 'В работе / Сборка',
	ready: 'Готов к отгрузке',
	in_delivery: 'В доставке',
	delivered: 'Доставлен',
	dispute: 'Спор',
	return_requested: 'Возврат запрошен',
	completed: 'Успешно реализовано',
	cancelled: 'Закрыто и не реализовано',
	returned: 'Закрыто и не реализовано',
};

/** Finds the stages of a pipeline by their names; won and lost ones by what they are, whatever they are called. */
export function stagesByName(
	stages: readonly { id: string; name: string; kind: 'open' | 'won' | 'lost' | 'intake' }[],
): Partial<Record<OrderStage, string>> {
	const rows: Partial<Record<OrderStage, string>> = {};
	for (const stage of orderStages) {
		const wanted = stage === 'completed' ? 'won' : stage === 'cancelled' || stage === 'returned' ? 'lost' : 'open';
		const found = stages.find(
			({ kind, name }) => kind === wanted && (wanted !== 'open' || name.trim().toLowerCase() === stageNames[stage].toLowerCase()),
		);
		if (found) rows[stage] = found.id;
	}
	return rows;
}

/** A CRM's stage: ids are the CRM's own, as strings; amoCRM's 142 and 143 mean nothing without their pipeline (amocrm.md §3). */
export interface CrmStageRef {
	pipelineId: string;
	statusId: string;
}

export const sameCrmStage = (a: CrmStageRef, b: CrmStageRef): boolean =>
	a.pipelineId === b.pipelineId && a.statusId === b.statusId;

/** The analyst's table: which CRM stage shows which order stage. Several order stages may share a CRM stage. */
export class StageMap {
	constructor(
		readonly pipelineId: string,
		readonly rows: Readonly<Partial<Record<OrderStage, string>>>,
	) {}

	/** The CRM stage that shows an order stage; a stage without a row is shown where its neighbour is. */
	toCrm(stage: OrderStage): CrmStageRef | undefined {
		const statusId = this.rows[stage];
		if (statusId !== undefined) return { pipelineId: this.pipelineId, statusId };
		const { shownAs } = facts[stage];
		return shownAs === undefined ? undefined : this.toCrm(shownAs);
	}

	/** Every order stage that a CRM stage may stand for, nearest to the start first; empty for a stage outside the map. */
	meanings(ref: CrmStageRef): OrderStage[] {
		if (ref.pipelineId !== this.pipelineId) return [];
		return orderStages.filter((stage) => this.toCrm(stage)?.statusId === ref.statusId);
	}

	/** What a person meant who moved a deal here: the stage that has the row itself, not one that is only shown there. */
	intended(ref: CrmStageRef): OrderStage | undefined {
		if (ref.pipelineId !== this.pipelineId) return undefined;
		const named = orderStages.filter((stage) => this.rows[stage] === ref.statusId);
		// Lost deals are shared by "cancelled" and "returned": only the first is something a seller can decide.
		return named.includes('cancelled') ? 'cancelled' : named[0];
	}

	/** The whole table as text: another one may settle what this one could not. */
	get text(): string {
		return JSON.stringify([this.pipelineId, ...orderStages.map((stage) => this.rows[stage] ?? null)]);
	}

	/** Order stages that could not be shown anywhere in the CRM: the table is incomplete. */
	missing(): OrderStage[] {
		return orderStages.filter((stage) => this.toCrm(stage) === undefined);
	}
}
