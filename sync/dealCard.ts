import { orderKeyText, type DeliveryKind, type Order } from '../core/order/order';
import type { DealCard, DealProduct, MarketplaceRules } from '../core/ports';

const deliveryNames: Record<DeliveryKind, string> = {
	pickup: 'Самовывоз',
	postomat: 'Постамат / пункт выдачи',
	marketplace_delivery: 'Доставка маркетплейса',
	own_delivery: 'Доставка продавца',
	express: 'Экспресс-доставка',
	regional_pickup: 'Доставка до пункта выдачи в регионе',
	marketplace_warehouse: 'Со склада маркетплейса',
	unknown: 'Не указан',
};

const marketplaceNames: Record<string, string> = { kaspi: 'Kaspi', ozon: 'Ozon' };

/** The marketplace's name for people. */
export const marketplaceName = (name: string): string => marketplaceNames[name] ?? name;

/** What the deal's card shows of an order, for people: in Russian, with the marketplace's own words for the status. */
export function cardOf(order: Order, rules: MarketplaceRules, journal?: string): DealCard {
	const { flags, delivery, money } = order;
	const marks = [
		flags.express && 'экспресс',
		flags.preOrder && 'предзаказ',
		flags.cancelRequested && 'покупатель просит отменить',
		flags.goodsOnTheWayBack && 'товар едет обратно',
		flags.lateCancel && 'отменён после передачи',
	].filter((mark) => mark !== false);
	const status = rules.statusText(order);
	return {
		orderKey: orderKeyText(order.key),
		marketplace: marketplaceName(order.key.marketplace),
		shop: order.key.shop,
		orderId: order.key.id,
		orderNumber: order.number,
		status: marks.length ? `${status} (${marks.join(', ')})` : status,
		deliveryKind: deliveryNames[delivery.kind],
		address: delivery.address,
		tracking: delivery.tracking,
		items: order.items?.map(({ sku, name, quantity, price }) => `${quantity} × ${name} [${sku}] по ${price}`).join('\n'),
		assembleBy: order.deadlines.assembleBy,
		deliverBy: order.deadlines.deliverBy,
		exactAmount: `${money.amount.toFixed(2)} ${money.currency}`,
		cancelReason: order.cancelReason,
		journal,
	};
}

/** The order's lines as product rows; a line of which nothing is left is none. */
export const productsOf = ({ items }: Order): DealProduct[] | undefined =>
	items?.filter(({ quantity }) => quantity > 0).map(({ name, price, quantity }) => ({ name, price, quantity }));
