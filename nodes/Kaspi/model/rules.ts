import type { CommandName, Order, Route } from '../../../core/order/order';
import type { MarketplaceRules } from '../../../core/ports';
import { isFurther, type OrderStage } from '../../../core/order/stage';
import { readRawStatus } from './order';

/** Reasons that a seller may send (kaspi.md §3.4); all others are only ever read. */
export const cancelReasons = ['BUYER_CANCELLATION_BY_MERCHANT', 'BUYER_NOT_REACHABLE', 'MERCHANT_OUT_OF_STOCK'] as const;
export type CancelReason = (typeof cancelReasons)[number];

const ownStep: Route = { kind: 'own_step' };
const command = (name: CommandName, onceOnly = false): Route => ({ kind: 'command', command: name, onceOnly });
const refused = (why: string): Route => ({ kind: 'refused', why });

/**
 * The next step from where the order is to a stage chosen in the CRM: the table "CRM → Kaspi" of kaspi.md §8. Pure.
 * Only commands that a machine may send come out of it: accept, assemble (once), cancel.
 */
function route(order: Order, to: OrderStage): Route {
	const { stage } = order;
	if (stage === 'unknown') {
		return refused(`Kaspi сообщает статус «${order.rawStatus}», которого этот пакет не знает: посмотрите заказ в кабинете продавца`);
	}
	if (stage === to) return ownStep;
	if (to === 'cancelled') return cancelling(order);
	if (isDecided(stage)) return refused(decidedText(order));
	if (!isFurther(to, stage)) return refused(`Kaspi не возвращает заказ назад из статуса «${statusText(order)}»`);
	return forward(order, stage, to);
}

const isDecided = (stage: OrderStage): boolean =>
	['completed', 'cancelled', 'return_requested', 'returned', 'dispute'].includes(stage);

function decidedText(order: Order): string {
	if (order.flags.goodsOnTheWayBack) {
		return `товар едет обратно («${statusText(order)}»); когда он прибудет, это подтверждает человек узлом Kaspi, операция Accept Returned Goods`;
	}
	return `Kaspi уже закрыл заказ: «${statusText(order)}»`;
}

function cancelling(order: Order): Route {
	if (order.stage !== 'unknown' && isDecided(order.stage)) return refused(decidedText(order));
	if (order.delivery.handedOverAt !== undefined) {
		return refused('товар уже у курьера: теперь отменить может только покупатель или Kaspi');
	}
	// An unknown status in a known section (kaspi.md §3.2, `SUSPENDED`) is nothing to act upon.
	const { status } = readRawStatus(order.rawStatus);
	return cancellable.has(status) ? command('cancel') : refused(`Kaspi не отменяет заказ в статусе «${status}»: посмотрите его в кабинете продавца`);
}

/** §3.3 */
const cancellable: ReadonlySet<string> = new Set(['APPROVED_BY_BANK', 'ACCEPTED_BY_MERCHANT']);

/** Stages that only a buyer or Kaspi brings about. */
const nobodysChoice: ReadonlySet<OrderStage> = new Set([
	'awaiting_payment', 'new', 'awaiting_signature', 'dispute', 'return_requested', 'returned',
]);

function forward(order: Order, stage: OrderStage, to: OrderStage): Route {
	if (to === 'completed') return refused(completionText(order));
	if (nobodysChoice.has(to)) return refused('на этот этап заказ переводит только покупатель или Kaspi');
	if (stage === 'new') return command('accept');
	if (stage === 'awaiting_signature') return refused('покупатель ещё не подписал документы: не отправляйте товар, держите его в резерве');
	if (stage === 'accepted' && order.flags.preOrder) {
		return refused('это предзаказ: прибытие товара подтверждает человек узлом Kaspi, операция Mark Arrived');
	}
	if (stage === 'accepted' && isCarriedByKaspi(order)) return command('assemble', true);
	// "Ready for pickup" and "in delivery" have no counterpart in the API: they are the CRM's own steps.
	return ownStep;
}

/** Where the API can be told nothing, the state decides; before an order is accepted, only the kind of delivery is known. */
const isCarriedByKaspi = ({ rawStatus }: Order): boolean => readRawStatus(rawStatus).state === 'KASPI_DELIVERY';

function completionText(order: Order): string {
	return isCarriedByKaspi(order)
		? 'заказы Kaspi Доставки Kaspi завершает сам, когда покупатель получит товар'
		: 'после выдачи товара человек вводит код из приложения покупателя: узел Kaspi, операции Send Issue Code и Complete With Code';
}

/** The cabinet's word for where the order stands (kaspi.md §8); an unknown status as Kaspi sent it. */
function statusText(order: Order): string {
	const { status, state, atWarehouse } = readRawStatus(order.rawStatus);
	switch (order.stage) {
		case 'returned':
			return 'Возвращён';
		case 'return_requested':
			return 'Возврат в процессе';
		case 'cancelled':
			if (status !== 'CANCELLING') return 'Отменён';
			return atWarehouse ? 'Отменён при доставке — забрать на складе' : 'Отменён при доставке — едет обратно';
		case 'completed':
			return 'Завершён (выдан)';
		case 'new':
			return 'Новый';
		case 'awaiting_signature':
			return 'Принят — ждёт подписи';
		case 'in_delivery':
			return 'Доставляется';
		case 'ready':
			return state === 'PICKUP' ? 'Готов к выдаче (самовывоз)' : 'Готов — передача курьеру';
		case 'accepted':
			if (order.flags.preOrder) return 'Принят — предзаказ';
			return state === 'DELIVERY' ? 'Принят — моя доставка' : 'Принят — упаковка';
		default:
			return order.rawStatus;
	}
}

export const kaspiRules: MarketplaceRules = { route, statusText };
