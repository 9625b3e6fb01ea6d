import type { DealDraft, Outcome } from '../core/ports';
import { stageNames } from '../core/order/stage';
import { cardOf, marketplaceName, productsOf } from './dealCard';
import { readLines } from './readLines';
import { about, type SyncContext } from './context';
import type { Subject } from './reconciliation';

/** Deals that follow their orders, and cards that show an older state: one write per fifty deals, stage and card together. */
export async function moveDeals(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	await readLines(context, subjects.filter(showsOldCard));
	const writes = subjects.flatMap((subject) => {
		const draft = draftFor(context, subject);
		return draft ? [{ subject, draft }] : [];
	});
	await explain(context, writes.map(({ subject }) => subject));
	const allowed = writes.filter(({ subject }) => subject.open);
	const outcomes = await about(context, allowed.map(({ subject }) => subject.order.number), () => context.crm.saveDeals(allowed.map(({ draft }) => draft)));
	for (const [index, { subject, draft }] of allowed.entries()) {
		const outcome = outcomes[index];
		if (outcome?.outcome === 'ok') written(context, subject, draft);
		else if (outcome?.outcome === 'rejected') {
			subject.refused(outcome.about === 'currency' ? outcome.reason : `deal ${subject.link.dealId} could not be changed: ${outcome.reason}`, outcome);
		} else {
			// The same values may be written again without harm.
			subject.end({ result: 'failed', reason: `deal ${subject.link.dealId}: ${outcome?.reason ?? 'the CRM gave no answer'}` });
		}
	}
	for (const subject of subjects) settleStep(subject);
}

/** Its card is to be brought up to date by this look. */
const showsOldCard = ({ open, step, deal, order, link, cardIsOld }: Subject): boolean =>
	open && step !== undefined && deal.kind === 'here' && link.dealId !== undefined && order.stage !== 'unknown' && cardIsOld;

function draftFor(context: SyncContext, subject: Subject): DealDraft | undefined {
	const { order, link, step, open, deal } = subject;
	if (!open || !step || deal.kind !== 'here' || link.dealId === undefined) return undefined;
	const stage = step.do === 'move' ? context.map.toCrm(step.to) : undefined;
	if (step.do === 'move' && !stage) {
		subject.end({ result: 'attention', reason: `в CRM нет этапа для стадии заказа «${stageNames[step.to]}»: заполните таблицу этапов в узле Order Sync` });
		return undefined;
	}
	if (order.stage === 'unknown' || (!stage && !subject.cardIsOld)) return undefined;
	return {
		id: link.dealId,
		stage,
		...(subject.cardIsOld ? { amount: order.money.amount, card: cardOf(order, context.rules, context.mark) } : {}),
		...(subject.cardIsOld && subject.linesAreOld ? { products: productsOf(order) } : {}),
	};
}

/** A person's move is never undone silently: the note is written first, and without it the deal is not moved. */
async function explain(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const noted = subjects.flatMap((subject) =>
		subject.step?.do === 'move' && subject.step.overruled !== undefined ? [{ subject, why: subject.step.overruled }] : [],
	);
	const outcomes = await about(context, noted.map(({ subject }) => subject.order.number), () =>
		context.crm.addNotes(
			noted.map(({ subject: { link, order }, why }) => ({
				dealId: link.dealId ?? '',
				text: `Сделка передвинута по заказу ${marketplaceName(order.key.marketplace)} № ${order.number}: ${why}.`,
			})),
		),
	);
	endUnwritten(noted, outcomes);
}

function endUnwritten(written: readonly { subject: Subject }[], outcomes: readonly Outcome<void>[]): void {
	for (const [index, { subject }] of written.entries()) {
		const outcome = outcomes[index];
		if (outcome?.outcome === 'ok') continue;
		const reason = `the note to deal ${subject.link.dealId} could not be written: ${outcome?.reason ?? 'no answer'}`;
		if (outcome?.outcome === 'rejected') subject.refused(reason, outcome);
		else subject.end({ result: 'failed', reason });
	}
}

function written(context: SyncContext, subject: Subject, draft: DealDraft): void {
	const { link, step } = subject;
	if (draft.card) {
		subject.shown();
		subject.did.push('deal card updated');
	}
	if (step?.do === 'move' && draft.stage) {
		subject.noteChange(context, { side: 'crm', from: link.agreed?.order, to: step.to, by: 'sync' });
		link.seenDeal = draft.stage;
		link.agreed = { order: step.to, deal: draft.stage };
		subject.did.push(`deal moved to "${step.to}"`);
	}
}

/** What the step means for an order that nothing went wrong with. */
function settleStep(subject: Subject): void {
	const { step, open, link } = subject;
	if (!open || !step) return;
	switch (step.do) {
		case 'agree':
			link.agreed = step.agreed;
			return subject.end({ result: 'done' });
		case 'move':
		case 'leave':
			return subject.end({ result: 'done' });
		case 'attention':
			return subject.end({ result: 'attention', reason: step.reason });
		case 'create':
		case 'send':
			// More steps than one look takes: the rest is for the next one.
			return subject.end({ result: 'waiting', dueAt: 0, reason: 'more steps are to follow' });
	}
}
