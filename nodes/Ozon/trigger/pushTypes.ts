/** Every message type of ozon.md §11, as data. */
export interface PushType {
	value: string;
	name: string;
	/** Ozon's cabinet or API can be told to send it (the enum of `/v1/notification/set`). */
	registrable: boolean;
}

const type = (value: string, name: string, registrable = true): PushType => ({ value, name, registrable });

export const ping = 'TYPE_PING';

export const pushTypes: readonly PushType[] = [
	type('TYPE_CHAT_CLOSED', 'Chat Closed'),
	type('TYPE_CREATE_ITEM', 'Item Created (Paused by Ozon)'),
	type('TYPE_CREATE_OR_UPDATE_ITEM', 'Item Created or Updated'),
	type('TYPE_CUTOFF_DATE_CHANGED', 'Posting Assemble-By Date Changed'),
	type('TYPE_DELIVERY_DATE_CHANGED', 'Posting Delivery Date Changed'),
	type('TYPE_DESCRIPTION_CATEGORY_TREE_CHANGED', 'Category Tree Changed', false),
	type('TYPE_FBO_POSTING_CANCELLED', 'FBO Posting Cancelled'),
	type('TYPE_FBO_POSTING_DELIVERY_DATE_CHANGED', 'FBO Posting Delivery Date Changed'),
	type('TYPE_FBO_POSTING_NEW', 'FBO Posting New'),
	type('TYPE_FBO_POSTING_STATE_CHANGED', 'FBO Posting State Changed'),
	type('TYPE_FBO_STOCKS_CHANGED', 'FBO Stocks Changed'),
	type('TYPE_MESSAGE_READ', 'Message Read'),
	type('TYPE_NEW_MESSAGE', 'Message New'),
	type('TYPE_NEW_POSTING', 'Posting New'),
	type('TYPE_ORDER_CANCELLED', 'Order Cancelled'),
	type('TYPE_ORDER_NEW', 'Order New'),
	type('TYPE_ORDER_STATE_CHANGED', 'Order State Changed'),
	type(ping, 'Ping', false),
	type('TYPE_POSTING_CANCELLED', 'Posting Cancelled'),
	// Removed by Ozon on 2025-09-17; old addresses may still send it.
	type('TYPE_PRICE_INDEX_CHANGED', 'Price Index Changed (Removed by Ozon)', false),
	type('TYPE_STATE_CHANGED', 'Posting State Changed'),
	type('TYPE_STOCKS_CHANGED', 'Stocks Changed'),
	type('TYPE_UPDATE_ITEM', 'Item Updated (Paused by Ozon)'),
	type('TYPE_UPDATE_MESSAGE', 'Message Changed'),
];

export const registrableOf = (chosen: readonly string[]): string[] =>
	pushTypes.filter(({ value, registrable }) => registrable && chosen.includes(value)).map(({ value }) => value);
