import { isFurther, type OrderStage } from '../../../core/order/stage';
import type { OzonReturn, RfbsReturn } from '../api/returnSchema';
import type { OzonPosting } from '../api/schema';
import { conditionallyDelivered, stageOfStatus } from './postingStatus';

/** What the lists without a push say about a posting (ozon.md §11). */
export interface Claims {
	returns: readonly OzonReturn[];
	rfbs: readonly RfbsReturn[];
	/** A buyer's wish to cancel waits for the seller's word. */
	cancelRequested: boolean;
}
export const noClaims: Claims = { returns: [], rfbs: [], cancelRequested: false };

interface Effect {
	stage?: 'dispute' | 'return_requested' | 'returned' | 'unknown';
	/** The goods travel back to the seller or wait for him. */
	onTheWayBack?: boolean;
}

const nothing: Effect = {};
const asked: Effect = { stage: 'return_requested' };
const disputed: Effect = { stage: 'dispute' };
const done: Effect = { stage: 'returned' };
const comingBack: Effect = { stage: 'return_requested', onTheWayBack: true };

/** `visual.status.sys_name` of a return: all values of ozon.md §10. */
const returnStates: Readonly<Record<string, Effect>> = {
	DisputeOpened: disputed,
	DisputeYouOpened: disputed,
	DisputeOpening: disputed,
	OnSellerApproval: asked,
	OnSellerClarification: asked,
	OnSellerClarificationAfterPartialCompensation: asked,
	OfferedPartialCompensation: asked,
	PartialCompensationInProcess: asked,
	CompensationOffered: asked,
	WaitingCompensation: asked,
	WaitingShipment: asked,
	Approved: asked,
	ApprovedByOzon: asked,
	ReturnMoneyApproved: asked,
	SendingError: asked,
	ArrivedAtReturnPlace: comingBack,
	MovingToSeller: comingBack,
	ReturningToSellerByCourier: comingBack,
	// To Ozon's warehouse, not to the seller.
	MovingToOzon: asked,
	ReceivedBySeller: done,
	ReturnedToOzon: done,
	MoneyReturned: done,
	MoneyReturnedBySystem: done,
	Utilizing: done,
	Utilized: done,
	// The buyer keeps the goods, or nothing came of it.
	PartialCompensationReturned: nothing,
	CompensationRejected: nothing,
	CompensationRejectedBySla: nothing,
	CompensationRejectedBySeller: nothing,
	CancelledDisputeNotOpen: nothing,
	Rejected: nothing,
	CrmRejected: nothing,
	Cancelled: nothing,
};

/** `group_state` of an rFBS return request (§3). */
const rfbsGroups: Readonly<Record<string, Effect>> = {
	New: asked,
	Checkout: asked,
	Delivering: comingBack,
	Arbitration: disputed,
	Approved: done,
	Rejected: nothing,
};

const unheardOf: Effect = { stage: 'unknown' };
export const isOpenRfbs = ({ group }: RfbsReturn): boolean => group !== 'Approved' && group !== 'Rejected';

/** Only postings that have ended may have returns; asking for others would be calls for nothing. */
export const mayHaveReturns = ({ status }: OzonPosting): boolean => status === 'delivered' || status === 'cancelled';
/** Return requests of the seller's own delivery (§9.5); whatever is not carried by Ozon counts as such. */
export const mayHaveRfbsReturns = ({ warehouse, flow, status, substatus }: OzonPosting): boolean =>
	warehouse === 'seller' && flow !== 'ozon' && (status === 'delivered' || substatus === conditionallyDelivered);
export const mayBeAskedToCancel = ({ warehouse, status }: OzonPosting): boolean =>
	warehouse === 'seller' && status !== 'delivered' && status !== 'cancelled';

export interface Standing {
	stage: OrderStage | 'unknown';
	goodsOnTheWayBack: boolean;
	cancelRequested: boolean;
	/** For the raw status: `return:…`, `rfbs:…`, `cancel_requested`. */
	additions: string[];
}

/** Where an order stands: its posting's status, and beyond it whatever returns and requests say. Pure. */
export function standingOf(posting: OzonPosting, claims: Claims): Standing {
	const base = stageOfStatus({ status: posting.status, substatus: posting.substatus ?? '' });
	const returns = mayHaveReturns(posting) ? claims.returns : [];
	const rfbs = mayHaveRfbsReturns(posting) ? claims.rfbs : [];
	const cancelRequested = claims.cancelRequested && mayBeAskedToCancel(posting);

	const effects = [
		...returns.map(({ type, state }) => {
			const effect = returnStates[state] ?? unheardOf;
			// Goods of a cancelled posting come back without anybody having asked for a return.
			return type === 'Cancellation' ? { onTheWayBack: effect.onTheWayBack } : effect;
		}),
		...rfbs.map(({ group }) => rfbsGroups[group] ?? unheardOf),
	];
	return {
		stage: isBeyondReturns(base) ? base : furthest(base, effects, isAllReturned(posting, returns, rfbs)),
		goodsOnTheWayBack: effects.some(({ onTheWayBack }) => onTheWayBack === true),
		cancelRequested,
		additions: [
			...new Set([
				...(cancelRequested ? ['cancel_requested'] : []),
				...returns.map(({ state }) => `return:${state}`),
				...rfbs.map(({ group }) => `rfbs:${group}`),
			]),
		].sort(),
	};
}

/** A cancelled posting stays one whatever becomes of its goods. */
const isBeyondReturns = (stage: OrderStage | 'unknown'): boolean => stage === 'cancelled' || stage === 'unknown';

function furthest(base: OrderStage | 'unknown', effects: readonly Effect[], isAll: boolean): OrderStage | 'unknown' {
	const stages = new Set(effects.flatMap(({ stage }) => (stage === undefined ? [] : [stage])));
	if (stages.has('unknown')) return 'unknown';
	// What still waits for somebody comes before what is settled.
	const open = stages.has('dispute') ? 'dispute' : stages.has('return_requested') ? 'return_requested' : undefined;
	// Half of the goods returned: the order is what the other half is.
	const settled = stages.has('returned') && isAll ? 'returned' : undefined;
	const claimed = open ?? settled;
	return claimed !== undefined && base !== 'unknown' && isFurther(claimed, base) ? claimed : base;
}

/** Whether every piece of the posting has come back. */
function isAllReturned({ products }: OzonPosting, returns: readonly OzonReturn[], rfbs: readonly RfbsReturn[]): boolean {
	const back = new Map<string, number>();
	for (const { sku, quantity, state, type } of returns) {
		const isBack = type !== 'Cancellation' && returnStates[state]?.stage === 'returned';
		if (isBack && sku !== undefined) back.set(sku, (back.get(sku) ?? 0) + quantity);
	}
	for (const { sku, group } of rfbs) {
		// A request names a product and no quantity.
		if (sku !== undefined && rfbsGroups[group]?.stage === 'returned') back.set(sku, Number.POSITIVE_INFINITY);
	}
	return products.every(({ sku, quantity }) => (back.get(sku) ?? 0) >= quantity);
}
