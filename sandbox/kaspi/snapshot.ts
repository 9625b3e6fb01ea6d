import { possibleActions } from './actions';
import { totalPrice, type Order } from './order';
import type { KaspiShop } from './shop';

/** The tab of Kaspi's cabinet where a seller finds the order (kaspi.md §8). */
export function cabinetTab(order: Order): string {
	const { status, state } = order;
	if (status === 'RETURNED') return 'Возвращён';
	if (status === 'KASPI_DELIVERY_RETURN_REQUESTED') return 'Возврат: ожидает решения';
	if (status === 'RETURN_ACCEPTED_BY_MERCHANT') return 'Возврат: принят';
	if (status === 'CANCELLED') return 'Отменён';
	if (status === 'CANCELLING') return order.returnedToWarehouse ? 'Отменён: забрать на складе' : 'Отменён: едет обратно';
	if (status === 'COMPLETED') return 'Выдан';
	if (status === 'APPROVED_BY_BANK') return 'Новый';
	if (state === 'SIGN_REQUIRED' || order.signatureRequired) return 'На подписании';
	if (state === 'PICKUP') return 'Самовывоз';
	if (state === 'DELIVERY') return 'Моя доставка';
	if (order.courierTransmissionDate !== null) return 'Передан на доставку';
	if (order.assembled) return 'Передача';
	return order.preOrder && !order.goodsArrived ? 'Предзаказ' : 'Упаковка';
}

/** One order with everything the sandbox knows: the true buyer, every move, what people can do now. */
export function orderSnapshot(shop: KaspiShop, order: Order) {
	return {
		id: order.id,
		code: order.code,
		kind: order.kind,
		state: order.state,
		status: order.status,
		tab: cabinetTab(order),
		preOrder: order.preOrder,
		goodsArrived: order.goodsArrived,
		signatureRequired: order.signatureRequired,
		assembled: order.assembled,
		waybillNumbers: order.waybills.map((waybill) => waybill.number),
		courierTransmissionDate: order.courierTransmissionDate,
		returnedToWarehouse: order.returnedToWarehouse,
		cancellationReason: order.cancellationReason,
		creationDate: order.creationDate,
		changedAt: order.changedAt,
		totalPrice: totalPrice(order),
		buyer: { ...order.buyer, masked: order.phoneMasked },
		city: order.city.name,
		items: order.entries.map(({ id, sku, name, quantity, basePrice, imeis }) => ({ id, sku, name, quantity, basePrice, imeis })),
		/** Whether a code waits on the buyer's phone; the code itself only the buyer tells (`buyer-reads-code`). */
		securityCodeSent: order.securityCode !== null,
		actions: possibleActions(shop, order),
		history: order.history,
	};
}

/** Newest first. */
export function shopSnapshot(shop: KaspiShop) {
	const orders = [...shop.orders.values()].sort((a, b) => b.creationDate - a.creationDate);
	return {
		settings: { ...shop.settings },
		commands: shop.accounting.snapshot(),
		orders: orders.map((order) => orderSnapshot(shop, order)),
	};
}
