import { saveDespiteDismissal } from '../core/contact/dismissed';
import { orderKeyText, type Order } from '../core/order/order';
import type { Deal } from '../core/ports';
import { bestFirst } from './adoptDeals';
import { isProvenAlone, noticeRival, provenAlone, stopBesideRival } from './rivalJournal';
import { findBuyers } from './findBuyers';
import { cardOf, marketplaceName, productsOf } from './dealCard';
import { about, unknownSettlesMs, type SyncContext } from './context';
import type { Subject } from './reconciliation';
import { noteAssigned, tellOfDismissal } from './tellOfDismissal';

const clockSkewMs = 5 * 60_000;

/** Orders that have no deal yet, or need a new one: finds or creates the buyers' contacts, then creates the deals, fifty a call. */
export async function createDeals(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const wanting = subjects.filter(({ step, open }) => open && step?.do === 'create');
	if (!wanting.length) return;
	await forgetReplaced(context, wanting);
	await adoptCreated(context, wanting);
	const [first, ...rest] = wanting.filter(({ open, step }) => open && step?.do === 'create');
	if (!first) return;
	const mustProve = rest.length > 0 && !isProvenAlone(context);
	await create(context, await withContacts(context, mustProve ? [first] : [first, ...rest]));
	if (!mustProve) return;
	await proveAlone(context);
	await create(context, await withContacts(context, rest));
}

/** The first of several deals of an execution is made alone, and what was made beside it is read: two n8n that begin at once double one deal, not hundreds. */
async function proveAlone(context: SyncContext): Promise<void> {
	for await (const page of context.crm.dealsWithOrders(undefined, context.now() - clockSkewMs)) await noticeRival(context, page);
	await stopBesideRival(context);
	provenAlone(context);
}

/** A deal that is to be created anew: what was written down about the lost one is over. */
async function forgetReplaced(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	for (const { step, link, order } of subjects) {
		if (step?.do !== 'create' || !step.again || link.dealId === undefined) continue;
		await context.journal.intents.forget(context.pair, order.key, 'create_deal');
		link.dealId = undefined;
		link.agreed = undefined;
	}
}

/** A create was sent and not answered, or we died before the answer was written down: the CRM is asked before it is sent again. */
async function adoptCreated(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const intents = await context.journal.intents.of(context.pair, subjects.map(({ order }) => order.key));
	const sentAt = new Map(
		intents.filter(({ action }) => action === 'create_deal').map(({ order, at }) => [orderKeyText(order), at]),
	);
	const open = new Map(subjects.filter(({ order }) => sentAt.has(orderKeyText(order.key))).map((subject) => [orderKeyText(subject.order.key), subject]));
	if (!open.size) return;
	const since = Math.min(...[...open.keys()].map((key) => sentAt.get(key) ?? context.now()));
	const made: Deal[] = [];
	for await (const page of context.crm.dealsWithOrders(undefined, since - clockSkewMs)) made.push(...page);
	for (const { deal, order } of bestFirst(context, made)) {
		const subject = open.get(orderKeyText(order));
		if (subject?.step?.do !== 'create') continue;
		subject.link.dealId = deal.id;
		subject.link.contactId = deal.contactIds[0];
		subject.dealRead(context, deal);
		// The link says where it was to be created: whoever has moved since then is seen.
		subject.decide(context);
		subject.did.push('deal found that an earlier look had created');
		await context.journal.intents.end(context.pair, subject.order.key, 'create_deal', 'applied');
	}
	for (const subject of open.values()) {
		if (subject.step?.do !== 'create') continue;
		const dueAt = (sentAt.get(orderKeyText(subject.order.key)) ?? 0) + unknownSettlesMs;
		if (dueAt > context.now()) {
			subject.end({ result: 'waiting', dueAt, reason: 'the CRM did not say whether the deal was created; it is read back first' });
		} else await context.journal.intents.forget(context.pair, subject.order.key, 'create_deal');
	}
}

async function withContacts(context: SyncContext, subjects: readonly Subject[]): Promise<Subject[]> {
	const findings = await findBuyers(context, subjects.map(({ order }) => order));
	return subjects.filter((subject) => {
		const finding = findings.get(orderKeyText(subject.order.key));
		switch (finding?.kind) {
			case 'contact':
				subject.link.contactId = finding.id;
				return true;
			case 'waiting':
				subject.end({ result: 'waiting', reason: finding.reason, dueAt: finding.dueAt });
				return false;
			case 'attention':
				subject.end({ result: 'attention', reason: finding.reason });
				return false;
			default:
				subject.end({ result: 'failed', reason: finding?.reason ?? 'no contact was found or created', dueAt: finding?.dueAt });
				return false;
		}
	});
}

async function create(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	if (!subjects.length) return;
	const { crm, journal, map, pair, rules, settings } = context;
	for (const { link, step } of subjects) {
		const deal = step?.do === 'create' ? map.toCrm(step.at) : undefined;
		if (step?.do === 'create' && deal) link.agreed = { order: step.at, deal };
	}
	// Written down before the create is sent: should its answer be lost, this is where both sides stood.
	await journal.links.save(subjects.map(({ link }) => link));
	await journal.intents.begin(
		subjects.map(({ order }) => ({ pair, order: order.key, action: 'create_deal' as const, at: context.now() })),
	);
	const { outcomes, unassigned } = await saveDespiteDismissal(
		subjects.map(({ order, step, link }) => ({
			name: dealName(order, settings.dealName),
			stage: step?.do === 'create' ? map.toCrm(step.at) : undefined,
			amount: order.money.amount,
			card: cardOf(order, rules, context.mark),
			contactId: link.contactId,
			responsibleId: settings.responsibleId,
			tags: [marketplaceName(order.key.marketplace)],
			products: productsOf(order),
		})),
		(drafts) => about(context, drafts.flatMap(({ card }) => card?.orderNumber ?? []), () => crm.saveDeals(drafts)),
	);
	const created: Subject[] = [];
	for (const [index, subject] of subjects.entries()) {
		const outcome = outcomes[index];
		const { step, order, link } = subject;
		if (step?.do !== 'create') continue;
		if (outcome?.outcome === 'ok') {
			link.dealId = outcome.value;
			subject.shown();
			subject.did.push(step.again ? 'deal created anew' : 'deal created');
			link.seenDeal = link.agreed?.deal;
			subject.noteChange(context, { side: 'crm', to: step.at, by: 'sync' });
			subject.end({ result: 'done' });
			created.push(subject);
		} else if (outcome?.outcome === 'rejected') {
			await journal.intents.forget(pair, order.key, 'create_deal');
			await contactStillThere(context, subject, outcome.reason, outcome.retryAt);
		} else {
			subject.end({
				result: 'waiting',
				dueAt: context.now() + unknownSettlesMs,
				reason: 'the CRM did not say whether the deal was created; it is read back first',
			});
		}
	}
	// Links first: from here on nobody needs the read-back.
	await journal.links.save(created.map(({ link }) => link));
	for (const subject of created) {
		subject.linkSaved();
		await journal.intents.end(pair, subject.order.key, 'create_deal', 'applied');
	}
	await tellOfDismissal(context, unassigned.flatMap((index) => subjects[index]?.link.dealId ?? []));
	if (created.length > unassigned.length) await noteAssigned(context);
}

/** The CRM refused a deal: perhaps only because the contact that the index names was deleted or merged since. */
async function contactStillThere(context: SyncContext, subject: Subject, reason: string, dueAt: number | undefined): Promise<void> {
	const { contactId } = subject.link;
	subject.link.contactId = undefined;
	const [contact] = contactId ? await context.crm.readContacts([contactId]) : [];
	if (contactId && contact?.outcome === 'ok' && contact.value === undefined) {
		await context.journal.identities.forgetContact(context.crm.account, contactId);
		subject.end({ result: 'waiting', reason: `contact ${contactId} is gone from the CRM, another one is looked for`, dueAt: context.now() });
		return;
	}
	subject.end({ result: 'failed', reason: `the deal could not be created: ${reason}`, dueAt });
}

export const dealName = (order: Order, pattern: string): string =>
	pattern.replaceAll('{number}', order.number).replaceAll('{marketplace}', marketplaceName(order.key.marketplace));
