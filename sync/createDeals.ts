import { saveDespiteDismissal } from '../core/contact/dismissed';
import { orderKeyText, type Order } from '../core/order/order';
import type { Deal, Outcome } from '../core/ports';
import { bestFirst } from './adoptDeals';
import { isProvenAlone, noticeRival, provenAlone, stopBesideRival } from './rivalJournal';
import { findBuyers } from './findBuyers';
import { cardOf, marketplaceName, productsOf } from './dealCard';
import { about, leaseMs, unknownSettlesMs, type SyncContext } from './context';
import type { Subject } from './reconciliation';
import { noteAssigned, tellOfDismissal } from './tellOfDismissal';

const clockSkewMs = 5 * 60_000;
/** After this time an order is looked at again whose deal somebody else makes. */
const othersTakeMs = 5_000;

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
	await readBack(context, new Map(subjects.flatMap((subject): [Subject, number][] => {
		const at = sentAt.get(orderKeyText(subject.order.key));
		return at === undefined ? [] : [[subject, at]];
	})));
}

/** Takes the deals that were made after all; while a create may still be on its way, its order waits. @param sentAt epoch ms */
async function readBack(context: SyncContext, sentAt: ReadonlyMap<Subject, number>): Promise<void> {
	if (!sentAt.size) return;
	const open = new Map([...sentAt.keys()].map((subject) => [orderKeyText(subject.order.key), subject]));
	const made: Deal[] = [];
	for await (const page of context.crm.dealsWithOrders(undefined, Math.min(...sentAt.values()) - clockSkewMs)) made.push(...page);
	for (const { deal, order } of bestFirst(context, made)) {
		const subject = open.get(orderKeyText(order));
		if (subject?.step?.do !== 'create') continue;
		subject.link.dealId = deal.id;
		subject.link.contactId = deal.contactIds[0];
		subject.dealRead(context, deal);
		// The link says where it was to be created: whoever has moved since then is seen.
		subject.decide(context);
		subject.did.push('deal found that was created already');
		await context.journal.intents.end(context.pair, subject.order.key, 'create_deal', 'applied');
	}
	for (const [subject, at] of sentAt) {
		if (subject.step?.do !== 'create') continue;
		const dueAt = at + unknownSettlesMs;
		if (dueAt > context.now()) {
			subject.end({ result: 'waiting', dueAt, reason: 'the CRM did not say whether the deal was created; it is read back first' });
		} else await context.journal.intents.forget(context.pair, subject.order.key, 'create_deal');
	}
}

/**
 * Claims the deals, as *Create or Update* of the CRM's node does, so that both at once make one. What such a node has made since we
 * looked, or was about to make when it died, is looked for.
 */
async function claimed(context: SyncContext, subjects: readonly Subject[]): Promise<Map<Subject, string>> {
	if (!subjects.length) return new Map();
	const { crm: { account }, journal, now, owner } = context;
	const keys = await context.crm.dealClaims(subjects.map(({ order }) => order.key));
	const claims = await journal.claims.take(account, keys, owner, leaseMs, now(), true);
	const ours = new Map<Subject, string>();
	const doubtful = new Map<Subject, number>();
	for (const [index, subject] of subjects.entries()) {
		const [key, claim] = [keys[index], claims[index]];
		if (key === undefined || claim?.state !== 'claimed') {
			subject.end({ result: 'waiting', dueAt: now() + othersTakeMs, reason: 'another execution is creating the deal of this order at this moment' });
			continue;
		}
		ours.set(subject, key);
		// To be created anew: what was made long ago is the deal that was lost.
		const isOver = subject.step?.do === 'create' && subject.step.again && (claim.abandonedSince ?? 0) + unknownSettlesMs <= now();
		if (claim.abandonedSince !== undefined && !isOver) doubtful.set(subject, claim.abandonedSince);
	}
	await readBack(context, doubtful);
	const gone = [...ours].filter(([{ open, step }]) => !open || step?.do !== 'create');
	await journal.claims.end(account, gone.flatMap(([{ open }, key]) => (open ? [key] : [])));
	await journal.claims.release(account, gone.flatMap(([{ open }, key]) => (open ? [] : [key])), owner);
	for (const [subject] of gone) ours.delete(subject);
	const still = [...doubtful.keys()].flatMap((subject) => ours.get(subject) ?? []);
	if (still.length) await journal.claims.sending(account, still, owner, leaseMs, now());
	return ours;
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
				if (finding?.dueAt !== undefined) subject.end({ result: 'waiting', reason: finding.reason, dueAt: finding.dueAt });
				else subject.end({ result: 'failed', reason: finding?.reason ?? 'no contact was found or created' });
				return false;
		}
	});
}

/** Should the CRM be out of reach, whoever takes the claims next looks for what was made. */
async function saving<T>({ crm, journal, now }: SyncContext, claims: readonly string[], save: () => Promise<T>): Promise<T> {
	let isAnswered = false;
	try {
		const saved = await save();
		isAnswered = true;
		return saved;
	} finally {
		if (!isAnswered) await journal.claims.made(crm.account, claims, now());
	}
}

async function create(context: SyncContext, wanting: readonly Subject[]): Promise<void> {
	const claims = await claimed(context, wanting);
	const subjects = [...claims.keys()];
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
	const { outcomes, unassigned } = await saving(context, [...claims.values()], () => saveDespiteDismissal(
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
	));
	const created: Subject[] = [];
	const refused: Subject[] = [];
	const unanswered: Subject[] = [];
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
			refused.push(subject);
			await journal.intents.forget(pair, order.key, 'create_deal');
			await contactStillThere(context, subject, outcome);
		} else {
			unanswered.push(subject);
			subject.end({
				result: 'waiting',
				dueAt: context.now() + unknownSettlesMs,
				reason: 'the CRM did not say whether the deal was created; it is read back first',
			});
		}
	}
	// Links first: from here on nobody needs the read-back.
	await journal.links.save(created.map(({ link }) => link));
	const keysOf = (some: readonly Subject[]) => some.flatMap((subject) => claims.get(subject) ?? []);
	await journal.claims.end(crm.account, keysOf(created));
	await journal.claims.release(crm.account, keysOf(refused), context.owner);
	await journal.claims.made(crm.account, keysOf(unanswered), context.now());
	for (const subject of created) {
		subject.linkSaved();
		await journal.intents.end(pair, subject.order.key, 'create_deal', 'applied');
	}
	await tellOfDismissal(context, unassigned.flatMap((index) => subjects[index]?.link.dealId ?? []));
	if (created.length > unassigned.length) await noteAssigned(context);
}

/** The CRM refused a deal: perhaps only because the contact that the index names was deleted or merged since. */
async function contactStillThere(context: SyncContext, subject: Subject, refusal: Extract<Outcome<string>, { outcome: 'rejected' }>): Promise<void> {
	const { contactId } = subject.link;
	// It is not the contact that was refused.
	if (refusal.about === 'currency' || (!refusal.permanent && refusal.retryAt !== undefined)) {
		subject.refused(refusal.reason, refusal);
		return;
	}
	subject.link.contactId = undefined;
	const [contact] = contactId ? await context.crm.readContacts([contactId]) : [];
	if (contactId && contact?.outcome === 'ok' && contact.value === undefined) {
		await context.journal.identities.forgetContact(context.crm.account, contactId);
		subject.end({ result: 'waiting', reason: `contact ${contactId} is gone from the CRM, another one is looked for`, dueAt: context.now() });
		return;
	}
	subject.refused(`the deal could not be created: ${refusal.reason}`, refusal);
}

export const dealName = (order: Order, pattern: string): string =>
	pattern.replaceAll('{number}', order.number).replaceAll('{marketplace}', marketplaceName(order.key.marketplace));
