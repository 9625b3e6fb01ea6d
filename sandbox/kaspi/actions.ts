import { KINDS, type Order } from './order';
import { factsOf, refusal, type Command } from './rules';
import type { KaspiShop } from './shop';

/** What a person can play: the buyer, the courier, Kaspi itself, or the seller in Kaspi's own cabinet. */
export const ACTIONS = [
	'accept-in-cabinet',
	'sign',
	'arrive',
	'assemble-in-cabinet',
	'hand-over',
	'complete',
	'buyer-reads-code',
	'buyer-cancel',
	'cancel-in-cabinet',
	'courier-cancel',
	'timeout',
	'return-to-warehouse',
	'close-cancelled',
	'request-return',
	'accept-return',
	'returned',
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** What an action tells beside having happened. */
export interface ActionResult {
	/** Only for `buyer-reads-code`: the code from the buyer's phone. */
	code?: string;
}

interface Action {
	/** Why it cannot happen now; undefined when it can. */
	refuse(order: Order, shop: KaspiShop): string | undefined;
	apply(order: Order, shop: KaspiShop): ActionResult | void;
}

/** Thrown when an action is impossible in the order's present state. */
export class ActionRefused extends Error {}

const FINAL_STATUSES = ['COMPLETED', 'CANCELLED', 'RETURNED'];

const waitingForGoods = (order: Order) => order.preOrder && !order.goodsArrived;
const unless = (possible: boolean, why: string) => (possible ? undefined : why);
const asCommand = (command: Command) => (order: Order, shop: KaspiShop) =>
	refusal(command, factsOf(order), shop.settings);
const onTheWay = (order: Order) => order.status === 'ACCEPTED_BY_MERCHANT' && order.courierTransmissionDate !== null;

const BOOK: Record<ActionName, Action> = {
	'accept-in-cabinet': {
		refuse: asCommand('ACCEPTED_BY_MERCHANT'),
		apply: (order, shop) => shop.accept(order, 'seller'),
	},
	sign: {
		refuse: (order) =>
			unless(
				order.signatureRequired && (order.status === 'APPROVED_BY_BANK' || order.status === 'ACCEPTED_BY_MERCHANT'),
				'There are no credit papers waiting for a signature',
			),
		apply: (order, shop) => shop.sign(order),
	},
	arrive: {
		refuse: asCommand('ARRIVED'),
		apply: (order, shop) => shop.goodsArrive(order, 'seller'),
	},
	'assemble-in-cabinet': {
		refuse: (order, shop) =>
			order.assembled ? 'The order is already assembled' : asCommand('ASSEMBLE')(order, shop),
		apply: (order, shop) => shop.assemble(order, 'seller', '1'),
	},
	'hand-over': {
		refuse: (order) => {
			if (!KINDS[order.kind].isKaspiDelivery) return 'Kaspi does not carry this order';
			if (order.status !== 'ACCEPTED_BY_MERCHANT' || order.courierTransmissionDate !== null) {
				return `There is nothing to hand over in ${order.state} / ${order.status}`;
			}
			if (!order.assembled) return 'The order is not assembled yet';
			return unless(order.waybills.length > 0, 'The waybill is not issued yet: there is nothing to scan');
		},
		apply: (order, shop) => shop.handOver(order),
	},
	complete: {
		refuse: (order, shop) => (onTheWay(order) ? undefined : asCommand('COMPLETED')(order, shop)),
		apply: (order, shop) => shop.complete(order, onTheWay(order) ? 'kaspi' : 'seller'),
	},
	'buyer-reads-code': {
		refuse: (order) => unless(order.securityCode !== null, 'No code was sent to the buyer'),
		apply: (order) => {
			if (!order.securityCode) return {};
			order.securityCode.readAloud = true;
			return { code: order.securityCode.code };
		},
	},
	'buyer-cancel': {
		refuse: (order) =>
			unless(
				order.status === 'APPROVED_BY_BANK' || order.status === 'ACCEPTED_BY_MERCHANT',
				`The buyer cannot cancel in ${order.state} / ${order.status}`,
			),
		apply: (order, shop) => shop.cancel(order, 'buyer', 'BUYER_CANCELLATION_HIMSELF'),
	},
	'cancel-in-cabinet': {
		refuse: asCommand('CANCELLED'),
		apply: (order, shop) => shop.cancel(order, 'seller', 'MERCHANT_OUT_OF_STOCK'),
	},
	'courier-cancel': {
		refuse: (order) => unless(onTheWay(order), 'The courier does not have the parcel'),
		apply: (order, shop) => shop.cancel(order, 'courier', 'BUYER_CANCELLATION_BY_COURIER'),
	},
	timeout: {
		refuse: (order) =>
			unless(timeoutReason(order) !== undefined, `Nothing runs out in ${order.state} / ${order.status}`),
		apply: (order, shop) => shop.cancel(order, 'kaspi', timeoutReason(order) ?? 'TECHNICAL_PROBLEM_CANCELLATION'),
	},
	'return-to-warehouse': {
		refuse: (order) =>
			unless(order.status === 'CANCELLING' && !order.returnedToWarehouse, 'No goods are on their way back'),
		apply: (order, shop) => shop.change(order, 'kaspi', 'goods back at the warehouse', { returnedToWarehouse: true }),
	},
	'close-cancelled': {
		refuse: (order) =>
			unless(order.status === 'CANCELLING' && order.returnedToWarehouse, 'No returned goods wait to be collected'),
		apply: (order, shop) => shop.close(order, 'seller', 'goods collected', 'CANCELLED'),
	},
	'request-return': {
		refuse: (order) => unless(order.status === 'COMPLETED', 'Only a completed order can be returned'),
		apply: (order, shop) =>
			shop.change(order, 'buyer', 'return requested', { status: 'KASPI_DELIVERY_RETURN_REQUESTED' }),
	},
	'accept-return': {
		refuse: (order) => unless(order.status === 'KASPI_DELIVERY_RETURN_REQUESTED', 'No return was requested'),
		apply: (order, shop) => shop.change(order, 'seller', 'return accepted', { status: 'RETURN_ACCEPTED_BY_MERCHANT' }),
	},
	returned: {
		refuse: (order) =>
			unless(
				order.status === 'KASPI_DELIVERY_RETURN_REQUESTED' || order.status === 'RETURN_ACCEPTED_BY_MERCHANT',
				'No return was requested',
			),
		apply: (order, shop) => shop.close(order, 'kaspi', 'returned', 'RETURNED'),
	},
};

/** Lets a person do something to an order. Throws `ActionRefused` when it is impossible now. */
export function act(shop: KaspiShop, order: Order, name: ActionName): ActionResult {
	const action = BOOK[name];
	const why = action.refuse(order, shop);
	if (why !== undefined) throw new ActionRefused(`Order ${order.code}: ${name} is not possible. ${why}.`);
	return action.apply(order, shop) ?? {};
}

/** What people can do with the order now. */
export function possibleActions(shop: KaspiShop, order: Order): ActionName[] {
	return ACTIONS.filter((name) => BOOK[name].refuse(order, shop) === undefined);
}

/** Nothing more happens to it, unless the buyer returns the goods. */
export function isFinal(order: Order): boolean {
	return FINAL_STATUSES.includes(order.status);
}

function timeoutReason(order: Order): string | undefined {
	if (order.status === 'APPROVED_BY_BANK') return 'MERCHANT_OUT_OF_STOCK';
	if (order.status !== 'ACCEPTED_BY_MERCHANT') return undefined;
	if (order.state === 'SIGN_REQUIRED') return 'TIMEOUT_BUYER_SIGNATURE';
	if (order.state === 'PICKUP') return 'TIMEOUT_BUYER_PICKUP';
	if (onTheWay(order)) return 'TIMEOUT_KASPI_DELIVERY';
	return waitingForGoods(order) ? 'MERCHANT_OUT_OF_STOCK' : undefined;
}
