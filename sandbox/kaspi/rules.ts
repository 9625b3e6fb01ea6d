import type { KaspiSettings } from './settings';
import type { Order, State, Status } from './order';

/** What a seller can ask Kaspi to do with an order. */
export const COMMANDS = [
	'ACCEPTED_BY_MERCHANT',
	'ASSEMBLE',
	'ARRIVED',
	'COMPLETED',
	'CANCELLED',
	'ARRIVED_BACKWARD',
	'CANCEL_ENTRIES',
	'SET_IMEI',
] as const;
export type Command = (typeof COMMANDS)[number];

/** The part of an order that decides which commands it allows. */
export interface Facts {
	state: State;
	status: Status;
	assembled: boolean;
	handedOver: boolean;
	awaitingGoods: boolean;
	signatureRequired: boolean;
}

export function factsOf(order: Order): Facts {
	return {
		state: order.state,
		status: order.status,
		assembled: order.assembled,
		handedOver: order.courierTransmissionDate !== null,
		awaitingGoods: order.preOrder && !order.goodsArrived,
		signatureRequired: order.signatureRequired,
	};
}

/** The facts a client can see in an answer: with `preOrder` kept true, the arrival of the goods stays hidden. */
export function visibleFactsOf(order: Order, settings: KaspiSettings): Facts {
	const facts = factsOf(order);
	return settings.preOrderFlagAfterArrival === 'kept' ? { ...facts, awaitingGoods: order.preOrder } : facts;
}

/** Why these facts forbid a command, in Kaspi's words where they are known; undefined when it is allowed (§3.3, §6). */
export function refusal(command: Command, facts: Facts, settings: KaspiSettings): string | undefined {
	const { state, status } = facts;
	const impossible = `Order status can't be changed from ${status} to ${command}`;
	switch (command) {
		case 'ACCEPTED_BY_MERCHANT':
			return status === 'APPROVED_BY_BANK' ? undefined : impossible;
		case 'ASSEMBLE':
			if (status !== 'ACCEPTED_BY_MERCHANT' || state !== 'KASPI_DELIVERY') return impossible;
			if (facts.handedOver) return 'Order is already transmitted to the courier';
			if (facts.awaitingGoods) return 'Order is a pre-order, its goods have not arrived';
			// A second ASSEMBLE is taken and makes a second waybill: Kaspi does not protect the seller from it.
			return facts.signatureRequired ? impossible : undefined;
		case 'ARRIVED':
			return status === 'ACCEPTED_BY_MERCHANT' && facts.awaitingGoods ? undefined : impossible;
		case 'COMPLETED':
			return completionRefusal(facts, impossible);
		case 'CANCELLED':
		case 'CANCEL_ENTRIES':
			if (status !== 'APPROVED_BY_BANK' && status !== 'ACCEPTED_BY_MERCHANT') return impossible;
			if (facts.handedOver) return 'Order is already transmitted to the courier';
			return facts.assembled && !settings.cancelAfterAssemble ? impossible : undefined;
		case 'ARRIVED_BACKWARD':
			return status === 'CANCELLING' || status === 'KASPI_DELIVERY_RETURN_REQUESTED' ? undefined : impossible;
		case 'SET_IMEI':
			return status === 'ACCEPTED_BY_MERCHANT' && !facts.handedOver ? undefined : impossible;
	}
}

function completionRefusal({ state, status, signatureRequired }: Facts, impossible: string): string | undefined {
	if (status === 'CANCELLED') return "Order is cancelled, so it can't be completed.";
	if (status === 'COMPLETED') return "Order already has been completed, so it can't be completed again.";
	if (status !== 'ACCEPTED_BY_MERCHANT') return impossible;
	if (state === 'SIGN_REQUIRED' || signatureRequired) return 'Order is not may complete allowed';
	return state === 'PICKUP' || state === 'DELIVERY' ? undefined : impossible;
}

/** Reasons a seller may send; the others only appear in answers (§3.4). */
export const SELLER_REASONS = ['MERCHANT_OUT_OF_STOCK', 'BUYER_NOT_REACHABLE', 'BUYER_CANCELLATION_BY_MERCHANT'] as const;

/** Why the reason cannot be used with this order; undefined when it can. */
export function reasonRefusal(reason: unknown, facts: Facts): string | undefined {
	if (typeof reason !== 'string' || reason === '') return 'Cancellation reason is required';
	if (!SELLER_REASONS.some((known) => known === reason)) return `Unknown cancellation reason [${reason}]`;
	// The documents restrict it to own delivery in one place and to pickup in others (§3.4).
	if (reason === 'BUYER_NOT_REACHABLE' && facts.state !== 'DELIVERY' && facts.state !== 'PICKUP') {
		return `Cancellation reason [${reason}] is not allowed for state [${facts.state}]`;
	}
	return undefined;
}
