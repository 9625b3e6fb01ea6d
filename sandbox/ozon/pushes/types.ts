/** Every push type of the sheet (ozon.md §11). `TYPE_PING` is no event; it cannot be subscribed to. */
const SUBSCRIBABLE = {
	TYPE_NEW_POSTING: 'Новое отправление',
	TYPE_POSTING_CANCELLED: 'Отмена отправления',
	TYPE_STATE_CHANGED: 'Изменение статуса отправления',
	TYPE_CUTOFF_DATE_CHANGED: 'Изменение даты отгрузки отправления',
	TYPE_DELIVERY_DATE_CHANGED: 'Изменение даты доставки отправления',
	TYPE_CREATE_OR_UPDATE_ITEM: 'Создание или обновление товара',
	TYPE_CREATE_ITEM: 'Создание товара',
	TYPE_UPDATE_ITEM: 'Обновление товара',
	TYPE_STOCKS_CHANGED: 'Изменение остатков на складах продавца',
	TYPE_NEW_MESSAGE: 'Новое сообщение в чате',
	TYPE_UPDATE_MESSAGE: 'Сообщение в чате изменено',
	TYPE_MESSAGE_READ: 'Сообщение прочитано',
	TYPE_CHAT_CLOSED: 'Чат закрыт',
	TYPE_FBO_POSTING_NEW: 'Новое отправление FBO',
	TYPE_FBO_POSTING_CANCELLED: 'Отмена отправления FBO',
	TYPE_FBO_POSTING_STATE_CHANGED: 'Изменение статуса отправления FBO',
	TYPE_FBO_POSTING_DELIVERY_DATE_CHANGED: 'Изменение даты доставки отправления FBO',
	TYPE_FBO_STOCKS_CHANGED: 'Изменение остатков на складах Ozon',
	TYPE_ORDER_NEW: 'Новый заказ',
	TYPE_ORDER_CANCELLED: 'Отмена заказа',
	TYPE_ORDER_STATE_CHANGED: 'Изменение статуса заказа',
} as const;

type Subscribable = keyof typeof SUBSCRIBABLE;

/** Sent, but absent from the enum of `/v1/notification/set`: such an URL is connected in the cabinet. */
const CABINET_ONLY = ['TYPE_DESCRIPTION_CATEGORY_TREE_CHANGED', 'TYPE_PRICE_INDEX_CHANGED'] as const;

export type PushType = Subscribable | (typeof CABINET_ONLY)[number];

function isSubscribable(type: string): type is Subscribable {
	return type in SUBSCRIBABLE;
}

/** The enum of `/v1/notification/set`. */
export const API_PUSH_TYPES: readonly Subscribable[] = Object.keys(SUBSCRIBABLE).filter(isSubscribable);

export const PUSH_TYPES: readonly PushType[] = [...API_PUSH_TYPES, ...CABINET_ONLY];

export function describePush(type: PushType): string {
	return isSubscribable(type) ? SUBSCRIBABLE[type] : type;
}

/** One event on its way: the type and the rest of the body. */
export interface Push {
	type: PushType;
	body: Record<string, unknown>;
}
