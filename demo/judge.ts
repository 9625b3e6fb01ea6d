import { judgeContacts } from './judgeContacts';
import { ORDER_NUMBER_FIELD, PIPELINE, STAGE, type StageName } from './names';
import { orderNumberOf, type SandboxLead, type SandboxOrder, type SandboxState } from './sandboxState';

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
	apiCalls: { kaspi: number; amocrm: number };
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
export function judge(state: SandboxState, expectedOrders: number, seconds: number): Judgement {
	const findings: string[] = [];
	const dealsOf = dealsByOrder(state);
	let duplicateDeals = 0;
	let lostOrders = 0;
	let mismatchedStages = 0;
	let dealsWithoutContact = 0;

	for (const order of state.kaspi.orders) {
		const [deal, ...doubles] = dealsOf.get(order.code) ?? [];
		if (deal === undefined) {
			lostOrders += 1;
			findings.push(`order ${order.code} (${order.tab}) has no deal`);
			continue;
		}
		duplicateDeals += doubles.length;
		if (doubles.length > 0) findings.push(`order ${order.code} has ${doubles.length + 1} deals`);
		if (!mayStandAt(order, deal.stage)) {
			mismatchedStages += 1;
			const demanded = demandedStages(order).join('» or «');
			findings.push(`order ${order.code} (${order.tab}): the deal stands at «${deal.stage ?? '?'}» instead of «${demanded}»`);
		}
		if (deal.contactIds.length === 0) {
			dealsWithoutContact += 1;
			findings.push(`order ${order.code}: the deal has no contact`);
		}
	}
	const contacts = judgeContacts(state, dealsOf);
	const { forbidden, accepted } = state.kaspi.commands;
	findings.push(...contacts.findings, ...forbidden.map(({ code, command, why }) => `order ${code}: forbidden ${command}: ${why}`));

	const orders = state.kaspi.orders.length;
	if (orders !== expectedOrders) findings.push(`${orders} orders were made instead of ${expectedOrders}`);
	const faults = [
		duplicateDeals, contacts.duplicates, mismatchedStages, lostOrders, forbidden.length, contacts.mixed, dealsWithoutContact,
	];
	return {
		verdict: {
			ok: orders === expectedOrders && faults.every((count) => count === 0),
			orders,
			deals: [...dealsOf.values()].flat().length,
			contacts: state.amocrm.contacts.filter(({ isDeleted }) => !isDeleted).length,
			duplicateDeals,
			duplicateContacts: contacts.duplicates,
			mismatchedStages,
			lostOrders,
			pushedToMarketplace: accepted,
			forbiddenCommands: forbidden.length,
			needsAttention: needsAttention(state),
			mixedContacts: contacts.mixed,
			dealsWithoutContact,
			apiCalls: { kaspi: state.calls.kaspi.total, amocrm: state.calls.amocrm.total },
			seconds,
		},
		findings,
	};
}

/** Live deals of the pipeline by the order number on their card. */
export function dealsByOrder(state: SandboxState): Map<string, SandboxLead[]> {
	const deals = new Map<string, SandboxLead[]>();
	for (const lead of state.amocrm.leads) {
		const number = orderNumberOf(lead, ORDER_NUMBER_FIELD);
		if (number === undefined || lead.isDeleted || lead.pipeline !== PIPELINE) continue;
		deals.set(number, [...(deals.get(number) ?? []), lead]);
	}
	return deals;
}

/** Where the deal of an order has to stand (domain.md §2, kaspi.md §8; first match wins). */
export function demandedStages(order: SandboxOrder): StageName[] {
	const { status, state } = order;
	if (status === 'RETURNED' || status === 'CANCELLED' || status === 'CANCELLING') return [STAGE.lost];
	if (status === 'KASPI_DELIVERY_RETURN_REQUESTED' || status === 'RETURN_ACCEPTED_BY_MERCHANT') return [STAGE.returning];
	if (status === 'COMPLETED') return [STAGE.won];
	if (status === 'APPROVED_BY_BANK') return [STAGE.new];
	if (state === 'SIGN_REQUIRED' || order.signatureRequired) return [STAGE.signature];
	if (order.courierTransmissionDate !== null) return [STAGE.inDelivery];
	if (order.assembled || state === 'PICKUP') return [STAGE.ready];
	// The API has no word for "on its way" with the seller's own courier: that is the CRM's own step.
	return state === 'DELIVERY' ? [STAGE.accepted, STAGE.inDelivery] : [STAGE.accepted];
}

function mayStandAt(order: SandboxOrder, stage: string | null): boolean {
	return demandedStages(order).some((demanded) => demanded === stage);
}

function needsAttention({ amocrm }: SandboxState): number {
	const asked = amocrm.tasks.filter(({ createdBy }) => createdBy === amocrm.settings.apiAuthorId);
	const withTask = asked.flatMap(({ entityType, entityId }) => (entityType === 'leads' && entityId !== null ? [entityId] : []));
	const withTag = amocrm.leads.filter(({ tags, isDeleted }) => !isDeleted && tags.some((tag) => ATTENTION_TAG.test(tag)));
	const withoutDeal = asked.filter(({ entityType }) => entityType !== 'leads').length;
	return new Set([...withTask, ...withTag.map(({ id }) => id)]).size + withoutDeal;
}
