import type { Command, CommandName } from '../core/order/order';
import { about, commandNamesForPeople, unknownSettlesMs, type SyncContext } from './context';
import type { Subject } from './reconciliation';

/** How soon the effect of a command that was taken is looked for again, when it does not show at once. */
const effectShowsMs = 15_000;

/**
 * Sends the next command of every order whose deal a person has moved, one attempt each, and reads the orders back:
 * a taken command is no proof (kaspi.md §6 "200 on POST does not prove the effect").
 */
export async function sendCommands(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const wanting = subjects.filter(({ step, open }) => open && step?.do === 'send');
	if (!wanting.length) return;
	await rememberWhereFrom(context, wanting);
	const allowed = await notSentBefore(context, wanting);
	const sent = allowed.flatMap((subject) => {
		const command = subject.step?.do === 'send' ? commandFor(context, subject, subject.step.command) : undefined;
		return command ? [{ subject, command }] : [];
	});
	const numbers = sent.map(({ subject: { order } }) => order.number);
	const outcomes = await about(context, numbers, () =>
		context.marketplace.run(sent.map(({ subject: { order }, command }) => ({ key: order.key, number: order.number, command }))),
	);
	for (const [index, { subject, command }] of sent.entries()) {
		if (command.name === 'deliver' && outcomes[index]?.outcome !== 'rejected') subject.reportedDelivered = true;
	}
	const createdAt = new Map(sent.map(({ subject: { order } }) => [order.key.id, order.createdAt]));
	const orders = await about(context, numbers, () => context.marketplace.read(sent.map(({ subject }) => subject.order.key), { createdAt }));
	for (const [index, { subject, command }] of sent.entries()) {
		const stageBefore = subject.order.stage;
		const read = orders[index];
		if (read?.outcome === 'ok' && read.value) subject.orderReadAgain(context, read.value, 'sync');
		const moved = subject.order.stage !== stageBefore;
		const outcome = outcomes[index] ?? { outcome: 'unknown', reason: 'no answer' };
		await judge(context, subject, command, outcome, moved);
	}
}

/** Written down before anything is sent: should the order go further than asked while nobody looks, the next look can tell. */
async function rememberWhereFrom(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const without = subjects.filter(({ link }) => link.agreed === undefined);
	if (!without.length) return;
	for (const subject of without) subject.setsOut(context);
	await context.journal.links.save(without.map(({ link }) => link));
	for (const subject of without) subject.linkSaved();
}

async function judge(
	context: SyncContext,
	subject: Subject,
	command: Command,
	outcome: { outcome: 'ok' | 'rejected' | 'unknown'; reason?: string; permanent?: boolean; retryAt?: number },
	moved: boolean,
): Promise<void> {
	const { journal, pair } = context;
	const { key } = subject.order;
	if (moved && outcome.outcome === 'rejected') {
		// The order went somewhere else in the same moment: decided anew from where it is now.
		await journal.intents.forget(pair, key, command.name);
		return;
	}
	if (moved || outcome.outcome === 'ok') {
		await journal.intents.end(pair, key, command.name, 'applied');
		subject.did.push(`"${command.name}" sent to the marketplace`);
		// Without an effect to be seen yet the order is looked at again soon, and the intent keeps it from being sent twice.
		if (!moved) {
			subject.end({ result: 'waiting', dueAt: context.now() + effectShowsMs, reason: `"${command.name}" was taken, the marketplace does not show it yet` });
		}
		return;
	}
	if (outcome.outcome === 'unknown') {
		subject.end({
			result: 'waiting',
			dueAt: context.now() + effectShowsMs,
			reason: `the marketplace did not say whether "${command.name}" was taken; the order is read back first`,
		});
		return;
	}
	await journal.intents.forget(pair, key, command.name);
	const reason = `маркетплейс отклонил команду «${commandNamesForPeople[command.name]}»: ${outcome.reason ?? 'без объяснения'}`;
	if (outcome.permanent) subject.end({ result: 'attention', reason });
	else if (outcome.retryAt !== undefined) subject.end({ result: 'waiting', reason, dueAt: outcome.retryAt });
	else subject.end({ result: 'failed', reason });
}

/** Writes the intents down and keeps back what was sent before and may still take effect. */
async function notSentBefore(context: SyncContext, subjects: readonly Subject[]): Promise<Subject[]> {
	const { journal, pair } = context;
	const begun = await journal.intents.begin(
		subjects.flatMap(({ order, step }) =>
			step?.do === 'send' ? [{ pair, order: order.key, action: step.command, at: context.now() }] : [],
		),
	);
	const free: Subject[] = [];
	for (const [index, subject] of subjects.entries()) {
		const { step, order } = subject;
		const before = begun[index];
		if (step?.do !== 'send' || !before) continue;
		if (before.fresh) {
			free.push(subject);
			continue;
		}
		const age = context.now() - before.intent.at;
		const settlesAfter = step.onceOnly ? context.settings.commandGivesUpMs : unknownSettlesMs;
		if (age < settlesAfter) {
			subject.end({
				result: 'waiting',
				dueAt: context.now() + effectShowsMs,
				reason: `"${step.command}" was sent ${Math.round(age / 1000)} s ago, the marketplace does not show it yet`,
			});
		} else if (!step.onceOnly || subject.work.decision === 'use_crm') {
			await journal.intents.forget(pair, order.key, step.command);
			await journal.intents.begin([{ pair, order: order.key, action: step.command, at: context.now() }]);
			free.push(subject);
		} else {
			subject.end({
				result: 'attention',
				reason: `команда «${commandNamesForPeople[step.command]}» отправлена ${new Date(before.intent.at).toISOString().slice(0, 16).replace('T', ' ')} UTC, а маркетплейс её не показывает. Дважды её отправлять нельзя: посмотрите заказ в кабинете продавца, затем решите узлом Order Sync, операция Resolve`,
			});
		}
	}
	return free;
}

function commandFor(context: SyncContext, subject: Subject, name: CommandName): Command | undefined {
	switch (name) {
		case 'assemble':
			return { name, packages: subject.dealNow?.packages ?? context.settings.packages };
		case 'cancel':
			return { name, reason: context.settings.cancelReason };
		case 'accept':
		case 'markArrived':
		case 'ship':
		case 'deliver':
		case 'acceptReturn':
			return { name };
		case 'issue':
		case 'setTracking':
			// Only a person has the buyer's code or the carrier's number.
			subject.end({ result: 'attention', reason: `для команды «${commandNamesForPeople[name]}» нужно то, что знает только человек: выполните её узлом маркетплейса` });
			return undefined;
	}
}
