import { createHash } from 'node:crypto';
import type { CommandName, DeliveryKind, Order, OrderItem } from '../../../core/order/order';
import { isClosed, type OrderStage } from '../../../core/order/stage';
import { noClaims, standingOf, type Claims } from './returnStatus';
import type { OzonPosting, OzonProduct, Unreadable } from '../api/schema';
import { rawStatusText } from './postingStatus';

export const marketplaceName = 'ozon';

/** Which commands the `available_actions` of a posting stand for (ozon.md §7). */
const commandsOfActions: readonly (readonly [string, CommandName])[] = [
	['ship', 'assemble'],
	['ship_async', 'assemble'],
	['ship_async_retry', 'assemble'],
	// Being assembled at this moment: what was sent is not undone for it, and nothing is sent again (`isDone` in command.ts).
	['ship_async_in_process', 'assemble'],
	['non_int_delivering', 'ship'],
	// The second half of the same way: the courier sets out.
	['non_int_last_mile', 'ship'],
	['non_int_delivered', 'deliver'],
	['set_track_number', 'setTracking'],
	['cancel', 'cancel'],
];

export const commandsOf = (actions: readonly string[]): CommandName[] => [
	...new Set(commandsOfActions.flatMap(([action, command]) => (actions.includes(action) ? [command] : []))),
];

/**
 * An Ozon posting in the neutral model: the unit is the posting, its number is the order's number. Pure.
 * The same posting gives the same order whether it came from a list or was read alone.
 * @param shop the Client-Id
 * @param id the key's id: the posting's own number, or that of the parent it goes on for (postingSplit.ts)
 */
export function orderFromOzon(posting: OzonPosting, shop: string, claims: Claims = noClaims, id = posting.number): Order {
	const { stage, additions, goodsOnTheWayBack, cancelRequested } = standingOf(posting, claims);
	const isOpen = stage !== 'unknown' && !isClosed(stage);
	const isFbo = posting.warehouse === 'ozon';
	const order: Omit<Order, 'fingerprint'> = {
		key: { marketplace: marketplaceName, shop, id },
		number: posting.number,
		stage,
		rawStatus: rawStatusText({ isFbo, status: posting.status, substatus: posting.substatus ?? '', additions }),
		flags: {
			preOrder: false,
			express: posting.isExpress,
			// "After ship" is after assembly (§8).
			lateCancel: stage === 'cancelled' && (posting.cancellation?.afterShip ?? false),
			cancelRequested,
			goodsOnTheWayBack,
		},
		createdAt: posting.createdAt,
		stageSince: stage === 'new' ? posting.createdAt : stage === 'in_delivery' ? posting.deliveringDate : undefined,
		deadlines: {
			assembleBy: stage === 'new' ? posting.shipmentDate : undefined,
			deliverBy: isOpen ? posting.deliverBy : undefined,
		},
		money: {
			amount: totalOf(posting.products),
			currency: posting.products.find(({ currency }) => currency !== undefined)?.currency ?? 'RUB',
		},
		buyer: {
			name: posting.customer?.name ?? posting.addressee?.name ?? '',
			// Every phone that Ozon shows is a substitute shared by many buyers (§4): as a key it would join strangers.
			phone: undefined,
			email: posting.customer?.email,
			customerId: posting.customer?.id,
		},
		delivery: {
			kind: deliveryKindOf(posting),
			address: posting.customer?.address,
			city: posting.city,
			tracking: posting.tracking,
			// Before the hand-over this is only the planned day.
			handedOverAt: wasHandedOver(stage) ? posting.deliveringDate : undefined,
		},
		items: posting.products.map(itemOf),
		cancelReason: stage === 'cancelled' ? posting.cancellation?.reason : undefined,
		allowed: isFbo ? [] : commandsOf(posting.actions),
		linesFingerprint: hash(posting.products.map(({ sku, offerId, quantity, price, name }) => [offerId ?? sku, quantity, price, name])),
	};
	return { ...order, fingerprint: fingerprintOf(order) };
}

/** Stands in for a posting that could not be read: it is nobody's guess where it stands, so a person has to look. */
export function unreadableOrder({ number, why }: Pick<Unreadable, 'number' | 'why'>, shop: string): Order {
	const rawStatus = `unreadable: ${why}`;
	return {
		key: { marketplace: marketplaceName, shop, id: number },
		number,
		stage: 'unknown',
		rawStatus,
		flags: { preOrder: false, express: false, lateCancel: false, cancelRequested: false, goodsOnTheWayBack: false },
		createdAt: 0,
		deadlines: {},
		money: { amount: 0, currency: 'RUB' },
		buyer: { name: '' },
		delivery: { kind: 'unknown' },
		allowed: [],
		fingerprint: hash([rawStatus]),
		linesFingerprint: '',
	};
}

/** In kopecks, because sums of decimals drift. */
const totalOf = (products: readonly OzonProduct[]): number =>
	products.reduce((sum, { price, quantity }) => sum + Math.round(price * 100) * quantity, 0) / 100;

const itemOf = ({ sku, offerId, name, quantity, price }: OzonProduct): OrderItem => ({
	// The seller's own article; Ozon's SKU when there is none.
	sku: offerId ?? sku,
	name: name ?? `SKU ${sku}`,
	quantity,
	price,
});

const wasHandedOver = (stage: OrderStage | 'unknown'): boolean =>
	['in_delivery', 'delivered', 'completed', 'return_requested', 'returned', 'dispute'].includes(stage);

/** Who carries it, by `integration_type_flow` (§5). */
const kinds: Readonly<Record<string, DeliveryKind>> = {
	ozon: 'marketplace_delivery',
	aggregator: 'marketplace_delivery',
	hybrid_aggregator: 'marketplace_delivery',
	non_integrated: 'own_delivery',
	hybrid_non_integrated: 'own_delivery',
	'3pl_tracking': 'own_delivery',
	hybrid_3pl_tracking: 'own_delivery',
	click_and_collect: 'pickup',
};

function deliveryKindOf({ warehouse, isPickup, isExpress, flow }: OzonPosting): DeliveryKind {
	if (warehouse === 'ozon') return 'marketplace_warehouse';
	if (isPickup) return 'pickup';
	if (isExpress) return 'express';
	return kinds[flow ?? ''] ?? 'unknown';
}

/** What decides a stage and what the deal's card shows; nothing that only one of the two ways of reading brings. */
function fingerprintOf(order: Omit<Order, 'fingerprint'>): string {
	const { flags, money, delivery, deadlines } = order;
	return hash([
		order.number,
		order.rawStatus,
		flags.express,
		flags.lateCancel,
		money.amount,
		money.currency,
		delivery.kind,
		delivery.address,
		delivery.tracking,
		deadlines.assembleBy,
		deadlines.deliverBy,
		order.linesFingerprint,
		order.cancelReason,
	]);
}

/** Short and one-way: an address must not be readable from it. */
const hash = (parts: readonly unknown[]): string =>
	createHash('sha256').update(JSON.stringify(parts.map((part) => part ?? null))).digest('base64url').slice(0, 16);
