import { createHash } from 'node:crypto';
import type { Buyer, DeliveryKind, Order, OrderFlags, OrderItem } from '../../../core/order/order';
import { isClosed, type OrderStage } from '../../../core/order/stage';
import type { KaspiCustomer, KaspiEntry, KaspiOrder } from '../api/schema';

export const marketplaceName = 'kaspi';

/** The goods of a cancelled order have come back and wait for the seller (kaspi.md §8, row 4). */
const atWarehouse = 'at_warehouse';

/** Kaspi's `state/status`, as kept in `Order.rawStatus`. */
export const rawStatusOf = ({ state, status, returnedToWarehouse }: KaspiOrder): string =>
	[state, status, ...(status === 'CANCELLING' && returnedToWarehouse ? [atWarehouse] : [])].join('/');

export function readRawStatus(raw: string): { state: string; status: string; atWarehouse: boolean } {
	const [state = '', status = '', place] = raw.split('/');
	return { state, status, atWarehouse: place === atWarehouse };
}

/** The table of kaspi.md §8, row by row: the first row that matches says where the order stands. */
const rows: readonly (readonly [OrderStage, (order: KaspiOrder) => boolean])[] = [
	['returned', ({ status }) => status === 'RETURNED'],
	['return_requested', ({ status }) => status === 'KASPI_DELIVERY_RETURN_REQUESTED' || status === 'RETURN_ACCEPTED_BY_MERCHANT'],
	['cancelled', ({ status }) => status === 'CANCELLED'],
	['cancelled', ({ status }) => status === 'CANCELLING'],
	['completed', ({ status }) => status === 'COMPLETED'],
	['new', ({ state, status }) => status === 'APPROVED_BY_BANK' && state === 'NEW'],
	['awaiting_signature', (order) => order.state === 'SIGN_REQUIRED' || (order.signatureRequired && isAccepted(order))],
	['in_delivery', (order) => isCarriedByKaspi(order) && order.courierTransmissionDate !== undefined],
	['ready', (order) => isCarriedByKaspi(order) && (order.assembled || order.waybill !== undefined)],
	['accepted', (order) => isAccepted(order) && order.preOrder],
	['accepted', isCarriedByKaspi],
	['ready', (order) => isAccepted(order) && order.state === 'PICKUP'],
	['accepted', (order) => isAccepted(order) && order.state === 'DELIVERY'],
];

/** Every stage that an order of Kaspi's can have. */
export const kaspiStages: readonly OrderStage[] = [...new Set(rows.map(([stage]) => stage))];

function isAccepted({ status }: KaspiOrder): boolean {
	return status === 'ACCEPTED_BY_MERCHANT';
}

function isCarriedByKaspi(order: KaspiOrder): boolean {
	return isAccepted(order) && order.state === 'KASPI_DELIVERY';
}

export const stageOf = (order: KaspiOrder): Order['stage'] => rows.find(([, matches]) => matches(order))?.[0] ?? 'unknown';

/**
 * Kaspi's order in the neutral model. Pure.
 * @param shop the shop's name in `Order.key`
 * @param entries the order's lines; absent when this reading did not bring them
 */
export function orderFromKaspi(kaspi: KaspiOrder, shop: string, entries?: readonly KaspiEntry[]): Order {
	const stage = stageOf(kaspi);
	const isOpen = stage !== 'unknown' && !isClosed(stage);
	const handedOverAt = kaspi.courierTransmissionDate;
	const address = kaspi.deliveryAddress;
	const order: Omit<Order, 'fingerprint'> = {
		key: { marketplace: marketplaceName, shop, id: kaspi.id },
		number: kaspi.code,
		stage,
		rawStatus: rawStatusOf(kaspi),
		flags: flagsOf(kaspi),
		createdAt: kaspi.creationDate,
		stageSince: stage === 'new' ? kaspi.creationDate : stage === 'in_delivery' ? handedOverAt : undefined,
		deadlines: {
			// Kaspi overwrites the planned hand-over with the real one (§6), and after it there is nothing left to be late with.
			assembleBy: isOpen && handedOverAt === undefined ? kaspi.courierTransmissionPlanningDate : undefined,
			deliverBy: isOpen ? kaspi.plannedDeliveryDate : undefined,
		},
		money: { amount: kaspi.totalPrice, currency: 'KZT', deliveryCost: kaspi.deliveryCost },
		buyer: buyerOf(kaspi.customer),
		delivery: {
			kind: deliveryKindOf(kaspi),
			address: address?.formattedAddress ?? (addressLine(address) || undefined),
			city: address?.town,
			tracking: kaspi.waybillNumber,
			waybillUrl: kaspi.waybill,
			handedOverAt,
		},
		items: entries?.map(itemOf),
		cancelReason: kaspi.cancellationReason,
		// A reading may come without lines; they are only ever lowered or taken out (kaspi.md §4.1), and the total with them.
		linesFingerprint: hash([kaspi.totalPrice]),
	};
	return { ...order, fingerprint: fingerprintOf(kaspi, order) };
}

/** Stands in for an order that could not be read: it is nobody's guess where it stands, so a person has to look. */
export function unreadableOrder(known: { id: string; number?: string; createdAt?: number }, shop: string, why: string): Order {
	const rawStatus = `unreadable: ${why}`;
	return {
		key: { marketplace: marketplaceName, shop, id: known.id },
		number: known.number ?? known.id,
		stage: 'unknown',
		rawStatus,
		flags: { preOrder: false, express: false, lateCancel: false, cancelRequested: false, goodsOnTheWayBack: false },
		createdAt: known.createdAt ?? 0,
		deadlines: {},
		money: { amount: 0, currency: 'KZT' },
		buyer: { name: '' },
		delivery: { kind: 'unknown' },
		fingerprint: hash([rawStatus]),
		linesFingerprint: '',
	};
}

function flagsOf({ status, preOrder, express, courierTransmissionDate }: KaspiOrder): OrderFlags {
	const isCancelled = status === 'CANCELLED' || status === 'CANCELLING';
	return {
		preOrder,
		express,
		lateCancel: status === 'CANCELLING' || (isCancelled && courierTransmissionDate !== undefined),
		cancelRequested: false,
		goodsOnTheWayBack: status === 'CANCELLING' || status === 'KASPI_DELIVERY_RETURN_REQUESTED',
	};
}

function buyerOf(customer: KaspiCustomer | undefined): Buyer {
	const name = customer?.name ?? [customer?.firstName, customer?.lastName].filter(Boolean).join(' ');
	return { name, phone: customer?.cellPhone, customerId: customer?.id };
}

/** `isKaspiDelivery` decides who carries it, not `deliveryMode` (§2.1). */
function deliveryKindOf({ isKaspiDelivery, deliveryMode, express, state }: KaspiOrder): DeliveryKind {
	if (deliveryMode === 'DELIVERY_REGIONAL_PICKUP') return 'regional_pickup';
	const isToPoint = deliveryMode === 'DELIVERY_PICKUP' || deliveryMode === 'DELIVERY_POSTOMAT';
	if (isKaspiDelivery || state === 'KASPI_DELIVERY') {
		if (express) return 'express';
		return isToPoint ? 'postomat' : 'marketplace_delivery';
	}
	if (isToPoint || state === 'PICKUP') return 'pickup';
	return deliveryMode !== undefined || state === 'DELIVERY' ? 'own_delivery' : 'unknown';
}

const addressLine = (address: KaspiOrder['deliveryAddress']): string =>
	[address?.town, address?.streetName, address?.streetNumber, address?.building, address?.apartment].filter(Boolean).join(', ');

const itemOf = (entry: KaspiEntry): OrderItem => ({
	sku: entry.sku ?? '',
	name: entry.name ?? `Товар ${(entry.entryNumber ?? 0) + 1}`,
	quantity: entry.quantity,
	price: entry.price,
});

/** What decides a stage (kaspi.md §9.3) and what the deal's card shows; nothing that Kaspi rewrites by itself. */
function fingerprintOf(kaspi: KaspiOrder, order: Omit<Order, 'fingerprint'>): string {
	return hash([
		order.rawStatus,
		kaspi.assembled,
		kaspi.courierTransmissionDate !== undefined,
		kaspi.signatureRequired,
		kaspi.preOrder,
		kaspi.express,
		kaspi.totalPrice,
		kaspi.waybill !== undefined,
		kaspi.waybillNumber,
		order.delivery.kind,
		order.delivery.address,
		order.deadlines.assembleBy,
		order.deadlines.deliverBy,
		order.cancelReason,
	]);
}

/** Short and one-way: an address must not be readable from it. */
const hash = (parts: readonly unknown[]): string =>
	createHash('sha256').update(JSON.stringify(parts.map((part) => part ?? null))).digest('base64url').slice(0, 16);
