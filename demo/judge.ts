import type { Facts, TrueDeal } from './facts';
import { judgeContacts } from './judgeContacts';
import { PIPELINE, STAGE } from './names';

/** The result of a check, all numbers counted in the sandbox's own state. */
export interface Verdict {
	ok: boolean;
	orders: number;
	/** Live deals that carry an order number. */
	deals: number;
	/** Live contacts in the CRM, those that managers had made before included. */
	contacts: number;
	/** Deals of an order beyond its first. */
	duplicateDeals: number;
	/** Contacts of a buyer beyond those that nobody could have avoided. */
	duplicateContacts: number;
	/** Deals that stand elsewhere than the order's true state demands. */
	mismatchedStages: number;
	/** Deals that are worth something else than their order. */
	wrongAmounts: number;
	/** Orders without a deal. */
	lostOrders: number;
	/** Commands that the marketplace took. */
	pushedToMarketplace: number;
	/** Commands that the marketplace's rules forbid and the pack could have known to. */
	forbiddenCommands: number;
	/** Deals for which the pack has asked a person (by a task or a tag), and tasks without a deal; settled or not. */
	needsAttention: number;
	/** Contacts that were given the deals of different buyers. */
	mixedContacts: number;
	/** Deals without a contact. */
	dealsWithoutContact: number;
	/** Disputed orders about which nobody was asked by a task. */
	disputesWithoutTask: number;
	/** What beside orders and deals was not mended, or not told to anybody: a suspended push address, a key that ends. */
	otherFaults: number;
	/** HTTP calls by API. */
	apiCalls: Readonly<Record<string, number>>;
	seconds: number;
}

export interface Judgement {
	verdict: Verdict;
	/** What is wrong, one sentence each, for people. */
	findings: string[];
}

/** The words of a tag by which the pack asks for a person. */
const ATTENTION_TAG = /вниман/i;

/** Looks at both sides as the sandbox knows them and says what the pack has got wrong. Pure. */
export function judge(facts: Facts, expectedOrders: number, seconds: number): Judgement {
	const findings: string[] = [];
	const dealsOf = dealsByOrder(facts);
	let duplicateDeals = 0;
	let lostOrders = 0;
	let wrongAmounts = 0;
	let mismatchedStages = 0;
	let dealsWithoutContact = 0;
	let disputesWithoutTask = 0;
	const dealsWithTask = new Set(facts.tasks.flatMap(({ askedByPack, dealId }) => (askedByPack && dealId !== undefined ? [dealId] : [])));

	for (const order of facts.orders) {
		const [deal, ...doubles] = dealsOf.get(order.number) ?? [];
		if (deal === undefined) {
			lostOrders += 1;
			findings.push(`order ${order.number} (${order.where}) has no deal`);
			continue;
		}
		duplicateDeals += doubles.length;
		if (doubles.length > 0) findings.push(`order ${order.number} has ${doubles.length + 1} deals`);
		if (!order.demanded.some((demanded) => demanded === deal.stage)) {
			mismatchedStages += 1;
			const demanded = order.demanded.join('» or «');
			findings.push(`order ${order.number} (${order.where}): the deal stands at «${deal.stage ?? '?'}» instead of «${demanded}»`);
		}
		if (Math.abs(deal.amount - order.amount) >= 1) {
			wrongAmounts += 1;
			findings.push(`order ${order.number} (${order.where}): the deal is worth ${deal.amount} instead of ${order.amount}`);
		}
		if (order.demanded.includes(STAGE.dispute) && !dealsWithTask.has(deal.id)) {
			disputesWithoutTask += 1;
			findings.push(`order ${order.number} is disputed and nobody was given a task`);
		}
		if (deal.contactIds.length === 0) {
			dealsWithoutContact += 1;
			findings.push(`order ${order.number}: the deal has no contact`);
		}
	}
	const contacts = judgeContacts(facts, dealsOf);
	const { forbidden, accepted } = facts.commands;
	findings.push(...contacts.findings, ...forbidden, ...facts.wrong);

	const { placed } = facts;
	if (placed !== expectedOrders) findings.push(`${placed} orders were made instead of ${expectedOrders}`);
	const faults = [
		duplicateDeals, contacts.duplicates, mismatchedStages, lostOrders, forbidden.length, contacts.mixed, dealsWithoutContact,
		disputesWithoutTask, wrongAmounts, facts.wrong.length,
	];
	return {
		verdict: {
			ok: placed === expectedOrders && faults.every((count) => count === 0),
			orders: facts.orders.length,
			deals: [...dealsOf.values()].flat().length,
			contacts: facts.contacts.filter(({ isDeleted }) => !isDeleted).length,
			duplicateDeals,
			duplicateContacts: contacts.duplicates,
			mismatchedStages,
			wrongAmounts,
			lostOrders,
			pushedToMarketplace: accepted,
			forbiddenCommands: forbidden.length,
			needsAttention: needsAttention(facts),
			mixedContacts: contacts.mixed,
			dealsWithoutContact,
			disputesWithoutTask,
			otherFaults: facts.wrong.length,
			apiCalls: facts.calls,
			seconds,
		},
		findings,
	};
}

/** Live deals of the pipeline by the order number on their card. */
export function dealsByOrder({ deals }: Pick<Facts, 'deals'>): Map<string, TrueDeal[]> {
	const found = new Map<string, TrueDeal[]>();
	for (const deal of deals) {
		const { orderNumber } = deal;
		if (orderNumber === undefined || deal.isDeleted || deal.pipeline !== PIPELINE) continue;
		found.set(orderNumber, [...(found.get(orderNumber) ?? []), deal]);
	}
	return found;
}

function needsAttention({ tasks, deals }: Facts): number {
	const asked = tasks.filter(({ askedByPack }) => askedByPack);
	const withTask = asked.flatMap(({ dealId }) => dealId ?? []);
	const withTag = deals.filter(({ tags, isDeleted }) => !isDeleted && tags.some((tag) => ATTENTION_TAG.test(tag)));
	const withoutDeal = asked.filter(({ dealId }) => dealId === undefined).length;
	return new Set([...withTask, ...withTag.map(({ id }) => id)]).size + withoutDeal;
}

/** The sums of several checks; good only when all are. Pure. */
export function sumOf(verdicts: readonly Verdict[]): Verdict {
	const sum = (pick: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + pick(verdict), 0);
	const apiCalls: Record<string, number> = {};
	for (const [api, calls] of verdicts.flatMap((verdict) => Object.entries(verdict.apiCalls))) apiCalls[api] = (apiCalls[api] ?? 0) + calls;
	return {
		ok: verdicts.every(({ ok }) => ok),
		orders: sum(({ orders }) => orders),
		deals: sum(({ deals }) => deals),
		contacts: sum(({ contacts }) => contacts),
		duplicateDeals: sum(({ duplicateDeals }) => duplicateDeals),
		duplicateContacts: sum(({ duplicateContacts }) => duplicateContacts),
		mismatchedStages: sum(({ mismatchedStages }) => mismatchedStages),
		wrongAmounts: sum((verdict) => verdict.wrongAmounts),
		lostOrders: sum(({ lostOrders }) => lostOrders),
		pushedToMarketplace: sum(({ pushedToMarketplace }) => pushedToMarketplace),
		forbiddenCommands: sum(({ forbiddenCommands }) => forbiddenCommands),
		needsAttention: sum((verdict) => verdict.needsAttention),
		mixedContacts: sum(({ mixedContacts }) => mixedContacts),
		dealsWithoutContact: sum(({ dealsWithoutContact }) => dealsWithoutContact),
		disputesWithoutTask: sum(({ disputesWithoutTask }) => disputesWithoutTask),
		otherFaults: sum((verdict) => verdict.otherFaults),
		apiCalls,
		seconds: sum(({ seconds }) => seconds),
	};
}
