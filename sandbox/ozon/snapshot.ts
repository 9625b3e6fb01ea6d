import { possibleActions } from './actions';
import { totalPrice, TRAITS, type Posting, type Substatus } from './posting';
import { endpointView } from './routes/notifications';
import { availableActions } from './rules';
import type { OzonShop } from './shop';

const WORDS: Record<Substatus, string> = {
	posting_created: 'Ожидает сборки',
	posting_split_pending: 'Разделяется',
	posting_packing: 'Упаковывается',
	ship_failed: 'Сборка не удалась',
	posting_awaiting_registration: 'Ожидает регистрации',
	posting_transferring_to_delivery: 'Ожидает отгрузки',
	posting_in_carriage: 'В перевозке',
	posting_not_in_carriage: 'Не добавлено в перевозку',
	posting_acceptance_in_progress: 'Идёт приёмка',
	posting_not_in_sort_center: 'Не принято на СЦ',
	posting_in_arbitration: 'Арбитраж',
	posting_in_client_arbitration: 'Спор покупателя',
	posting_on_way_to_city: 'В пути',
	posting_transferred_to_courier_service: 'Передаётся в службу доставки',
	posting_in_courier_service: 'Курьер в пути',
	posting_on_way_to_pickup_point: 'Едет в пункт выдачи',
	posting_in_pickup_point: 'В пункте выдачи',
	posting_conditionally_delivered: 'Условно доставлено',
	posting_returned_to_warehouse: 'Возвращено на склад',
	posting_delivered: 'Доставлено',
	posting_received: 'Получено',
	posting_canceled: 'Отменено',
};

/** The word of Ozon's cabinet for the posting's state. */
export function cabinetWord({ substatus, shipping, inProcessAt }: Posting): string {
	if (substatus === '') return 'Разделено';
	if (shipping && substatus === 'posting_created') return 'Собирается';
	return inProcessAt === null ? 'Ждёт подтверждения оплаты' : WORDS[substatus];
}

/** One posting with everything the sandbox knows: the true buyer, every move, what people can do now. */
export function postingSnapshot(shop: OzonShop, posting: Posting) {
	const { integration, rfbs } = TRAITS[posting.scheme];
	const request = shop.requests.open(posting);
	const chat = shop.chats.ofPosting(posting);
	return {
		number: posting.number,
		orderNumber: posting.orderNumber,
		orderId: posting.orderId,
		parent: posting.parent,
		scheme: posting.scheme,
		integration,
		rfbs,
		isExpress: posting.isExpress,
		status: posting.status,
		substatus: posting.substatus,
		previousSubstatus: posting.previousSubstatus,
		word: cabinetWord(posting),
		shipping: posting.shipping,
		marksMissing: posting.marksMissing,
		createdAt: posting.createdAt,
		inProcessAt: posting.inProcessAt,
		shipmentDate: posting.shipmentDate,
		deliveringDate: posting.deliveringDate,
		factDeliveryDate: posting.factDeliveryDate,
		statusChangedAt: posting.statusChangedAt,
		trackingNumber: posting.trackingNumber,
		cancellation: posting.cancellation,
		totalPrice: totalPrice(posting),
		buyer: { ...posting.buyer, shownPhone: posting.shownPhone, pin: posting.pin },
		city: posting.address.city,
		products: posting.products,
		availableActions: availableActions(posting, shop.settings, shop.now()),
		cancellationRequest: request
			? { id: request.id, autoApproveAt: request.autoApproveAt, message: request.message }
			: null,
		returnRequest: shop.returns.requestOf(posting)?.state ?? null,
		returns: shop.returns
			.goodsOf(posting)
			.map(({ id, type, visual, product }) => ({ id, type, visual, sku: product.sku, quantity: product.quantity })),
		messages: chat?.messages.map(({ author, text, at }) => ({ author, text, at })) ?? [],
		actions: possibleActions(shop, posting),
		history: posting.history,
	};
}

/** Newest first. */
export function shopSnapshot(shop: OzonShop) {
	const postings = [...shop.postings.values()].sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
	return {
		settings: { ...shop.settings },
		keyExpiresAt: shop.keyExpiresAt(),
		commands: shop.accounting.snapshot(),
		retiredCalls: [...shop.retiredCalls].map(([path, call]) => ({ path, ...call })),
		pushes: {
			...shop.pushes.counters.stats(),
			pending: shop.pushes.pending(),
			urls: [...shop.pushes.endpoints.values()].map(endpointView),
		},
		postings: postings.map((posting) => postingSnapshot(shop, posting)),
	};
}
