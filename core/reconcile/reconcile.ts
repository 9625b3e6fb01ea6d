import type { CommandName, Order, OrderKey } from '../order/order';
import type { MarketplaceRules } from '../ports';
import { isFact, isFurther, sameCrmStage, type CrmStageRef, type OrderStage, type StageMap } from '../order/stage';

/** The point at which both sides last agreed. The two differ when the CRM has taken a step of its own. */
export interface Agreed {
	order: OrderStage;
	deal: CrmStageRef;
}

/** What a look at the CRM found. `gone`: there was a deal, and it was deleted, merged away or moved to another pipeline. */
export type DealSide = { kind: 'none' } | { kind: 'gone' } | { kind: 'elsewhere' } | { kind: 'here'; stage: CrmStageRef };

export const decisions = ['use_marketplace', 'use_crm', 'recreate_deal', 'let_go'] as const;
/** How a person settled what the rules could not. */
export type Decision = (typeof decisions)[number];

export interface Policies {
	/** A deal was moved backward, or to a stage that the marketplace does not allow. */
	refusedMove: 'put_back' | 'attention';
	/** A deal was deleted, merged away or moved to another pipeline. */
	lostDeal: 'leave' | 'recreate' | 'attention';
}

export type Step =
	/** No deal yet. `again`: there was one and it is to be replaced. */
	| { do: 'create'; at: OrderStage; again: boolean }
	/** Nothing to write about stages; both sides agree from now on at this point. */
	| { do: 'agree'; agreed: Agreed }
	/** The deal follows. `overruled`: a person had moved it, and is told why it was moved again. */
	| { do: 'move'; to: OrderStage; overruled?: string }
	/** The order follows: the next command on the way to the stage that a person chose. */
	| { do: 'send'; command: CommandName; onceOnly: boolean; wanted: OrderStage }
	/** The deal is gone and shall stay so: this order is not looked at any more. */
	| { do: 'leave' }
	/** A person has to decide; nothing is changed. */
	| { do: 'attention'; reason: string };

export interface Sides {
	order: Order & { key: OrderKey };
	deal: DealSide;
	agreed?: Agreed;
	/** A person's decision about this order, if there is one to carry out. */
	decision?: Decision;
}

/**
 * One look at an order: what has to be done so that both sides agree (the table of DESIGN section 4).
 * Pure: the same two sides and base always give the same step, so that a look can be repeated at any time.
 */
export function reconcile(sides: Sides, map: StageMap, rules: MarketplaceRules, policies: Policies): Step {
	const { order, deal, agreed, decision } = sides;
	const stage = order.stage;
	if (stage === 'unknown') {
		return attention(`маркетплейс сообщает статус «${order.rawStatus}», которого эта версия не знает: посмотрите заказ в кабинете продавца`);
	}
	if (deal.kind === 'none') return { do: 'create', at: stage, again: false };
	if (deal.kind !== 'here') return lostDeal(deal.kind, stage, policies, decision);
	if (decision) return decided(decision, order, stage, deal.stage, agreed, map, rules);
	if (map.meanings(deal.stage).includes(stage)) return agreeAt(stage, deal.stage);
	return agreed
		? threeWay(order, stage, deal.stage, agreed, map, rules, policies)
		: withoutBase(order, stage, deal.stage, map, rules);
}

function threeWay(
	order: Order,
	stage: OrderStage,
	dealStage: CrmStageRef,
	agreed: Agreed,
	map: StageMap,
	rules: MarketplaceRules,
	policies: Policies,
): Step {
	const orderMoved = stage !== agreed.order;
	const dealMoved = !sameCrmStage(dealStage, agreed.deal);
	const wanted = map.intended(dealStage);
	if (!dealMoved) {
		if (!orderMoved) return agreeAt(stage, dealStage);
		// The CRM is ahead by a step of its own ("in delivery" of an own courier): it is not pulled back.
		const ahead = wanted !== undefined && !isFact(stage) && !isFact(wanted) && isFurther(wanted, stage);
		return ahead ? agreeAt(stage, dealStage) : { do: 'move', to: stage };
	}
	if (wanted === undefined) {
		// The analyst's own stage means nothing to us, until the order moves.
		return orderMoved ? { do: 'move', to: stage, overruled: movedMeanwhile(order, rules) } : agreeAt(stage, dealStage);
	}
	if (isFact(stage)) return { do: 'move', to: stage, overruled: decidedByMarketplace(order, rules) };
	if (!isFurther(wanted, stage)) {
		// The order went past the stage that a person chose meanwhile: both went forward, the further one wins.
		const bothForward = orderMoved && isFurther(wanted, agreed.order);
		if (bothForward) return { do: 'move', to: stage, overruled: movedMeanwhile(order, rules) };
		return refused(`статус «${rules.statusText(order)}» на маркетплейсе нельзя вернуть назад`, stage, policies);
	}
	const route = rules.route(order, wanted);
	switch (route.kind) {
		case 'command':
			return { do: 'send', command: route.command, onceOnly: route.onceOnly, wanted };
		case 'own_step':
			return agreeAt(stage, dealStage);
		case 'refused':
			return orderMoved ? attention(route.why) : refused(route.why, stage, policies);
	}
}

/** The journal does not know what was agreed (it is new, or was lost): only what is safe without knowing who moved. */
function withoutBase(order: Order, stage: OrderStage, dealStage: CrmStageRef, map: StageMap, rules: MarketplaceRules): Step {
	const wanted = map.intended(dealStage);
	if (wanted === undefined) return agreeAt(stage, dealStage);
	if (isFact(stage) || isFurther(stage, wanted)) return { do: 'move', to: stage };
	if (rules.route(order, wanted).kind === 'own_step') return agreeAt(stage, dealStage);
	return attention(
		'сделка и заказ стоят на разных этапах, и неизвестно, кто из них двигался: решите узлом Order Sync, операция Resolve',
	);
}

function decided(
	decision: Decision,
	order: Order,
	stage: OrderStage,
	dealStage: CrmStageRef,
	agreed: Agreed | undefined,
	map: StageMap,
	rules: MarketplaceRules,
): Step {
	if (decision === 'recreate_deal') return { do: 'create', at: stage, again: true };
	if (map.meanings(dealStage).includes(stage) || decision === 'let_go') return agreeAt(stage, dealStage);
	if (decision === 'use_marketplace') return { do: 'move', to: stage };
	const wanted = map.intended(dealStage);
	if (wanted === undefined) return agreeAt(stage, dealStage);
	if (agreed !== undefined && wentFurther(stage, wanted, agreed)) return { do: 'move', to: stage };
	const route = rules.route(order, wanted);
	if (route.kind === 'own_step') return agreeAt(stage, dealStage);
	if (route.kind === 'refused') return attention(route.why);
	return { do: 'send', command: route.command, onceOnly: route.onceOnly, wanted };
}

/**
 * The order was taken to the wanted stage, or went there, and then on by itself: what was asked for is done. An end that is none of
 * the seller's wish (cancelled, returned) is a person's to see.
 */
const wentFurther = (stage: OrderStage, wanted: OrderStage, agreed: Agreed): boolean =>
	!isFurther(agreed.order, wanted) && isFurther(stage, wanted) && (!isFact(stage) || stage === 'completed');

function lostDeal(kind: 'gone' | 'elsewhere', stage: OrderStage, policies: Policies, decision: Decision | undefined): Step {
	if (decision === 'recreate_deal') return { do: 'create', at: stage, again: true };
	if (decision !== undefined) return { do: 'leave' };
	switch (policies.lostDeal) {
		case 'recreate':
			return { do: 'create', at: stage, again: true };
		case 'leave':
			return { do: 'leave' };
		case 'attention':
			return attention(
				kind === 'gone'
					? 'сделка удалена или объединена в CRM: восстановите её или решите узлом Order Sync, операция Resolve'
					: 'сделка перенесена в другую воронку: верните её или решите узлом Order Sync, операция Resolve',
			);
	}
}

function refused(why: string, stage: OrderStage, policies: Policies): Step {
	return policies.refusedMove === 'put_back' ? { do: 'move', to: stage, overruled: why } : attention(why);
}

const agreeAt = (order: OrderStage, deal: CrmStageRef): Step => ({ do: 'agree', agreed: { order, deal } });
const attention = (reason: string): Step => ({ do: 'attention', reason });
const decidedByMarketplace = (order: Order, rules: MarketplaceRules): string =>
	`«${rules.statusText(order)}» — так решил маркетплейс`;
const movedMeanwhile = (order: Order, rules: MarketplaceRules): string =>
	`тем временем заказ на маркетплейсе стал «${rules.statusText(order)}»`;

/**
 * The point both sides stand at when an order is on its way to the stage that a person chose: as if the deal had come from there, so
 * that the rest of the way is still seen as that person's move.
 */
export function agreedOnTheWay(stage: OrderStage, map: StageMap): Agreed | undefined {
	const deal = map.toCrm(stage);
	return deal && { order: stage, deal };
}

/** After a command was taken. An order that went past the wanted stage was there with its deal, and then moved on by itself. */
export function agreedAfterCommand(stage: OrderStage, wanted: OrderStage, map: StageMap): Agreed | undefined {
	return agreedOnTheWay(!isFact(stage) && isFurther(stage, wanted) ? wanted : stage, map);
}
