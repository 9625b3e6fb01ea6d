import { saveDespiteDismissal } from '../core/contact/dismissed';
import { orderKeyText, type Order } from '../core/order/order';
import type { Intent, Link, Proof, ProofKind } from '../journal/journal';
import { marketplaceName } from './dealCard';
import { about, unknownSettlesMs, type SyncContext } from './context';
import type { Subject } from './reconciliation';
import { tellOfDismissal } from './tellOfDismissal';

/** Ozon's support closes tickets fast: proof that comes a day late is no proof (domain.md §5). */
const disputeDueMs = 2 * 3_600_000;

const proofNames: Record<ProofKind, string> = {
	photo: 'Фото',
	video: 'Видео',
	signature: 'Подпись',
	document: 'Документ',
	chat: 'Переписка',
	waybill: 'Накладная',
	serial: 'Серийный номер / IMEI',
	other: 'Прочее',
};

/**
 * A dispute is urgent: whoever is responsible gets one task with everything that proves the hand-over, before the deal is moved.
 * It is written down before it is sent and looked for on the deal before it is sent again, so a lost answer or a killed process
 * makes no second one. An order that leaves the dispute may be disputed anew later.
 */
export async function raiseDisputes(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const { journal, pair } = context;
	for (const { open, order, link } of subjects) {
		if (open && link.agreed?.order === 'dispute' && order.stage !== 'dispute') await journal.intents.forget(pair, order.key, 'dispute_task');
	}
	const disputed = subjects.filter(isOnADeal);
	if (!disputed.length) return;
	// A deal that was just created is done, its task is not: should the CRM be out of reach now, the next look goes on.
	for (const subject of disputed) if (!subject.open) subject.reopen();
	await raise(context, disputed);
	for (const subject of disputed) if (subject.open && subject.step?.do === 'create') subject.end({ result: 'done' });
}

async function raise(context: SyncContext, disputed: readonly Subject[]): Promise<void> {
	const { journal, pair } = context;
	const intents = new Map(
		(await journal.intents.of(pair, disputed.map(({ order }) => order.key)))
			.filter(({ action }) => action === 'dispute_task')
			.map((intent) => [orderKeyText(intent.order), intent]),
	);
	const intentOf = ({ order }: Subject): Intent | undefined => intents.get(orderKeyText(order.key));
	const missing = await withoutTask(context, disputed.filter((subject) => intentOf(subject)?.state !== 'applied'), intentOf);
	await addTasks(context, missing);
}

/** A disputed order whose deal is there: found where it was left, or created by this look. */
function isOnADeal({ order, link, deal, open, verdict }: Subject): boolean {
	if (order.stage !== 'dispute' || link.dealId === undefined) return false;
	return open ? deal.kind === 'here' : verdict?.result === 'done';
}

/** Those on whose deal no open task tells of the dispute; an answer that may still be on its way is waited for. */
async function withoutTask(context: SyncContext, subjects: readonly Subject[], intentOf: (subject: Subject) => Intent | undefined): Promise<Subject[]> {
	const { crm, journal, pair, now } = context;
	if (!subjects.length) return [];
	const found = await about(context, subjects.map(({ order }) => order.number), () => crm.openTasks(subjects.map(({ link }) => link.dealId ?? '')));
	const missing: Subject[] = [];
	for (const [index, subject] of subjects.entries()) {
		const tasks = found[index];
		const { order } = subject;
		if (tasks?.outcome !== 'ok') {
			subject.end({ result: 'failed', reason: `the tasks of deal ${subject.link.dealId} could not be read: ${tasks?.reason ?? 'no answer'}` });
			continue;
		}
		const sent = intentOf(subject);
		if (tasks.value.some((text) => text.startsWith(titleOf(order)))) {
			if (!sent) await journal.intents.begin([{ pair, order: order.key, action: 'dispute_task', at: now() }]);
			await journal.intents.end(pair, order.key, 'dispute_task', 'applied');
		} else if (sent && sent.at + unknownSettlesMs > now()) {
			subject.end({ result: 'waiting', dueAt: sent.at + unknownSettlesMs, reason: 'the CRM did not say whether the task about the dispute was made; it is read back first' });
		} else {
			await journal.intents.forget(pair, order.key, 'dispute_task');
			missing.push(subject);
		}
	}
	return missing;
}

async function addTasks(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const { crm, journal, pair, now } = context;
	if (!subjects.length) return;
	const proofs = await journal.proofs.of(subjects.map(({ order }) => order.number));
	await journal.intents.begin(subjects.map(({ order }) => ({ pair, order: order.key, action: 'dispute_task' as const, at: now() })));
	const { outcomes, unassigned } = await saveDespiteDismissal(
		subjects.map(({ link, order }) => ({
			dealId: link.dealId,
			text: disputeText(order, link, proofs.filter(({ number }) => number === order.number), context.rules.statusText(order)),
			dueAt: now() + disputeDueMs,
			responsibleId: context.settings.responsibleId,
		})),
		(tasks) => about(context, subjects.filter(({ link }) => tasks.some(({ dealId }) => dealId === link.dealId)).map(({ order }) => order.number), () => crm.addTasks(tasks)),
	);
	for (const [index, subject] of subjects.entries()) {
		const outcome = outcomes[index];
		const { order, link } = subject;
		if (outcome?.outcome === 'ok') {
			await journal.intents.end(pair, order.key, 'dispute_task', 'applied');
			subject.did.push('task about the dispute added');
		} else if (outcome?.outcome === 'rejected') {
			await journal.intents.forget(pair, order.key, 'dispute_task');
			subject.refused(`the task to deal ${link.dealId} could not be written: ${outcome.reason}`, outcome);
		} else {
			subject.end({
				result: 'waiting',
				dueAt: now() + unknownSettlesMs,
				reason: 'the CRM did not say whether the task about the dispute was made; it is read back first',
			});
		}
	}
	await tellOfDismissal(context, unassigned.flatMap((index) => subjects[index]?.link.dealId ?? []));
}

/** How the task begins, whatever the order's status is called by then. */
const titleOf = ({ key, number }: Order): string => `Срочно: спор по заказу ${marketplaceName(key.marketplace)} № ${number} `;

function disputeText(order: Order, { agreed }: Link, proofs: readonly Proof[], status: string): string {
	// Not every dispute is with the buyer: a sorting centre may refuse a parcel.
	const isHandedOver = order.flags.lateCancel || agreed?.order === 'delivered';
	const title = `${titleOf(order)}(«${status}»).${isHandedOver ? ' Товар передан покупателю.' : ''}`;
	const attached = proofs.map(({ kind, what, by, at }) => `• ${proofNames[kind]}: ${what} (${by}, ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC)`);
	const evidence = attached.length ? `Доказательства передачи:\n${attached.join('\n')}` : 'Доказательств к заказу не приложено: соберите фото, подпись, переписку с покупателем.';
	return `${title}\n${evidence}`;
}
