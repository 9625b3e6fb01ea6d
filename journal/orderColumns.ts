import { orderKeyText, type OrderKey } from '../core/order/order';
import type { OrderColumns } from './tables';

export const columnsOf = (order: OrderKey): OrderColumns => ({
	order_key: orderKeyText(order),
	marketplace: order.marketplace,
	shop: order.shop,
	order_id: order.id,
});

export const orderOf = (row: OrderColumns): OrderKey => ({ marketplace: row.marketplace, shop: row.shop, id: row.order_id });
