import type { CrmStageRef } from '../core/order/stage';
import { sameCrmStage } from '../core/order/stage';
import { about, type SyncContext } from './context';
import type { Subject } from './reconciliation';

/** Where a deal stands that was deleted or merged away. */
const gone: CrmStageRef = { pipelineId: '', statusId: 'deleted' };

/**
 * Writes down what each side has done by itself since the last look: the marketplace with its own time where it tells one, the CRM with the
 * time and the user of the move. Only deals that have moved are asked about, all of them together.
 */
export async function noteMoves(context: SyncContext, subjects: readonly Subject[], stagesBefore: ReadonlyMap<Subject, string | undefined>): Promise<void> {
	for (const subject of subjects) noteOrder(context, subject, stagesBefore.get(subject));
	const moved = subjects.filter(hasMoved);
	const here = moved.flatMap((subject) => (subject.dealNow ? [{ subject, deal: subject.dealNow }] : []));
	const moves = new Map((await about(context, here.map(({ subject }) => subject.order.number), () => context.crm.lastMoves(here.map(({ deal }) => deal)))).map((move, index) => [here[index]?.subject, move]));
	for (const subject of moved) {
		const { link, dealNow } = subject;
		const stage = dealNow?.stage ?? gone;
		const before = link.seenDeal ?? link.agreed?.deal;
		const move = moves.get(subject);
		subject.noteChange(context, { side: 'crm', from: before && stageText(context, before), to: stageText(context, stage), by: 'manager', at: move?.at, who: move?.userId });
	}
	for (const { link, deal, dealNow } of subjects) if (deal.kind !== 'none') link.seenDeal = dealNow?.stage ?? gone;
}

function noteOrder(context: SyncContext, subject: Subject, before: string | undefined): void {
	const { order } = subject;
	if (before === order.stage) return;
	subject.noteChange(context, { side: 'marketplace', from: before, to: order.stage, by: 'marketplace', at: order.stageSince });
}

/** Since the last look somebody else than us has moved the deal. Where nobody knows where it stood, nothing is claimed. */
function hasMoved({ deal, dealNow, link }: Subject): boolean {
	const before = link.seenDeal ?? link.agreed?.deal;
	if (deal.kind === 'none' || before === undefined) return false;
	return !sameCrmStage(before, dealNow?.stage ?? gone);
}

/** The order's stage that it stands for; the CRM's own ids for a stage outside the map. */
function stageText({ map }: SyncContext, stage: CrmStageRef): string {
	if (stage === gone || sameCrmStage(stage, gone)) return gone.statusId;
	return map.intended(stage) ?? map.meanings(stage)[0] ?? `stage ${stage.pipelineId}/${stage.statusId}`;
}
